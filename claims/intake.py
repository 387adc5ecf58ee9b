"""What the person on the phone needs to see beside the form: cover, breach clock, who answers at this hour."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from claims.forms import ClaimForm
from claims.queries import Assessment, assess
from claims.rules.breach import BreachClock, breach_clock
from claims.rules.hours import OfficeHours, office_is_open
from core.clock import jst
from customers.models import Customer
from policies.models import Policy
from products.book import Desk
from products.desks import open_desks
from products.queries import products_sold_on


@dataclass(frozen=True, slots=True)
class Panel:
    """The right-hand side of the intake screen."""

    assessment: Assessment | None
    clock: BreachClock | None
    office_open: bool
    desks: tuple[Desk, ...]


def panel(user: User, customer: Customer | None, policy: Policy | None, form: ClaimForm, at: datetime) -> Panel:
    """Everything that can be said from what was typed so far; `form` has been cleaned, valid or not."""
    dates = form.dates() if form.is_bound else None
    breach = form.breach() if form.is_bound else None
    open_now = office_is_open(OfficeHours(user.agency.opens_at, user.agency.closes_at), at)
    return Panel(
        assess(customer, policy, dates) if dates else None,
        breach_clock(breach) if breach else None,
        open_now,
        () if open_now else claims_desks(policy, at),
    )


def claims_desks(policy: Policy | None, at: datetime) -> tuple[Desk, ...]:
    """The insurer's claims desks that answer at that minute: of the contract's book, or of all books on sale."""
    versions = [policy.product_version] if policy else products_sold_on(jst(at).date())
    desks = [desk for version in versions for desk in open_desks(version.book, at)]
    # Some carriers give the number to those insured only; the note says where it stands.
    return tuple({desk.phone or desk.label: desk for desk in desks}.values())
