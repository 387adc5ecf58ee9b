"""Giving contracts to another person in charge."""

from datetime import datetime

from django.db.models import F, QuerySet

from accounts.models import User
from core.bulk import insert
from core.doors import action
from core.history import event
from core.models import key_of
from customers.models import Customer
from policies.models import Policy


@action
def hand_over_policies(*, policies: QuerySet[Policy], to: User, by: User, at: datetime) -> int:
    """Give contracts to another person in charge (担当替え), any number of them: one statement and their history."""
    rows = list(policies.select_for_update(of=("self",)).only("pk", "number", "customer_id").order_by("pk"))
    Policy.objects.filter(pk__in=[row.pk for row in rows]).update(in_charge=to, version=F("version") + 1)
    insert(
        event(
            "policies.hand_over_policies", f"{row.number}の担当者を{to.name}さんに替えました。",
            about=[row, key_of(Customer, row.customer_id)], by=by, at=at,
        )
        for row in rows
    )  # fmt: skip
    return len(rows)
