"""Duties about claims: the next step has come."""

from django.db.models import QuerySet

from accounts.models import User
from claims.models import Claim
from claims.queries import claims_due
from desk.duties.kinds import Duty, Kind, Moment


def _rows(user: User, moment: Moment) -> QuerySet[Claim]:
    return claims_due(user, moment.today).select_related("customer", "owner")


def line(claim: Claim, moment: Moment) -> Duty:
    on = claim.next_on or moment.today
    return Duty(
        "claims", on, claim.next_action, claim.who, claim.number, claim.get_absolute_url(), "事故を開く",
        claim.owner.name, on < moment.today,
    )  # fmt: skip


KINDS = (Kind("claims", "事故の対応", "bad", _rows, line, "owner", "owner__office"),)
