"""What else lies with people who cannot carry work any more: their open quotes and their customers.

Beside the renewals, contracts and returned mail of `assigning`: for a leaver's quote no customer could apply by his
link.
"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.queries import Succession, able_to_carry
from core.doors import action
from customers.actions import hand_over_customers
from customers.models import Customer
from quotes.actions import hand_over_quotes
from quotes.models import Quote
from renewals.models import Renewal


@action
def hand_on_due(*, on: date, by: User, at: datetime) -> int:
    """Give it to the successor, before the round opens quotes and writes letters in the name of whoever is in charge.

    Customers follow their work: those with an open quote or a renewal in work. Returns how many things were given.
    """
    unable = User.objects.filter(is_robot=False).exclude(able_to_carry(on))
    quotes = Quote.objects.open()
    open_quote = quotes.filter(customer=OuterRef("pk"))
    renewal = Renewal.objects.in_work().filter(customer=OuterRef("pk"))
    customers = Customer.objects.filter(Exists(open_quote) | Exists(renewal))
    holders = {
        *quotes.filter(in_charge__in=unable).values_list("in_charge", flat=True),
        *customers.filter(in_charge__in=unable).values_list("in_charge", flat=True),
    }
    succession, given = Succession(on), 0
    for person in User.objects.filter(pk__in=holders).order_by("pk"):
        if (to := succession.after(person, person.agency_id)) is None:
            continue
        given += hand_over_quotes(quotes=quotes.filter(in_charge=person), to=to, by=by, at=at)
        given += hand_over_customers(customers=customers.filter(in_charge=person), to=to, by=by, at=at)
    return given
