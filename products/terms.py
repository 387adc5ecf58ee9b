"""How long a contract of a book runs, when it can begin, and what share of a year's premium its term costs."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from dateutil.relativedelta import relativedelta

from core.errors import Refused
from core.periods import Term, at_four, one_year_after
from products.book import Book, CommonExpiry
from products.factors import EXACT
from products.tariff import Kind


@dataclass(frozen=True, slots=True)
class TermShare:
    """The share of a year's premium that a short term costs, in words for the receipt.

    `parts` of `whole`, not a decimal: five twelfths of a premium must not lose half a step of its rounding.
    """

    parts: Decimal
    whole: int
    label: str
    kind: Kind
    source: str

    @property
    def share(self) -> Decimal:
        """As one figure, as the receipt shows it."""
        with localcontext(EXACT):
            return self.parts / self.whole

    def of(self, premium_yen: int) -> Decimal:
        """What the term costs before rounding."""
        with localcontext(EXACT):
            return premium_yen * self.parts / self.whole


def ends_on(book: Book, inception_on: date) -> date:
    """The day on which cover that begins on `inception_on` ends, at 16:00."""
    common = book.period.common
    if common is None:
        return one_year_after(inception_on)
    end = date(inception_on.year, common.month, common.day)
    return end if end > inception_on else date(inception_on.year + 1, common.month, common.day)


def term_of(book: Book, inception_on: date) -> Term:
    """The contract's term, from 16:00 to 16:00."""
    return Term(at_four(inception_on), at_four(ends_on(book, inception_on)))


def earliest_inception(book: Book, applied_on: date) -> date:
    """The first day on which cover applied for on `applied_on` can begin; that very day where the book sets no rule."""
    common = book.period.common
    if common is None:
        return applied_on
    late = applied_on.day > common.closes_on_day
    start = applied_on.replace(day=1) + relativedelta(months=common.lead_months + late, day=common.starts_on_day)
    return start if start >= applied_on else start + relativedelta(months=1)


def is_short(book: Book, inception_on: date) -> bool:
    """Whether the first term ends before a year is over."""
    return ends_on(book, inception_on) < one_year_after(inception_on)


def check_begins(book: Book, inception_on: date, applied_on: date | None = None) -> None:
    """Refuse a first day the book does not allow: the wrong day of the month, or too early for the application."""
    common = book.period.common
    if common is None:
        return
    if not _joins_on(common, inception_on):
        raise Refused(
            f"この商品の保険始期は、毎月{common.starts_on_day}日か更改日({common.month}月{common.day}日)です。"
            "始期日を選び直してください。",
            field="inception_on",
        )
    if applied_on is not None and inception_on < (first := earliest_inception(book, applied_on)):
        raise Refused(
            f"{applied_on:%Y-%m-%d}の申込みで始められるのは{first:%Y-%m-%d}からです。始期日を選び直してください。",
            field="inception_on",
        )


def _joins_on(common: CommonExpiry, on: date) -> bool:
    return on.day == common.starts_on_day or (on.month, on.day) == (common.month, common.day)


def term_share(book: Book, inception_on: date) -> TermShare | None:
    """What a short first term costs of a year's premium; None for a whole year."""
    common = book.period.common
    if common is None or common.first_term == "full":
        return None
    if not is_short(book, inception_on):
        return None
    end = ends_on(book, inception_on)
    months, days = length_of(inception_on, end)
    kind, source = book.period.kind, book.period.source
    with localcontext(EXACT):
        match common.first_term:
            case "monthly":
                return TermShare(Decimal(months), 12, f"短期(月割 {months}か月/12か月)", kind, source)
            case "daily":
                year = (one_year_after(inception_on) - inception_on).days
                return TermShare(Decimal(days), year, f"短期(日割 {days}日/{year}日)", kind, source)
            case _:
                rate = short_rate(book, months, days)
                label = f"短期(短期率 {months}か月まで {rate * 100:f}%)"
                return TermShare(rate, 1, label, book.short_rates.kind, book.short_rates.source)


def length_of(start: date, end: date) -> tuple[int, int]:
    """Months begun and days. A month ends on the 応当日."""
    whole = relativedelta(end, start)
    months = whole.years * 12 + whole.months
    if start + relativedelta(months=months) < end:
        months += 1
    return months, (end - start) // timedelta(days=1)


def short_rate(book: Book, months: int, days: int) -> Decimal:
    """The share earned after that long, from the short-period table (短期率); 1 beyond its last line."""
    for line in book.short_rates.rates:
        if (line.days is not None and days <= line.days) or (line.months is not None and months <= line.months):
            return line.rate
    return Decimal(1)
