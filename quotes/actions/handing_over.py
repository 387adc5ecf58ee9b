"""Giving quotes to another person in charge."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from core.bulk import insert
from core.doors import action
from core.history import event
from core.models import key_of
from customers.models import Customer
from quotes.models import Quote


@action
def hand_over_quotes(*, quotes: QuerySet[Quote], to: User, by: User, at: datetime) -> int:
    """Give quotes to another person in charge (担当替え), any number of them. Nothing of the quote itself changes, so
    no form over it grows stale."""
    rows = list(quotes.select_for_update(of=("self",)).only("pk", "number", "customer_id").order_by("pk"))
    Quote.objects.filter(pk__in=[row.pk for row in rows]).update(in_charge=to)
    insert(
        event(
            "quotes.hand_over_quotes", f"{row.number}の担当者を{to.name}さんに替えました。",
            about=[row, key_of(Customer, row.customer_id)], by=by, at=at,
        )
        for row in rows
    )  # fmt: skip
    return len(rows)
