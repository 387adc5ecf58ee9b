"""比較表: every product the agency sells for one customer, the covers side by side in the order of the wishes, and why
the others are out."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from core.money import format_limit
from correspondence.actions import file_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Line, Row, addressee_of
from correspondence.pages import Comparison as Table
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.queries import primary_contact
from proposals.comparing import ASSUMED_SCORE, Comparison, Wished
from proposals.items import rows_of_facts, rows_of_wish
from proposals.models import Wish
from proposals.rules import ORDER
from proposals.tables import rows_of

TEMPLATE = "papers/comparison.html"
ABREAST = 4
DIFFERS = "◆ "


@dataclass(frozen=True, slots=True)
class Judged:
    """A product, whether it can be had, and why."""

    product: str
    insurer: str
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What a 比較表 says."""

    agency: dict[str, str]
    addressee: Addressee
    wish: tuple[Row, ...]
    order: str
    one_insurer: str
    judged: tuple[Judged, ...]
    tables: tuple[Table, ...]
    is_reference: bool
    assumed_score: int | None


def comparison_page(comparison: Comparison, wish: Wish, by: User) -> ComparisonPage:
    """The page of a 比較表. Refused when nothing can be compared."""
    if not comparison.columns:
        raise Refused("比較できる商品がありません。業種・売上高・保険始期を確認してください。")
    customer = comparison.customer
    return ComparisonPage(
        agency=agency_head(customer.agency, by),
        addressee=addressee_of(customer, primary_contact(customer)),
        wish=(*rows_of_wish(wish), *rows_of_facts(wish), *_event(comparison.wished)),
        order=ORDER,
        one_insurer=comparison.insurers[0] if len(comparison.insurers) == 1 else "",
        judged=tuple(
            Judged(one.book.name, one.book.insurer, one.outcome_label, one.reasons) for one in comparison.candidates
        ),
        tables=_tables(comparison, wish),
        is_reference=any(column.is_reference for column in comparison.columns),
        assumed_score=ASSUMED_SCORE if comparison.some_score_is_assumed else None,
    )


def file_comparison(*, comparison: Comparison, wish: Wish, by: User, at: datetime) -> Paper:
    """File the 比較表 with the customer. The same comparison on the same day is one paper."""
    customer, on = comparison.customer, jst(at).date()
    page = comparison_page(comparison, wish, by)
    same = sha256(repr((page.wish, page.judged, page.tables)).encode()).hexdigest()[:16]
    return file_paper(
        agency=customer.agency,
        key=f"comparison:{customer.number}:{on}:{same}",
        kind=PaperKind.COMPARISON,
        template=TEMPLATE,
        page=page,
        subject=customer.number,
        dated_on=on,
        counterparty=customer.name,
        about=[customer],
        by=by,
        at=at,
    )


def _event(wished: Wished) -> tuple[Row, ...]:
    """The imagined event, if there is one."""
    if not wished.losses:
        return ()
    names = {"liability": "損害賠償金", "cost": "事故対応の費用"}
    words = "、".join(f"{names[code]} {format_limit(yen)}" for code, yen in wished.losses)
    return (Row("想定した事故", words, "支払われる額は目安です。実際の支払は保険会社が決めます。"),)


def _tables(comparison: Comparison, wish: Wish) -> tuple[Table, ...]:
    columns, rows = comparison.columns, rows_of(comparison.columns, comparison.wished, wish.risks)
    tables = []
    for start in range(0, len(columns), ABREAST):
        part = slice(start, start + ABREAST)
        heads = tuple(f"{column.product}\n{column.label}" for column in columns[part])
        fits = Line("ご意向との一致", tuple("\n".join(column.outs) or "すべて満たす" for column in columns[part]))
        lines = (
            Line(f"{DIFFERS if row.differs else ''}{row.label}", row.values[part], kind=_KINDS[row.kind])
            for row in rows
        )
        tables.append(Table(heads, (fits, *lines)))
    return tuple(tables)


_KINDS = {"num": "num", "words": "", "total": "total"}
