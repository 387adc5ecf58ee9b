"""What the rooms above know happened to a customer, told upward without his file's knowing them.

A room registers in its AppConfig; rooms beside it read here, so that neither knows the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customers.models import Customer


@dataclass(frozen=True, slots=True)
class Happening:
    """An event we were told of: its number and page, when it happened or was found, and whether it is still open.

    `is_attack`: it came from outside. `is_circumstance`: nothing has happened yet, something may.
    """

    number: str
    label: str
    on: date
    url: str
    is_open: bool
    is_attack: bool = False
    is_circumstance: bool = False


_tellers: list[Callable[[Customer], list[Happening]]] = []


def tell(teller: Callable[[Customer], list[Happening]]) -> None:
    """A room above says what it knows of a customer."""
    _tellers.append(teller)


def happenings_of(customer: Customer) -> tuple[Happening, ...]:
    """Everything the rooms above know, the newest first."""
    known = [happening for teller in _tellers for happening in teller(customer)]
    return tuple(sorted(known, key=lambda one: (one.on, one.number), reverse=True))
