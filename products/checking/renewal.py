"""更改の定め: what the schema cannot see about it."""

from collections.abc import Iterator

from products.book import Book
from products.checking.conditions import every_condition
from products.checking.finding import Finding
from products.checking.tariff import every_factor
from products.facts import CLAIMS_IN_TERM
from products.tariff import (
    AnyFactor,
    BandFactor,
    CountFactor,
    CurveFactor,
    GridFactor,
    LookupFactor,
    MatrixFactor,
)


def wrong_renewal(book: Book) -> Iterator[Finding]:
    """A 簡易 track without a premium to print, claims that nothing reads, a product that follows itself."""
    rules = book.renewal
    if rules is None:
        return
    if rules.simple is not None and book.tariff is None:
        yield ("renewal", "simple"), "保険料を保険会社が算出する商品では、案内に保険料を印字する簡易更改はできません。"
    if rules.experience is not None:
        is_read = _reads_claims(book)
        if rules.experience.by == "book" and not is_read:
            yield (
                ("renewal", "experience", "by"),
                f"引受条件にも料率にも{CLAIMS_IN_TERM}(契約期間中の事故の件数)がありません。"
                "料率に入れるか、by: underwritingとしてください。",
            )
        if rules.experience.by == "underwriting" and is_read:
            yield (
                ("renewal", "experience", "by"),
                f"引受条件か料率が{CLAIMS_IN_TERM}を読んでいます。by: bookとしてください。",
            )
    if rules.successor is not None and rules.successor.product == book.code:
        yield ("renewal", "successor", "product"), "後継商品がこの商品自身になっています。"


def _reads_claims(book: Book) -> bool:
    """Whether a condition, a formula or a factor of the book knows the claims of the term."""
    if any(CLAIMS_IN_TERM in book.language.names_in(source) for _, source in every_condition(book)):
        return True
    return any(CLAIMS_IN_TERM in _facts_of(factor) for _, factor in every_factor(book))


def _facts_of(factor: AnyFactor) -> set[str]:
    """The facts a table is read by."""
    match factor:
        case LookupFactor() | BandFactor() | CurveFactor() | CountFactor():
            return {factor.fact}
        case GridFactor():
            return {factor.row_fact, factor.column_fact}
        case MatrixFactor():
            return {factor.row.fact, factor.column.fact}
        case _:
            return set()
