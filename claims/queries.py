"""What screens and verbs ask about claims and the contracts they may concern."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from claims.models import Claim, ClaimQuerySet
from claims.rules.breach import BreachClock, breach_clock
from claims.rules.cover import PolicyVerdict, answering, judge
from claims.rules.dates import ClaimDates
from claims.states import OPEN_CLAIMS, ClaimKind, ClaimStatus
from core.clock import jst
from customers.happenings import Happening
from customers.models import Customer
from policies.models import Policy

SHOWN = 8  # candidates a person can take in while on the phone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer the caller may be, with the contracts to choose from."""

    customer: Customer
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What can be said at once: each contract against the dates, and which one answers."""

    verdicts: tuple[PolicyVerdict, ...]
    chosen: Policy | None
    answering: tuple[str, ...]


def policies_of(customer: Customer) -> list[Policy]:
    """A customer's contracts, the latest first."""
    return list(_light(Policy.objects.filter(customer=customer)))


def candidates(user: User, text: str) -> tuple[list[Candidate], bool]:
    """Customers whose name, kana or number, or whose policy number, was typed; and whether there are more."""
    words = text.strip()
    if not words:
        return [], False
    by_policy = Policy.objects.visible_to(user).filter(number__istartswith=words).order_by("pk").values("customer")
    found = list(Customer.objects.visible_to(user).search(words).order_by("kana_folded", "pk")[: SHOWN + 1])
    if not found and words.upper().startswith("C-"):
        found = list(Customer.objects.visible_to(user).filter(pk__in=by_policy).order_by("pk")[: SHOWN + 1])
    shown = found[:SHOWN]
    return with_policies(shown), len(found) > SHOWN


def with_policies(customers: Sequence[Customer]) -> list[Candidate]:
    """Customers with their contracts, in one statement for all."""
    contracts: dict[int, list[Policy]] = {}
    for policy in _light(Policy.objects.filter(customer__in=customers)):
        contracts.setdefault(policy.customer_id, []).append(policy)
    return [Candidate(customer, tuple(contracts.get(customer.pk, ()))) for customer in customers]


def assess(customer: Customer | None, policy: Policy | None, dates: ClaimDates) -> Assessment:
    """The customer's contracts against the dates; the chosen one first, then those in force at a trigger."""
    if customer is None:
        return Assessment((), None, ())
    policies = policies_of(customer)
    numbers = answering([p.cover_facts for p in policies], dates)
    chosen = policy or _only([p for p in policies if p.number in numbers])
    concerned = [p for p in policies if p.number in numbers or (chosen and p.pk == chosen.pk)] or policies[:3]
    concerned.sort(key=lambda p: p != chosen)
    return Assessment(tuple(judge(p.cover_facts, dates) for p in concerned), chosen, numbers)


def policy_in_force(customer: Customer, dates: ClaimDates) -> Policy | None:
    """The customer's only contract in force at a trigger; None where several or none answer."""
    return assess(customer, None, dates).chosen


def cover_snapshot(customer: Customer | None, policy: Policy | None, dates: ClaimDates, at: datetime) -> dict[str, Any]:
    """What was said about the term at that moment, kept word for word with the claim."""
    found = assess(customer, policy, dates)
    return {
        "assessed_at": at.isoformat(),
        "policies": [asdict(verdict) | {"answers": verdict.answers} for verdict in found.verdicts],
        "chosen": policy.number if policy else None,
    }


def clock_of(claim: Claim) -> BreachClock | None:
    """The breach clock of a claim that touches personal data."""
    return breach_clock(claim.breach) if claim.breach else None


def claims_due(user: User, on: date) -> ClaimQuerySet:
    """Open claims whose next step is due that day or was before, oldest first. For today's work."""
    return Claim.objects.visible_to(user).still_open().filter(next_on__lte=on).order_by("next_on", "pk")


def claims_of(customer: Customer) -> ClaimQuerySet:
    """A customer's claims, newest first, as the file shows them."""
    return Claim.objects.filter(customer=customer).select_related("policy", "owner").order_by("-pk")


def happenings(customer: Customer) -> list[Happening]:
    """What a customer told us of events, for the rooms beside; what was withdrawn did not happen."""
    told = Claim.objects.filter(customer=customer).exclude(status=ClaimStatus.WITHDRAWN).order_by("-pk")
    fields = ("number", "kind", "occurred_at", "discovered_at", "status", "is_circumstance")
    return [
        Happening(
            number=claim.number,
            label=claim.get_kind_display(),
            on=jst(claim.occurred_at or claim.discovered_at).date(),
            url=claim.get_absolute_url(),
            is_open=claim.status in OPEN_CLAIMS,
            is_attack=claim.kind == ClaimKind.CYBER and not claim.is_circumstance,
            is_circumstance=claim.is_circumstance,
        )
        for claim in told.only(*fields)
    ]


def _light(policies: QuerySet[Policy]) -> QuerySet[Policy]:
    """The latest first, without the long texts nobody reads out on the phone."""
    heavy = ("terms", "instalments", "product_version__content")
    return policies.select_related("product_version__product").defer(*heavy).order_by("-starts_at", "-pk")


def _only(policies: Sequence[Policy]) -> Policy | None:
    return policies[0] if len(policies) == 1 else None
