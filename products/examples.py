"""A book's worked examples: what its tariff gives for them, beside what was printed."""

from dataclasses import dataclass

from core.errors import Refused
from products.book import Book, Example
from products.rating import Selection, rate, risk_from, selection_of


@dataclass(frozen=True, slots=True)
class Worked:
    """One example with what the book makes of it; `refusal` where the tariff gives no figure at all."""

    example: Example
    actual_yen: int | None
    refusal: str = ""

    @property
    def agrees(self) -> bool:
        """To the yen."""
        return self.actual_yen == self.example.premium_yen


def work_through(book: Book) -> tuple[Worked, ...]:
    """Rate every example of the book."""
    return tuple(_worked(example, book) for example in book.examples)


def _worked(example: Example, book: Book) -> Worked:
    facts = {
        "industry": example.industry,
        "sales_yen": example.sales_yen,
        "security_score": example.security_score,
    }
    try:
        receipt = rate(risk_from(facts, book), _selection(example, book), book)
    except Refused as refusal:
        return Worked(example, None, refusal.message)
    return Worked(example, receipt.total_yen)


def _selection(example: Example, book: Book) -> Selection:
    plan = book.plan(example.plan)
    if plan is None:  # read_book has refused such a book
        raise Refused(f"プラン「{example.plan}」はこの商品にありません。")
    return selection_of(plan, riders=example.riders)
