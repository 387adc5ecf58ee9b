"""The arithmetic of commissions: which rate counts on a day, and what it comes to. Facts in, figures out."""

from collections.abc import Iterable
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
