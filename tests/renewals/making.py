"""How tests get renewals: by running the round, as the house does."""

from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from core.clock import JST
from customers.models import Customer
from policies.models import Policy
from renewals.models import Renewal, Round
from renewals.round import run_round
from renewals.states import RoundKind
from tests.making import make_robot
from tests.policies.making import make_policy_ending

EXPIRY = date(2027, 7, 1)


def at(on: date, hour: int = 6, minute: int = 0) -> datetime:
    """A moment on a Japanese wall clock."""
    return datetime.combine(on, time(hour, minute), tzinfo=JST)


def before(days: int, expiry: date = EXPIRY) -> date:
    """So many days before the expiry day; negative after it."""
    return expiry - timedelta(days=days)


def run(on: date, hour: int = 6, minute: int = 0, *, kind: RoundKind = RoundKind.NIGHTLY) -> Round:
    """The round of that day at that time."""
    robot = User.objects.filter(is_robot=True).first() or make_robot(User.objects.order_by("pk")[0].agency)
    return run_round(on=on, at=at(on, hour, minute), by=robot, kind=kind)


def make_expiring(customer: Customer | None = None, *, expiry: date = EXPIRY, **facts: Any) -> Policy:
    """A policy in force that ends at 16:00 on `expiry`."""
    return make_policy_ending(expiry, customer, **facts)


def make_renewal(*, days: int = 60, customer: Customer | None = None, expiry: date = EXPIRY, **facts: Any) -> Renewal:
    """A renewal opened and notified by the round so many days before expiry."""
    policy = make_expiring(customer, expiry=expiry, **facts)
    run(before(days, expiry))
    return Renewal.objects.select_related("policy", "customer", "owner").get(policy=policy)
