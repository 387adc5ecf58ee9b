"""A receipt's own lines, worked through by hand."""

from collections import Counter
from decimal import Decimal, localcontext

from core.money import round_yen
from products.book import Book
from products.factors import EXACT
from products.rating import Receipt


def replayed(receipt: Receipt, book: Book) -> int:
    """The total that the lines give, each checked against the amount it shows."""
    steps = {part.code: part.rounding for part in (book.tariff.components if book.tariff else ())}
    components: list[Decimal] = []
    running = Decimal(0)
    with localcontext(EXACT):
        for line in receipt.lines:
            match line.operation:
                case "base":
                    running = line.amount
                case "times":
                    running *= line.factor or Decimal(0)
                    if line.code == "term":  # twelfths have no end as a decimal
                        assert abs(running - line.amount) < Decimal("1e-60")
                        running = line.amount
                case "component":
                    components.append(running)
                case "sum":
                    running = sum(components, start=Decimal(0))
                case "discount":
                    assert line.factor, "a share of what stands above; its group multiplies"
                case "round":
                    rounding = steps.get(line.component) or book.rounding
                    running = Decimal(round_yen(running, rounding.step, rounding.mode))
                case "minimum":
                    assert line.amount > running
                    running = line.amount
            assert running == line.amount, line
    assert receipt.lines[-1].operation in ("round", "minimum")
    # Exactly one rounding for each component that has its own, and one for the whole; a short term adds its own.
    rounded = Counter((line.component, line.code) for line in receipt.lines if line.operation == "round")
    own = {(line.component, "rounding") for line in receipt.lines if line.operation == "base" and steps[line.component]}
    assert set(rounded) - {("", "term-rounding")} == own | {("", "rounding")}
    assert set(rounded.values()) == {1}
    return int(running)
