"""One contract's papers: from the frozen page to stored bytes, against the bare engine on the very same HTML."""

import io
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench.contract import papers_of_a_contract
from bench.data import House
from bench.report import Line
from bench.timing import Duel, duel
from core.clock import now
from core.doors import perform
from correspondence import rendering, shelf
from correspondence.actions import NewPaper, bytes_of, file_papers
from correspondence.models import Paper, PaperContent
from correspondence.states import PaperKind

GOAL = 1.1


class Bare:
    """WeasyPrint as one would call it by hand, at its best: the sheet parsed and the fonts looked up once."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.base = f"{shelf.SHELF.as_uri()}/"
        self.sheet = CSS(filename=shelf.STYLESHEET, font_config=self.fonts)

    def pdf(self, html: str) -> bytes:
        out = io.BytesIO()
        HTML(string=html, base_url=self.base).write_pdf(
            out, stylesheets=[self.sheet], font_config=self.fonts, pdf_variant="pdf/a-3u", pdf_tags=True
        )
        return out.getvalue()


def measure(house: House, *, repetitions: int) -> tuple[list[Line], dict[str, Any]]:
    """The four papers together, and each for itself."""
    at, bare = now(), Bare()
    originals = papers_of_a_contract(house, at=at)
    serial = count()
    whole = _duel(house, originals, serial, bare, repetitions, at)
    each = {paper.title: _duel(house, [paper], serial, bare, max(1, repetitions // 3), at) for paper in originals}
    pages = {paper.title: _pages(paper, at) for paper in originals}
    note = "、".join(f"{title} {duel.ours.median:.2f} s, {pages[title]} p." for title, duel in each.items())
    line = Line(
        "papers", f"the {len(originals)} papers of one contract, {sum(pages.values())} pages", whole.ratio, GOAL,
        f"{whole.ours.median:.2f} s", f"{whole.bare.median:.2f} s", note,
    )  # fmt: skip
    raw = {"whole": whole.as_json(), "pages": pages, "each": {title: duel.as_json() for title, duel in each.items()}}
    return [line], {"papers": raw}


def _duel(
    house: House, originals: Sequence[Paper], serial: "count[int]", bare: Bare, repetitions: int, at: datetime
) -> Duel:
    """A paper is typeset once in its life, so every repetition gets freshly filed ones. Filing is not measured."""
    texts = [rendering.html_of(paper.template, paper.page) for paper in originals]
    fresh = [_again(house, originals, next(serial), at) for _ in range(repetitions + 1)]
    return duel(
        lambda: [bytes_of(paper, at=at) for paper in fresh.pop()],
        lambda: [bare.pdf(html) for html in texts],
        repetitions=repetitions,
    )


def _again(house: House, originals: Sequence[Paper], number: int, at: datetime) -> list[Paper]:
    copies = [
        NewPaper(
            key=f"bench:{number}:{paper.pk}", kind=PaperKind(paper.kind), template=paper.template, page=paper.page,
            subject=paper.subject, dated_on=paper.dated_on, counterparty=paper.counterparty,
            amount_yen=paper.amount_yen, title=paper.title,
        )
        for paper in originals
    ]  # fmt: skip
    filed: list[Paper] = perform(file_papers, papers=copies, agency=house.agency, by=house.user, at=at)
    return filed


def _pages(paper: Paper, at: datetime) -> int:
    bytes_of(paper, at=at)
    return PaperContent.objects.values_list("pages", flat=True).get(pk=paper.content_id)
