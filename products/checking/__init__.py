"""What a well-formed book must still fulfil. Yields paths into the book with Japanese sentences."""

from collections.abc import Iterator

from products.book import Book
from products.checking.conditions import wrong_conditions
from products.checking.finding import Finding
from products.checking.meanings import notices_of, wrong_meanings
from products.checking.names import broken_references, repeated_codes, wrong_menus
from products.checking.parties import wrong_parties
from products.checking.referrals import wrong_referrals
from products.checking.renewal import wrong_renewal
from products.checking.tariff import wrong_figures
from products.checking.texts import missing_texts

__all__ = ["notices_of", "problems_of"]


def problems_of(book: Book) -> Iterator[Finding]:
    """Everything a schema cannot see."""
    yield from repeated_codes(book)
    yield from broken_references(book)
    yield from wrong_meanings(book)
    yield from missing_texts(book)
    yield from wrong_menus(book)
    yield from wrong_parties(book)
    yield from wrong_figures(book)
    yield from wrong_conditions(book)
    yield from wrong_referrals(book)
    yield from wrong_renewal(book)
