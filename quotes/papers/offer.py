"""What the four papers of a quote share: the case, the options side by side, and how they are filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core.clock import jst
from core.money import format_limit, format_yen
from correspondence.actions import file_paper
from correspondence.models import Paper
from correspondence.pages import Comparison, Line, Row, authority_rows, written_term
from correspondence.states import PaperKind
from customers.industries import Industry
from products.book import Book
from products.instalments import Schedule, instalments
from products.risks import Selection, riders_in_force
from products.terms import is_short, term_of
from quotes.facts import RiskFacts, facts_from, selection_from
from quotes.models import Quote, QuoteOption

# More columns than this do not fit an A4 page in a size people read.
ABREAST = 4


@dataclass(frozen=True, slots=True)
class Priced:
    """An option with its selection as values with names."""

    option: QuoteOption
    selection: Selection

    @property
    def premium(self) -> str:
        """The annual premium, marked where an assumption entered it."""
        if self.option.premium_yen is None:
            return "個別にご案内"
        return format_yen(self.option.premium_yen) + ("(参考)" if self.option.is_reference else "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote as its papers see it. `options` is the chosen one, or all while none is chosen."""

    quote: Quote
    book: Book
    facts: RiskFacts
    options: tuple[Priced, ...]

    @property
    def term(self) -> str:
        """保険期間, from four to four."""
        term = term_of(self.book, self.quote.inception_on)
        return written_term(term.starts_at, term.ends_at)

    @property
    def premium_label(self) -> str:
        """What the premium is for: a year, or a short first term up to a common expiry."""
        return premium_label(self.book, self.quote.inception_on)

    @property
    def amount_yen(self) -> int | None:
        """The amount by which the paper is found: the premium of the first option that has one."""
        return next((p.option.premium_yen for p in self.options if p.option.premium_yen is not None), None)

    @property
    def is_reference(self) -> bool:
        """An assumption entered at least one of the premiums."""
        return any(priced.option.is_reference for priced in self.options)


def premium_label(book: Book, inception_on: date) -> str:
    """年間保険料, or what it is called where the term is shorter than a year."""
    return "保険料(保険期間分)" if is_short(book, inception_on) else "年間保険料"


def offer_of(quote: Quote) -> Offer:
    """Read a quote for its papers, in one statement more than the quote itself."""
    options = list(quote.options.all())
    shown = [option for option in options if option.chosen] or options
    priced = tuple(Priced(option, selection_from(option.selection)) for option in shown)
    return Offer(quote, quote.product_version.book, facts_from(quote.facts), priced)


def file_offer_paper(
    offer: Offer, kind: PaperKind, template: str, page: Any, *, by: User, at: datetime, counterparty: str = "",
    part: str = "",
) -> Paper:  # fmt: skip
    """File a paper of this edition of the offer, dated today in Japan. `part` tells several of one kind apart."""
    quote = offer.quote
    return file_paper(
        agency=quote.agency,
        key=f"quote:{quote.number}:{kind.lower()}:e{quote.edition}{f':{part}' if part else ''}",
        kind=kind,
        template=template,
        page=page,
        subject=quote.number,
        dated_on=jst(at).date(),
        counterparty=counterparty or quote.customer.name,
        amount_yen=offer.amount_yen,
        about=[quote, quote.customer],
        by=by,
        at=at,
    )


def authority(offer: Offer, person: User) -> tuple[Row, ...]:
    """Who insures and who sells (権限明示), with the agencies that handle the product together (共同取扱)."""
    rows = authority_rows(offer.quote.agency, person, offer.book.insurer)
    shares = tuple(
        Row("共同取扱代理店", one.name, f"{one.task}、分担割合 {one.share * 100:f}%") for one in offer.book.handled_by
    )
    return (*rows, *shares)


def cover_comparisons(offer: Offer) -> tuple[Comparison, ...]:
    """Limits, riders, premium and ways to pay of every option, a few abreast."""
    return tuple(
        Comparison(labels(some), (*cover_lines(offer.book, some), *_price_lines(offer, some)))
        for some in abreast(offer.options)
    )


def cover_lines(book: Book, options: Sequence[Priced]) -> tuple[Line, ...]:
    """Limits, deductible, waiting time and riders, a line each."""
    return (*_limit_lines(book, options), *_rider_lines(book, options))


def labels(options: Sequence[Priced]) -> tuple[str, ...]:
    """The names of the options, for the head of a table."""
    return tuple(priced.option.label for priced in options)


def abreast(options: Sequence[Priced]) -> list[Sequence[Priced]]:
    """The options in groups that fit beside one another; six make three and three, not four and two."""
    groups = -(-len(options) // ABREAST)
    size = -(-len(options) // groups) if groups else 0
    return [options[start : start + size] for start in range(0, len(options), size)] if size else []


def _limit_lines(book: Book, options: Sequence[Priced]) -> list[Line]:
    lines = []
    for coverage in book.coverages:
        limits = [priced.selection.limit(coverage.code) for priced in options]
        if any(limits):
            values = tuple(format_limit(limit) if limit else "補償なし" for limit in limits)
            lines.append(Line(f"{coverage.label} 支払限度額", values, kind="num"))
    kept = [priced.selection.deductible_yen for priced in options]
    amounts = tuple(format_limit(yen) if yen else "なし" for yen in kept)
    lines.append(Line("自己負担額(1事故につき)", amounts, kind="num"))
    if any(priced.selection.waiting_hours for priced in options):
        hours = tuple(f"{p.selection.waiting_hours}時間" if p.selection.waiting_hours else "－" for p in options)
        lines.append(Line("免責時間", hours, "利益損害・営業継続費用", "num"))
    return lines


def _rider_lines(book: Book, options: Sequence[Priced]) -> list[Line]:
    """Only riders somebody chose, and those every contract has."""
    lines = []
    for rider in book.riders:
        has = tuple(rider.code in riders_in_force(p.selection, book) for p in options)
        if any(has):
            lines.append(Line(rider.label, tuple("付帯" if one else "－" for one in has)))
    return lines


def _price_lines(offer: Offer, options: Sequence[Priced]) -> list[Line]:
    book = offer.book
    once = next((f"({way.label})" for way in book.payments if way.instalments == 1), "")
    lines = [Line(f"{offer.premium_label}{once}", tuple(priced.premium for priced in options), kind="total")]
    for way in book.payments:
        if way.instalments > 1:
            values = tuple(_instalments(p, way.code, book) for p in options)
            lines.append(Line(f"{way.label}とする場合", values, way.note or "", "num"))
    return lines


def _instalments(priced: Priced, payment: str, book: Book) -> str:
    if priced.option.premium_yen is None:
        return "－"
    schedule: Schedule = instalments(priced.option.premium_yen, payment, book)
    first = schedule.amounts_yen[0]
    return f"{format_yen(first)}×{len(schedule.amounts_yen)}回\n合計 {format_yen(schedule.total_yen)}"


def risk_rows(offer: Offer) -> tuple[Row, ...]:
    """What the premium rests on: industry, sales, and staff where it was told."""
    facts = offer.facts
    industry = offer.book.industry(facts.industry)
    label = industry.label if industry else Industry(facts.industry).label if facts.industry else "未確認"
    rows = [
        Row("業種", label),
        Row("年間売上高(税込)", format_limit(facts.sales_yen) if facts.sales_yen else "未確認", facts.sales_label),
    ]
    if facts.employees is not None:
        rows.append(Row("従業員数", f"{facts.employees:,}名"))
    return tuple(rows)
