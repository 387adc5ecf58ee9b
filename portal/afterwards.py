"""What a customer reads after he has signed his answers: rooms above say what comes next for him.

A room registers in its AppConfig; the page asks. Without a word of theirs the page says that the agency calls.
"""

from collections.abc import Callable
from dataclasses import dataclass

from quotes.models import Quote


@dataclass(frozen=True, slots=True)
class Afterwards:
    """A heading and some sentences, to the customer."""

    heading: str
    sentences: tuple[str, ...]


_tellers: list[Callable[[Quote], Afterwards | None]] = []


def tell(teller: Callable[[Quote], Afterwards | None]) -> None:
    """A room above says what follows for its quotes, or None for those of others."""
    _tellers.append(teller)


def afterwards_of(quote: Quote) -> Afterwards | None:
    """The first word of a room above, if one has any."""
    return next((said for teller in _tellers if (said := teller(quote)) is not None), None)
