"""Duties about claims: the next step has come."""

from django.db.models import Q

from accounts.models import User
from claims.models import Claim
from claims.queries import claims_due
from desk.duties.kinds import Duty, Kind, Moment, Rows, record


def found(user: User, moment: Moment) -> list[Rows]:
    return [
        Rows(
            claims_due(user, moment.today), {"claims": Q()}, on="next_on", owner="owner", office="owner__office",
            number="number", customer="customer", who="caller_words", note="next_action",
        )
    ]  # fmt: skip


def step(claim: Claim, moment: Moment) -> Duty:
    """What comes next for an open claim, for the customer's file."""
    on = claim.next_on or moment.today
    return Duty(
        "claims", on, claim.next_action, claim.who, claim.number, claim.get_absolute_url(), "事故を開く",
        claim.owner.name, on < moment.today,
    )  # fmt: skip


KINDS = (Kind("claims", "事故の対応", "bad", lambda row, moment: row.note, "事故を開く", record("claims:detail")),)
