"""比較表: every product the agency sells for one customer, the covers side by side, and why the others are out."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from core.money import format_limit
from correspondence.actions import file_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Line, Row, addressee_of, written_day
from correspondence.pages import Comparison as Table
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.industries import Industry
from customers.queries import primary_contact
from quotes.comparing import ASSUMED_SCORE, Comparison, Wish

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
    judged: tuple[Judged, ...]
    tables: tuple[Table, ...]
    is_reference: bool
    assumed_score: int | None


def comparison_page(comparison: Comparison, by: User) -> ComparisonPage:
    """The page of a 比較表. Refused when nothing can be compared."""
    if not comparison.columns:
        raise Refused("比較できる商品がありません。業種・売上高・保険始期を確認してください。")
    customer = comparison.customer
    return ComparisonPage(
        agency=agency_head(customer.agency, by),
        addressee=addressee_of(customer, primary_contact(customer)),
        wish=_wish(comparison.wish),
        judged=tuple(
            Judged(one.book.name, one.book.insurer, one.outcome_label, one.reasons) for one in comparison.candidates
        ),
        tables=_tables(comparison),
        is_reference=any(column.is_reference for column in comparison.columns),
        assumed_score=ASSUMED_SCORE if comparison.some_score_is_assumed else None,
    )


def file_comparison(*, comparison: Comparison, by: User, at: datetime) -> Paper:
    """File the 比較表 with the customer. The same comparison on the same day is one paper."""
    customer, on = comparison.customer, jst(at).date()
    page = comparison_page(comparison, by)
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


def _wish(wish: Wish) -> tuple[Row, ...]:
    limits = f"賠償責任 {format_limit(wish.liability_yen)}、事故対応費用 {format_limit(wish.cost_yen)}"
    return (
        Row("業種", Industry(wish.facts.industry).label),
        Row("年間売上高(税込)", format_limit(wish.facts.sales_yen), wish.facts.sales_label),
        Row("保険始期", f"{written_day(wish.inception_on)} 午後4時"),
        Row("ご希望の限度額", limits),
        *_event(wish),
    )


def _event(wish: Wish) -> tuple[Row, ...]:
    """The imagined event, if there is one."""
    if not wish.losses:
        return ()
    names = {"liability": "損害賠償金", "cost": "事故対応の費用"}
    words = "、".join(f"{names[code]} {format_limit(yen)}" for code, yen in wish.losses)
    return (Row("想定した事故", words, "支払われる額は目安です。実際の支払は保険会社が決めます。"),)


def _tables(comparison: Comparison) -> tuple[Table, ...]:
    columns, rows = comparison.columns, comparison.rows
    tables = []
    for start in range(0, len(columns), ABREAST):
        part = slice(start, start + ABREAST)
        heads = tuple(f"{column.product}\n{column.label}" for column in columns[part])
        lines = tuple(
            Line(f"{DIFFERS if row.differs else ''}{row.label}", row.values[part], kind=_KINDS[row.kind])
            for row in rows
        )
        tables.append(Table(heads, lines))
    return tuple(tables)


_KINDS = {"num": "num", "words": "", "total": "total"}
