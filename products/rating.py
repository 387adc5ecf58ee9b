"""What a cover costs, with its receipt (保険料の計算明細).

`rate` multiplies exactly and rounds once, as a named step; every line says which figure was used and how it is
known. The screen, the quotation, the tests and the complaint desk read the same lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Literal

from core.money import format_share, round_yen
from products.book import Book
from products.conditions import Known
from products.factors import EXACT, NotRateable, applied
from products.risks import Risk, Selection, known_of
from products.tariff import AnyFactor, Component, Discount, Kind, Rounding, Tariff
from products.terms import term_share

MOST_YEN = 10**15  # as much as a book may write; no amount beyond it can be stored
Operation = Literal["base", "times", "component", "sum", "discount", "round", "minimum"]
ROUNDINGS = {
    "half_up": "四捨五入", "half_even": "偶数への丸め", "down": "切り捨て", "floor": "切り捨て", "ceiling": "切り上げ",
}  # fmt: skip


# The receipt's line by which an underwriter moved the premium.
UNDERWRITING = "underwriting"


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One step of the sum. `amount` is the running amount of its component (or of the whole) after it."""

    component: str
    code: str
    label: str
    operation: Operation
    factor: Decimal | None
    amount: Decimal
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The premium and how it came about. `is_reference`: an assumption entered it (参考)."""

    lines: tuple[ReceiptLine, ...]
    exact: Decimal
    total_yen: int
    is_reference: bool = field(default=False)

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing and scripting; decimals as text, never as floats."""
        return {
            "total_yen": self.total_yen,
            "is_reference": self.is_reference,
            "exact": f"{self.exact:f}",
            "lines": [
                {
                    "component": line.component,
                    "code": line.code,
                    "label": line.label,
                    "operation": line.operation,
                    "factor": None if line.factor is None else f"{line.factor:f}",
                    "amount": f"{line.amount:f}",
                    "kind": line.kind,
                    "source": line.source,
                }
                for line in self.lines
            ],
        }


def rate(risk: Risk, selection: Selection, book: Book) -> Receipt:
    """The premium of the contract's term in yen, with its receipt. Raises NotRateable where there is no figure.

    The term is a year unless the risk says when cover begins and the book has a common expiry. Where the carrier
    quotes (保険会社見積), the refusal asks for its answer.
    """
    try:
        return _by_tariff(risk, selection, book)
    except NotRateable as ended:
        if book.carrier_quote is None:
            raise
        raise NotRateable(book.carrier_quote.sentence) from ended


def moved(receipt: Receipt, percent: int, book: Book, source: str) -> Receipt:
    """The premium moved by so many percent (引受担当の調整), rounded as the book rounds, as lines of their own.

    It never falls below the book's minimum, unless the tariff's own premium (of a short term) lies there.
    """
    if not percent:
        return receipt
    factor = 1 + Decimal(percent) / 100
    with localcontext(EXACT):
        exact = receipt.total_yen * factor
    label = f"引受担当の調整({percent:+d}%)"
    lines = [*receipt.lines, ReceiptLine("", UNDERWRITING, label, "times", factor, exact, "carrier", source)]
    premium = _rounded("", exact, book.rounding, lines, "underwriting-rounding")
    least = min(book.minimum_yen, receipt.total_yen)
    if premium < least:
        premium = least
        minimum = Decimal(least)
        lines.append(ReceiptLine("", "minimum", "最低保険料", "minimum", None, minimum, "carrier", book.name))
    return Receipt(tuple(lines), exact, premium, receipt.is_reference)


def _by_tariff(risk: Risk, selection: Selection, book: Book) -> Receipt:
    tariff = book.tariff
    if tariff is None:
        raise NotRateable("この商品に料率はありません。")
    known = known_of(risk, book, selection)
    lines: list[ReceiptLine] = []
    total = Decimal(0)
    with localcontext(EXACT):
        for component in tariff.components:
            if component.when is None or known.holds(component.when):
                total += _component(component, known, lines)
        lines.append(_step("", "sum", "各補償の合計", "sum", None, total))
        total = _multiply("", total, tariff.factors, known, lines)
        total = _discounted(total, tariff, known, lines)
        premium = _rounded("", total, tariff.rounding, lines)
        premium = _at_least(premium, tariff, lines)
        premium = _for_the_term(premium, risk, book, lines)
    return Receipt(tuple(lines), total, premium, any(line.kind == "assumption" for line in lines))


