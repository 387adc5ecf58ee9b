"""What holds for every paper that leaves the house, with ordinary and with extreme facts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import weasyprint

from core.money import format_yen
from correspondence import rendering, shelf
from correspondence.states import PaperKind
from tests.papers.reading import Printed
from tests.papers.scenes import HOSTILE, KINDS, LONGEST, Scene

Scenes = Callable[[str], Scene]
Prints = Callable[[str, str], Printed]

AMOUNT = re.compile(r"[0-9][0-9,億万]*円")
pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("name", ["ordinary", "extreme"])
each = pytest.mark.parametrize("kind", KINDS)


@both
def test_every_kind_of_paper_leaves_the_house(scene: Scenes, name: str) -> None:
    assert set(scene(name).papers) == set(KINDS)


@each
@both
def test_a_paper_can_be_read_by_everybody(printed: Prints, name: str, kind: str) -> None:
    paper = printed(name, kind)
    assert min(paper.sizes) >= 8
    assert paper.fonts_are_inside()
    assert paper.missing_glyphs() == 0
    assert paper.is_tagged
    assert paper.language == "ja"
    assert PaperKind(kind).label in paper.title


@each
@both
def test_a_paper_names_its_people_its_number_and_its_pages(
    scene: Scenes, printed: Prints, name: str, kind: str
) -> None:
    paper, page, agency = printed(name, kind), scene(name).papers[kind].page, scene(name).policy.agency
    pages = len(paper.reader.pages)
    assert paper.says(page["number"])
    assert paper.says(agency.name)
    assert paper.says(scene(name).policy.insurer)
    assert paper.says(scene(name).customer.name)
    assert all(paper.says(f"{number} / {pages}") for number in range(1, pages + 1))
    assert paper.says(scene(name).quote.in_charge.name)


@each
@both
def test_every_amount_and_name_on_record_stands_on_the_paper(
    scene: Scenes, printed: Prints, name: str, kind: str
) -> None:
    """Word by word from the page that was frozen; the total also as the archive finds it."""
    paper, filed = printed(name, kind), scene(name).papers[kind]
    names = {scene(name).customer.name, scene(name).policy.agency.name, scene(name).quote.in_charge.name}
    told = {said for said in _leaves(filed.page) if AMOUNT.fullmatch(said) or said in names}
    assert sorted(said for said in told if not paper.says(said)) == []
    if filed.amount_yen is not None and kind != PaperKind.QUESTIONNAIRE:  # which asks, and prices nothing
        assert paper.says(format_yen(filed.amount_yen))


def _leaves(value: Any) -> Iterator[str]:
    """Every word of a page."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)


@each
def test_the_same_page_gives_the_same_bytes(scene: Scenes, printed: Prints, kind: str) -> None:
    paper = scene("extreme").papers[kind]
    assert rendering.render(paper.template, paper.page, identifier=paper.key).pdf == printed("extreme", kind).pdf


@each
def test_nothing_runs_over_the_edge(scene: Scenes, kind: str) -> None:
    """The engine's own boxes: no text, cell or frame ends to the right of the paper's margin."""
    paper = scene("extreme").papers[kind]
    html = rendering.html_of(paper.template, paper.page)
    document = weasyprint.HTML(string=html).render(stylesheets=[weasyprint.CSS(filename=shelf.STYLESHEET)])
    for page in document.pages:
        box = page._page_box
        edge = box.content_box_x() + box.width + 0.5
        assert [_words(part) for part in box.descendants() if _right(part) > edge] == []


def _right(box: Any) -> float:
    width = box.border_width() if hasattr(box, "border_width") and box.width != "auto" else 0
    return float(box.position_x + box.margin_left + width) if hasattr(box, "margin_left") else 0.0


def _words(box: Any) -> str:
    return f"{box.element_tag} {getattr(box, 'text', '')}"


@each
def test_hostile_words_are_printed_as_words(scene: Scenes, kind: str) -> None:
    paper = scene("extreme").papers[kind]
    html = rendering.html_of(paper.template, paper.page)
    assert "<script" not in html


def test_hostile_words_and_rare_letters_arrive(printed: Prints) -> None:
    assert printed("extreme", "CLAIM_NOTICE").says(HOSTILE)
    assert printed("extreme", "CERTIFICATE").says(HOSTILE)
    assert printed("extreme", "APPLICATION").says(LONGEST)


def test_the_four_papers_of_a_contract_are_no_book(printed: Prints) -> None:
    kinds = ("DISCLOSURE", "QUESTIONNAIRE", "APPLICATION", "CERTIFICATE")
    assert sum(len(printed("ordinary", kind).reader.pages) for kind in kinds) <= 12
