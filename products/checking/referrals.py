"""What a rule says about lifting it makes sense only where an underwriter is asked."""

from collections.abc import Iterator

from products.book import Book
from products.book.cover import EligibilityRule
from products.book.questions import QuestionReferral
from products.checking.finding import Finding, Path


def wrong_referrals(book: Book) -> Iterator[Finding]:
    """`blocks`, `lifted_by` or `missing` on a rule that refers nobody."""
    rules: list[tuple[Path, EligibilityRule | QuestionReferral]] = []
    rules += [(("eligibility", n), rule) for n, rule in enumerate(book.eligibility)]
    rules += [(("questions", n, "refer"), q.refer) for n, q in enumerate(book.questions) if q.refer]
    for path, rule in rules:
        says = rule.blocks != "offer" or rule.lifted_by is not None or rule.missing is not None
        if rule.outcome != "refer" and says:
            yield path, "blocks・lifted_by・missingは、outcomeがreferの決まりにだけ書いてください。"
