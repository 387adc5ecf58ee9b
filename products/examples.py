"""A book's worked examples: what its tariff gives for them, beside what was printed."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.errors import Refused
from core.money import round_yen
from products.book import Book, Example
from products.facts import COMMON_COVERAGES
from products.instalments import instalments
from products.rating import rate
from products.risks import Selection, risk_from, selection_of


@dataclass(frozen=True, slots=True)
class Worked:
    """One example with what the book makes of it; `refusal` where the tariff gives no figure at all."""

    example: Example
    actual_yen: int | None
    instalment_yen: int | None = None
    refusal: str = ""

    @property
    def agrees(self) -> bool:
        """To the yen: the premium, one instalment and the month as printed, as far as the example names them."""
        if self.actual_yen != self.example.premium_yen or self.instalment_yen != self.example.instalment_yen:
            return False
        shown = self.example.shown_monthly_yen
        return shown is None or round_yen(Decimal(self.actual_yen or 0) / 12, 1) == shown


def work_through(book: Book) -> tuple[Worked, ...]:
    """Rate every example of the book."""
    return tuple(_worked(example, book) for example in book.examples)


def chosen_in(example: Example, book: Book) -> Selection:
    """The cover an example chooses: its plan's, its own limits over it, its riders."""
    plan = book.plan(example.plan) if example.plan else None
    start = selection_of(plan, riders=example.riders) if plan else Selection(0, 0, riders=example.riders or ())
    common: dict[str, Any] = {
        name: limit
        for name, limit in example.limits.items()
        if name.removesuffix("_yen") in COMMON_COVERAGES or name in ("deductible_yen", "waiting_hours")
    }
    others = dict(start.other_limits) | {
        name.removesuffix("_yen"): limit for name, limit in example.limits.items() if name not in common
    }
    return replace(start, **common, other_limits=tuple(sorted(others.items())))


def _worked(example: Example, book: Book) -> Worked:
    facts: dict[str, Any] = {"industry": example.industry, "sales_yen": example.sales_yen, **example.facts}
    if not example.answers:
        facts["security_score"] = example.security_score
    if example.inception_on is not None:
        facts["inception_on"] = example.inception_on.isoformat()
    try:
        receipt = rate(risk_from(facts, book, example.answers), chosen_in(example, book), book)
        each = instalments(receipt.total_yen, example.payment, book).amounts_yen[0] if example.payment else None
    except Refused as refusal:
        return Worked(example, None, refusal=refusal.message)
    return Worked(example, receipt.total_yen, each)