def _discounted(total: Decimal, tariff: Tariff, known: Known, lines: list[ReceiptLine]) -> Decimal:
    """Within a group discounts are added, at most to its cap; groups are multiplied."""
    for group in tariff.discounts:
        given = [discount for discount in group.discounts if discount_applies(discount, known)]
        if not given:
            continue
        added = sum((discount.rate for discount in given), start=Decimal(0))
        lines += [
            ReceiptLine("", one.code, one.label, "discount", one.rate, total, one.kind, one.source) for one in given
        ]
        left = 1 - min(added, group.cap)
        total *= left
        capped = f"(合計{format_share(added)}、上限{format_share(group.cap)})" if added > group.cap else ""
        weakest = next((one for one in given if one.kind == "assumption"), given[0])
        lines.append(
            ReceiptLine("", group.code, f"{group.label}{capped}", "times", left, total, weakest.kind, weakest.source)
        )
    return total


def discount_applies(discount: Discount, known: Known) -> bool:
    """Whether the condition holds and the proof has not expired when cover begins. Days are ISO text."""
    if not known.holds(discount.when):
        return False
    if discount.expires is None:
        return True
    last_day, begins = str(known.facts[discount.expires]), str(known.facts["inception_on"])
    return bool(last_day) and (not begins or last_day >= begins)


def _at_least(premium: int, tariff: Tariff, lines: list[ReceiptLine]) -> int:
    minimum = tariff.minimum
    if premium >= minimum.premium_yen:
        return premium
    amount = Decimal(minimum.premium_yen)
    lines.append(ReceiptLine("", "minimum", "最低保険料", "minimum", None, amount, minimum.kind, minimum.source))
    return minimum.premium_yen


def _for_the_term(premium: int, risk: Risk, book: Book, lines: list[ReceiptLine]) -> int:
    begins = str(risk.facts["inception_on"])
    part = term_share(book, date.fromisoformat(begins)) if begins else None
    if part is None:
        return premium
    amount = part.of(premium)
    lines.append(ReceiptLine("", "term", part.label, "times", part.share, amount, part.kind, part.source))
    return _rounded("", amount, book.rounding, lines, "term-rounding")


def _component(component: Component, known: Known, lines: list[ReceiptLine]) -> Decimal:
    code, base = component.code, component.base
    lines.append(
        ReceiptLine(code, code, f"{component.label} 基礎額", "base", base, base, component.kind, component.source)
    )
    amount = _multiply(code, base, component.factors, known, lines)
    if component.rounding is not None:
        amount = Decimal(_rounded(code, amount, component.rounding, lines))
    if component.minimum_yen is not None and amount < component.minimum_yen:
        amount = Decimal(component.minimum_yen)
        label = f"{component.label} 最低額"
        lines.append(ReceiptLine(code, code, label, "minimum", None, amount, component.kind, component.source))
    lines.append(_step(code, code, component.label, "component", None, amount))
    return amount


def _multiply(
    component: str,
    amount: Decimal,
    factors: Iterable[AnyFactor],
    known: Known,
    lines: list[ReceiptLine],
) -> Decimal:
    for factor in factors:
        if factor.when is not None and not known.holds(factor.when):
            continue
        found = applied(factor, known)
        amount *= found.value
        lines.append(
            ReceiptLine(component, factor.code, factor.label, "times", found.value, amount, found.kind, found.source)
        )
    return amount


def _step(
    component: str, code: str, label: str, operation: Operation, factor: Decimal | None, amount: Decimal
) -> ReceiptLine:
    """A line that only adds up; it brings no figure of its own."""
    return ReceiptLine(component, code, label, operation, factor, amount, "derived", "計算")


def _rounded(
    component: str, amount: Decimal, rounding: Rounding, lines: list[ReceiptLine], code: str = "rounding"
) -> int:
    """The named step of rounding, with its line."""
    if amount >= MOST_YEN:
        raise NotRateable("保険料が1,000兆円以上になります。料率を確認するか、引受照会をしてください。")
    rounded = round_yen(amount, rounding.step, rounding.mode)
    label = f"{rounding.step:,}円単位に{ROUNDINGS[rounding.mode]}"
    lines.append(ReceiptLine(component, code, label, "round", None, Decimal(rounded), rounding.kind, rounding.source))
    return rounded
