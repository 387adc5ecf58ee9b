"""What else lies with people who cannot carry work any more: their open quotes, claims and customers.

Beside the renewals, contracts and returned mail of `assigning`: for a leaver's quote no customer could apply by his
link, and an open claim would wait for somebody who is not there.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.queries import Succession
from accounts.signals import work_handed_on
from claims.actions import hand_over_claims
from claims.models import Claim
from core.doors import action
from customers.actions import hand_over_customers
from customers.models import Customer
from quotes.actions import hand_over_quotes
from quotes.models import Quote
from renewals.models import Renewal


@action
def hand_on_due(*, on: date, by: User, at: datetime) -> int:
    """Give it to the successor, before the round opens quotes and writes letters in the name of whoever is in charge.

    Customers follow their work: those with an open quote, an open claim or a renewal in work. Rooms above this one
    hear of it by `work_handed_on`. Returns how many things were given.
    """
    succession, given = Succession(on), 0
    quotes, claims = Quote.objects.open(), Claim.objects.still_open()
    work = [Exists(rows.filter(customer=OuterRef("pk"))) for rows in (quotes, claims, Renewal.objects.in_work())]
    customers = Customer.objects.filter(work[0] | work[1] | work[2])
    for mine, to in succession.stranded(quotes, "in_charge"):
        given += hand_over_quotes(quotes=mine, to=to, by=by, at=at)
    for theirs, to in succession.stranded(claims, "owner"):
        given += hand_over_claims(claims=theirs, to=to, by=by, at=at)
    for them, to in succession.stranded(customers, "in_charge"):
        given += hand_over_customers(customers=them, to=to, by=by, at=at)
    answers: list[tuple[Any, Any]] = work_handed_on.send(sender=User, succession=succession, by=by, at=at)
    return given + sum(count for _, count in answers)
