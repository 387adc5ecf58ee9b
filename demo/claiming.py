"""Claims: the call, the insurer's answer, the weeks in between, and how each ends."""

from datetime import datetime, timedelta
from functools import partial

from claims import actions as claims
from claims.models import Claim
from claims.states import Authority, ClaimKind
from core.clock import jst
from core.doors import perform
from demo.diary import working_day_before
from demo.office import Office
from demo.words import FOLLOW_UPS, MISHAPS, UNKNOWN_CALLER, Mishap
from policies.models import Policy
from policies.states import PolicyStatus

REPORTABLE = 1000  # persons: a leak that has to be reported to the authority whatever its cause


def call(office: Office, number: int, at: datetime) -> None:
    """Somebody reports an event. The latest caller could not say which contract, and was not found yet."""
    policy = None if number == 0 else _hit(office, at)
    if number and policy is None:
        return
    claim = _take_in(office, MISHAPS[number % len(MISHAPS)], policy, at)
    if number > 1:  # the insurer has not answered the one of yesterday
        office.diary.write_after(at, 1, 2, partial(_note_reference, office, claim, number))


def _hit(office: Office, at: datetime) -> Policy | None:
    """A contract that has run for some weeks and has had no claim."""
    running = Policy.objects.filter(starts_at__lt=at - timedelta(days=20), ends_at__gt=at, claims=None)
    running = running.exclude(status=PolicyStatus.CANCELLED)
    policies = list(running.select_related("customer", "in_charge").order_by("pk"))
    return office.random.choice(policies) if policies else None


def _take_in(office: Office, mishap: Mishap, policy: Policy | None, at: datetime) -> Claim:
    discovered_at = at - timedelta(minutes=office.random.randrange(40, 300))
    contact = policy.customer.contacts.first() if policy else None
    facts = {
        "kind": mishap.kind, "description": mishap.words, "measures": list(mishap.measures),
        "occurred_at": discovered_at - timedelta(minutes=office.random.randrange(30, 4000)),
        "discovered_at": discovered_at, "claimed_at": None, "reported_at": at,
        "is_circumstance": mishap.kind == ClaimKind.MEDIA,
        "involves_personal_data": mishap.persons is not None, "leak_persons": mishap.persons,
        "leak_wrongful": mishap.persons is not None and mishap.persons > REPORTABLE,
        "reporter_name": contact.name if contact else UNKNOWN_CALLER.name,
        "reporter_phone": policy.customer.phone if policy else UNKNOWN_CALLER.phone,
        "reporter_email": contact.email if contact else "",
        "caller_words": "" if policy else UNKNOWN_CALLER.words,
    }  # fmt: skip
    person = policy.in_charge if policy else office.clerk
    customer = policy.customer if policy else None
    return perform(claims.open_claim, customer=customer, policy=policy, facts=facts, owner=person, by=person, at=at)


def _note_reference(office: Office, claim: Claim, number: int, at: datetime) -> None:
    """The insurer has taken it up; a leak that must be reported is reported, and the insurer learns of that too."""
    person = claim.owner
    perform(claims.note_reference, claim=claim, reference=f"SJ-{at:%y%m}-{7000 + number * 13}", by=person, at=at)
    if claim.leak_persons and claim.leak_persons > REPORTABLE:
        perform(
            claims.add_report, claim=claim, authority=Authority.PPC, name="個人情報保護委員会", reported_on=jst(at).date(),
            reference=f"漏速-{at:%m%d}-{number:02d}", by=person, at=at + timedelta(minutes=10),
        )  # fmt: skip
        perform(claims.resend_claim, claim=claim, by=person, at=at + timedelta(minutes=15))
    office.diary.write_after(at, 1, 2, partial(_follow, office, claim, number, 0))


def _follow(office: Office, claim: Claim, number: int, done: int, at: datetime) -> None:
    """Every week something is noted and the next step planned, until it ends."""
    claim.refresh_from_db()
    if done == len(FOLLOW_UPS):
        _end(claim, number, at)
        return
    noted, next_action = FOLLOW_UPS[done]
    perform(claims.add_note, claim=claim, text=noted, by=claim.owner, at=at)
    perform(
        claims.plan_next_step, claim=claim, next_action=next_action, owner=claim.owner,
        next_on=working_day_before(jst(at).date() + timedelta(days=10), 0),
        seen_version=claim.version, by=claim.owner, at=at,
    )  # fmt: skip
    office.diary.write_after(at, 7, 10, partial(_follow, office, claim, number, done + 1))


def _end(claim: Claim, number: int, at: datetime) -> None:
    ending = MISHAPS[number % len(MISHAPS)].ending
    common = {"claim": claim, "note": ending.words, "seen_version": claim.version, "by": claim.owner, "at": at}
    if ending.reason is None:
        perform(claims.withdraw_claim, **common)
    else:
        perform(claims.close_claim, reason=ending.reason, **common)
