"""Giving claims to another person in charge."""

from datetime import datetime

from django.db.models import F, Model, QuerySet

from accounts.models import User
from claims.models import Claim
from core.bulk import insert
from core.doors import action
from core.history import event
from core.models import key_of
from customers.models import Customer
from policies.models import Policy


@action
def hand_over_claims(*, claims: QuerySet[Claim], to: User, by: User, at: datetime) -> int:
    """Give claims to another person in charge (担当替え), any number of them. The next step and its day stay."""
    rows = list(claims.select_for_update(of=("self",)).only("pk", "number", "customer_id", "policy_id").order_by("pk"))
    Claim.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to, version=F("version") + 1)
    insert(
        event(
            "claims.hand_over_claims", f"事故{row.number}の担当者を{to.name}さんに替えました。",
            about=_about(row), by=by, at=at,
        )
        for row in rows
    )  # fmt: skip
    return len(rows)


def _about(row: Claim) -> list[Model | str]:
    named = ((Customer, row.customer_id), (Policy, row.policy_id))
    return [row, *(key_of(model, pk) for model, pk in named if pk is not None)]
