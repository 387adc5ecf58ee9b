"""What a contract's premium comes to when it ends early or changes on the way: earned, refunded, added (返還保険料).

The method is the book's own, by kind of end and way of paying. The refund is the premium less the rounded earned
premium, never the rounded rest (practice 4-3): a clause takes away what was earned.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Literal, get_args

from core.errors import Refused
from core.money import format_share, round_yen
from products.book import Book, RefundRule
from products.factors import EXACT
from products.rating import ROUNDINGS
from products.tariff import Kind
from products.terms import length_of, short_rate

End = Literal["cancelled_by_customer", "cancelled_by_insurer", "mid_term_renewal", "reduced", "void"]
ENDS: tuple[End, ...] = get_args(End)


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One step of the calculation, with the exact amount it came to."""

    label: str
    figure: str
    amount: Decimal
    kind: Kind
    source: str

    def as_json(self) -> dict[str, Any]:
        """Plain values for a record."""
        return asdict(self) | {"amount": f"{self.amount:f}"}


@dataclass(frozen=True, slots=True)
class Refund:
    """What was earned of the premium, and what follows for the payments that have fallen due.

    `refund_yen` goes back to the customer; `owed_yen` is what he still has to pay for the time he was covered.
    One of the two is 0.
    """

    method: str
    earned_yen: int
    due_yen: int
    lines: tuple[RefundLine, ...]

    @property
    def refund_yen(self) -> int:
        return max(self.due_yen - self.earned_yen, 0)

    @property
    def owed_yen(self) -> int:
        return max(self.earned_yen - self.due_yen, 0)

    @property
    def is_assumption(self) -> bool:
        """Whether a figure rests on the house's assumption, so that the insurer's own calculation may differ."""
        return any(line.kind == "assumption" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payments:
    """How the premium is paid: the way's code in the book, what the term's payments come to, and what of that has
    fallen due. `rate_yen` is what a whole term costs at the rate that holds at the end; another than `total_yen` only
    where the premium changed on the way (異動)."""

    way: str
    total_yen: int
    due_yen: int
    rate_yen: int | None = None


def refund_rule(book: Book, end: End, way: str) -> RefundRule:
    """The book's rule for this end and way of paying; the exact one before the one for any way. Raises Refused."""
    payment = book.payment(way)
    paid: Literal["lump_sum", "monthly"]
    paid = "monthly" if payment is not None and payment.instalments > 1 else "lump_sum"
    rules = {rule.payment: rule for rule in book.refunds if rule.end == end}
    found = rules.get(paid) or rules.get("any")
    if found is None:
        raise Refused(
            "この商品の帳簿に、この終わり方の返還方法がありません。保険会社に確認し、商品の設定を直してください。"
        )
    return found


def refund(*, book: Book, end: End, payments: Payments, starts_on: date, ends_on: date, on: date) -> Refund:
    """What becomes of the premium of a term when the contract ends at 16:00 on `on`.

    A contract that ends in the very hour it begins never covered anything: nothing is earned. Otherwise at least
    the minimum premium is (checks 21), whatever the method, but never more than the whole premium.
    """
    rule = refund_rule(book, end, payments.way)
    total = Decimal(payments.total_yen)
    lines = [RefundLine("保険期間の保険料", "", total, "derived", "契約")]
    if on <= starts_on or rule.method == "full":
        label = "全額を返還" if rule.method == "full" else "補償の開始前"
        lines.append(RefundLine(f"既経過保険料({label})", "0%", Decimal(0), rule.kind, rule.source))
        earned = 0
    else:
        earned = _earned(book, rule, payments, lines, starts_on, ends_on, on)
        minimum = book.tariff.minimum if book.tariff else None
        if minimum is not None and earned < minimum.premium_yen:
            earned = min(minimum.premium_yen, payments.total_yen)
            lines.append(RefundLine("最低保険料", "", Decimal(earned), minimum.kind, minimum.source))
    lines.append(RefundLine("払込期日が来た保険料", "", Decimal(payments.due_yen), "derived", "払込の予定"))
    lines.append(RefundLine("差引(払込期日が来た分−既経過)", "", Decimal(payments.due_yen - earned), "derived", "計算"))
    return Refund(rule.method, earned, payments.due_yen, tuple(lines))


def _earned(
    book: Book, rule: RefundRule, payments: Payments, lines: list[RefundLine], starts_on: date, ends_on: date, on: date
) -> int:
    parts, whole, figure = elapsed_share(book, rule.method, starts_on, ends_on, on)
    total = payments.total_yen
    rate = total if payments.rate_yen is None else payments.rate_yen
    with localcontext(EXACT):
        # What is left is left at the rate of the end; everything else of what is paid was earned.
        exact = total - rate * (whole - parts) / whole
    if rate != total:
        lines.append(RefundLine("終了時の保険料(保険期間の全体)", "", Decimal(rate), "derived", "異動"))
    kind, source = _standing(book, rule)
    lines.append(RefundLine(f"既経過保険料({METHODS[rule.method]})", figure, exact, kind, source))
    rounding = book.rounding
    earned = max(min(round_yen(exact, rounding.step, rounding.mode), total), 0)
    words = f"{rounding.step:,}円単位に{ROUNDINGS[rounding.mode]}"
    lines.append(RefundLine(words, "", Decimal(earned), rounding.kind, rounding.source))
    return earned


METHODS = {"short_rate": "短期率", "monthly": "月割", "daily": "日割", "full": "全額返還", "none": "返還なし"}


def elapsed_share(book: Book, method: str, starts_on: date, ends_on: date, on: date) -> tuple[Decimal, Decimal, str]:
    """How much of the term is over by the method: parts, of how many, and in words. Months end on the 応当日, and a
    month that has begun counts whole; the short rate of a term below a year is measured by that of the whole term."""
    months, days = length_of(starts_on, on)
    all_months, all_days = length_of(starts_on, ends_on)
    if on <= starts_on:
        return Decimal(0), Decimal(1), "0%"
    match method:
        case "short_rate":
            rate, whole = short_rate(book, months, days), short_rate(book, all_months, all_days)
            words = format_share(rate) if whole == 1 else f"{format_share(rate)}/{format_share(whole)}"
            return rate, whole, words
        case "monthly":
            return Decimal(months), Decimal(all_months), f"{months}か月/{all_months}か月"
        case "daily":
            return Decimal(days), Decimal(all_days), f"{days}日/{all_days}日"
        case "none":
            return Decimal(1), Decimal(1), "100%"
    return Decimal(0), Decimal(1), "0%"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change on the way costs for the rest of the term: above zero added (追加), below zero returned (返還)."""

    difference_yen: int
    lines: tuple[RefundLine, ...]


def difference(
    *, book: Book, way: str, before_yen: int, after_yen: int, starts_on: date, ends_on: date, on: date
) -> Difference:
    """The premium difference of an endorsement, from the day the change took place (checks 13).

    Both directions by the book's method for a reduction (`reduced`): the same days are given and taken.
    """
    rule = refund_rule(book, "reduced", way)
    parts, whole, figure = elapsed_share(book, rule.method, starts_on, ends_on, on)
    yearly = Decimal(after_yen - before_yen)
    with localcontext(EXACT):
        exact = yearly * (whole - parts) / whole
    kind, source = _standing(book, rule)
    rounding = book.rounding
    rounded = round_yen(abs(exact), rounding.step, rounding.mode) * (1 if exact >= 0 else -1)
    lines = (
        RefundLine("変更前の保険料", "", Decimal(before_yen), "derived", "契約"),
        RefundLine("変更後の保険料", "", Decimal(after_yen), "derived", "異動の承認"),
        RefundLine(f"残りの期間の差額({METHODS[rule.method]}、既経過 {figure})", "", exact, kind, source),
        RefundLine(
            f"{rounding.step:,}円単位に{ROUNDINGS[rounding.mode]}", "", Decimal(rounded), rounding.kind, rounding.source
        ),
    )
    return Difference(rounded, lines)


def _standing(book: Book, rule: RefundRule) -> tuple[Kind, str]:
    """How sure the figure is: the short rates have a source of their own."""
    known: Sequence[tuple[Kind, str]] = [(rule.kind, rule.source)]
    if rule.method == "short_rate":
        known = [*known, (book.short_rates.kind, book.short_rates.source)]
    return next((one for one in known if one[0] == "assumption"), known[0])
