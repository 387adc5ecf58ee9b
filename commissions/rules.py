"""The arithmetic of commissions: which rate counts on a day, and what it comes to. Facts in, figures out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import round_yen


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A rate from a day on; of two for one day the one written later counts (`order`)."""

    product: int
    starts_on: date
    order: int
    rate: Decimal


def rate_on(rates: Iterable[DatedRate], product: int, on: date) -> Decimal | None:
    """The rate that counted for a product on a day; None while nobody has set one."""
    standing = [rate for rate in rates if rate.product == product and rate.starts_on <= on]
    newest = max(standing, key=lambda rate: (rate.starts_on, rate.order), default=None)
    return newest.rate if newest else None


def commission_of(premium_yen: int, rate: Decimal) -> int:
    """手数料: the share of the premium, 1円未満切り捨て."""
    return round_yen(premium_yen * rate, 1, "down")


@dataclass(frozen=True, slots=True)
class Move:
    """What moved a contract's premium on a day: its making (新契約), a 異動, its end; and the premium after it."""

    kind: str
    on: date
    premium_yen: int


@dataclass(frozen=True, slots=True)
class Booking:
    """A line of the book: by how much premium and commission went up or down (追加・戻入)."""

    kind: str
    on: date
    premium_yen: int
    commission_yen: int | None


def bookings(moves: Iterable[Move], rate: Decimal | None) -> Iterator[Booking]:
    """Each move as a line. What is added or taken back is the difference of two commissions, each rounded as one: so
    a contract's lines always add up to the commission of the premium that is left of it."""
    before = 0
    for move in moves:
        earned = None if rate is None else commission_of(move.premium_yen, rate) - commission_of(before, rate)
        yield Booking(move.kind, move.on, move.premium_yen - before, earned)
        before = move.premium_yen


def left_without_surcharge(earned_yen: int, premium_yen: int, paid_yen: int) -> int:
    """The premium an ended contract keeps, without the surcharge for paying in parts, which earns no commission."""
    return earned_yen if paid_yen == premium_yen else round_yen(Decimal(earned_yen) * premium_yen / paid_yen, 1, "down")
