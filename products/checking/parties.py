"""Group, agencies and papers to hand in: what the schema cannot see about them."""

from collections.abc import Iterator
from decimal import Decimal

from products.book import Book
from products.checking.finding import Finding


def wrong_parties(book: Book) -> Iterator[Finding]:
    """Shares that do not add up, a membership nobody asks for."""
    if book.handled_by:
        total = sum((agency.share for agency in book.handled_by), start=Decimal(0))
        if total != 1:
            yield ("handled_by",), f"共同取扱の分担割合の合計が1になりません({total:f})。"
    if book.group is not None:
        question = book.question(book.group.membership)
        if question is None or question.kind != "yes_no":
            yield (
                ("group", "membership"),
                f"会員かどうかを尋ねる「はい・いいえ」の質問「{book.group.membership}」がありません。",
            )
