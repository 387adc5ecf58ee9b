"""Take in a claim, tie it to its contract, correct what was told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_can_write
from claims.actions.handing_off import hand_off_claim
from claims.actions.shared import check_dates, lock, tell
from claims.models import Claim
from claims.permissions import check_can_change_claim, check_can_link_claim
from claims.queries import cover_snapshot, policy_in_force
from claims.rules.dates import ClaimDates
from claims.rules.steps import Step, first_step
from claims.signals import claim_tied
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.numbering import next_number
from customers.models import Customer
from policies.models import Policy

_DATES = ("occurred_at", "discovered_at", "claimed_at", "reported_at", "is_circumstance")


@action
def open_claim(
    *,
    customer: Customer | None,
    policy: Policy | None,
    facts: dict[str, Any],
    owner: User,
    step: Step | None = None,
    ticket: UUID | None = None,
    by: User,
    at: datetime,
) -> Claim:
    """Open a claim (事故受付) with what the caller tells, and hand it to the insurer once the customer is known.

    Without a policy, the customer's only contract in force at a trigger is taken; where several or none answer, the
    contract stays open and the insurer is told so. Without a `step`, the office's usual next step is set. The same
    `ticket` again (a double click) returns the claim that stands.
    """
    check_can_write(by)
    if ticket is not None and (sent := Claim.objects.filter(agency=by.agency, ticket=ticket).first()):
        return sent
    _check_belongs(by, customer, policy, owner)
    dates = ClaimDates(**{name: facts[name] for name in _DATES})
    check_dates(dates, at)
    _check_circumstance(dates)
    if policy is not None:
        customer = policy.customer
    elif customer is not None:
        policy = policy_in_force(customer, dates)
    year = jst(at).year
    next_step = step or first_step(customer is not None, jst(at).date())
    claim = Claim.objects.create(
        agency=by.agency,
        number=f"J-{year}-{next_number('claim', year):06d}",
        customer=customer,
        policy=policy,
        owner=owner,
        next_action=next_step.action,
        next_on=next_step.on,
        cover=cover_snapshot(customer, policy, dates, at),
        ticket=ticket,
        created_at=at,
        created_by=by,
        **facts,
    )
    tell(claim, "open_claim", f"事故{claim.number}を受け付けました({claim.get_kind_display()})。", by=by, at=at)
    if customer is not None:
        claim = hand_off_claim(claim=claim, step=next_step, by=by, at=at)
    _tell_those_above(claim, by, at)
    return claim


@action
def link_claim(
    *, claim: Claim, customer: Customer, policy: Policy | None, seen_version: int, by: User, at: datetime
) -> Claim:
    """Tie a claim to its customer and contract, found after the call (契約の特定)."""
    current = lock(claim, seen_version)
    check_can_link_claim(by, current)
    _check_belongs(by, customer, policy, current.owner)
    current.customer = policy.customer if policy else customer
    current.policy = policy or policy_in_force(customer, current.dates)
    current.cover = cover_snapshot(current.customer, current.policy, current.dates, at)
    current.edition += 1
    current.version += 1
    current.save()
    named = current.policy.number if current.policy else "契約は確認中"
    summary = f"事故{current.number}を{current.customer.name}({named})に結び付けました。"
    tell(current, "link_claim", summary, by=by, at=at)
    _tell_those_above(current, by, at)
    return current


def _tell_those_above(claim: Claim, by: User, at: datetime) -> None:
    if claim.policy is not None:
        claim_tied.send(sender=Claim, claim=claim, by=by, at=at)


@action
def correct_claim(*, claim: Claim, facts: dict[str, Any], seen_version: int, by: User, at: datetime) -> Claim:
    """Correct what was told (訂正); the verdict on the term is made anew, the old values stay in the history."""
    current = lock(claim, seen_version)
    check_can_change_claim(by, current)
    changes = {
        name: [_plain(getattr(current, name)), _plain(value)]
        for name, value in facts.items()
        if getattr(current, name) != value
    }
    if not changes:
        return current
    for name, value in facts.items():
        setattr(current, name, value)
    check_dates(current.dates, at)
    before = current.cover
    current.cover = cover_snapshot(current.customer, current.policy, current.dates, at)
    current.edition += 1
    current.version += 1
    current.save()
    labels = "・".join(str(field.verbose_name) for field in Claim._meta.local_fields if field.name in changes)
    tell(current, "correct_claim", f"事故の内容を訂正しました({labels})。", by=by, at=at, changes=changes, cover=before)
    return current


def _check_belongs(by: User, customer: Customer | None, policy: Policy | None, owner: User) -> None:
    """Nobody ties a claim to another agency's records."""
    if any(thing is not None and thing.agency_id != by.agency_id for thing in (customer, policy, owner)):
        raise Refused("選んだお客さま・契約・担当者が見つかりません。選び直してください。", field="subject")
    if customer is not None and policy is not None and policy.customer_id != customer.pk:
        raise Refused("選んだ契約は、このお客さまの契約ではありません。選び直してください。", field="subject")


def _check_circumstance(dates: ClaimDates) -> None:
    if dates.is_circumstance and dates.claimed_at is not None:
        raise Refused(
            "すでに請求を受けているときは「おそれの通知」を外してください。おそれの通知は、請求を受ける前に行うものです。",
            field="is_circumstance",
        )


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
