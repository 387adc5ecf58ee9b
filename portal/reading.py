"""How far a visitor is with the papers and points of an application: what he has opened and confirmed, what lacks."""

from dataclasses import dataclass
from datetime import datetime

from core.clock import jst
from correspondence.actions import bytes_of
from correspondence.models import Paper, PaperContent
from correspondence.states import PaperKind
from customers.queries import consents_of
from customers.rules import may_go_by
from customers.states import Method
from portal.models import Visitor
from portal.points import Point, points_of
from portal.queries import confirmed_codes, pages_opened, papers_to_read
from portal.rules import unopened
from quotes.models import Quote
from quotes.queries import application_declarations, case_facts, latest_decision


@dataclass(frozen=True, slots=True)
class Reading:
    """`pages` are the papers' numbers of pages, `left` the pages nobody opened yet, by paper."""

    papers: tuple[Paper, ...]
    pages: dict[int, int]
    left: dict[int, list[int]]
    points: tuple[Point, ...]
    confirmed: frozenset[str]
    consented: bool
    renamed: bool

    @property
    def open_points(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.code not in self.confirmed)

    @property
    def lacks(self) -> list[str]:
        """What has to happen before the signature, as sentences."""
        lacks = [] if self.consented else ["書面を電磁的方法で受け取ることを承諾してください。"]
        if self.renamed:
            lacks.append(
                "書類を作成した後にお客さまの名称が変わりました。書類を作り直しますので、代理店へお電話ください。"
            )
        for paper in self.papers:
            if pages := self.left.get(paper.pk):
                numbers = "、".join(str(page) for page in pages[:10])
                lacks.append(f"{paper.title}の{numbers}頁をまだ開いていません。")
        if self.open_points:
            lacks.append(f"重要な点の確認が{len(self.open_points)}件残っています。")
        return lacks


def reading_of(quote: Quote, visitor: Visitor, at: datetime) -> Reading:
    """Read it all. The papers have their bytes by now: the page that shows them makes them (`make_bytes`)."""
    papers = papers_to_read(quote)
    sizes = dict(PaperContent.objects.filter(pk__in=[p.content_id for p in papers]).values_list("pk", "pages"))
    pages = {paper.pk: sizes.get(str(paper.content_id), 1) for paper in papers}
    disclosure = next((paper for paper in papers if paper.kind == PaperKind.DISCLOSURE), None)
    conditions = ""
    if case_facts(quote, jst(at).date()).conditions_since is not None:
        decision = latest_decision(quote)
        conditions = decision.conditions if decision else ""
    points = points_of(disclosure.page if disclosure else {}, application_declarations(quote), conditions)
    return Reading(
        papers=tuple(papers),
        pages=pages,
        left=unopened(pages, pages_opened(visitor)),
        points=points,
        confirmed=frozenset(confirmed_codes(visitor)),
        consented=may_go_by(consents_of(quote.customer), Method.WEB, at),
        renamed=any(paper.counterparty != quote.customer.name for paper in papers),
    )


def make_bytes(papers: list[Paper], at: datetime) -> None:
    """Typeset what nobody has opened yet; outside any transaction."""
    for paper in papers:
        if paper.content_id is None:
            bytes_of(paper, at=at)
