"""The customers as they are in life: addresses that are dead, five people or nobody, no e-mail at all."""

from collections.abc import Sequence

from customers.models import Contact, Customer
from local.chaos.mailserver import ECHOES, FAILURES, NOBODY_HERE

# One of so many customers, and the first of them.
DEAD = (33, 7)
REFUSED = (100, 13)
ECHOING = (100, 31)
FIVE = (50, 21)
FORSAKEN = (100, 43)


def enliven(customers: Sequence[Customer]) -> None:
    """Change what the bulk gave them; one of twelve has no e-mail already. Who has five contacts loses the primary's
    address in every second case, so that the others are asked for."""
    failures, echoes = list(FAILURES), list(ECHOES)
    contacts = {one.customer_id: one for one in Contact.objects.filter(customer__in=customers, is_primary=True)}
    changed, added = [], []
    for number, customer in enumerate(customers):
        contact = contacts[customer.pk]
        _, _, domain = contact.email.partition("@")
        if _is(number, FORSAKEN):
            contact.left, contact.is_primary = True, False
        elif not domain:
            continue
        elif _is(number, REFUSED):
            contact.email = f"{NOBODY_HERE}@{domain}"
        elif _is(number, DEAD):
            contact.email = f"{failures[number // DEAD[0] % len(failures)]}@{domain}"
        elif _is(number, ECHOING):
            contact.email = f"{echoes[number // ECHOING[0] % len(echoes)]}@{domain}"
        elif _is(number, FIVE):
            if number // FIVE[0] % 2:
                contact.email = f"{failures[number // FIVE[0] // 2 % len(failures)]}@{domain}"
            added += [
                Contact(customer=customer, name=f"担当 {place}", email=f"person{place}@{domain}" if place > 2 else "")
                for place in range(2, 6)
            ]
        else:
            continue
        changed.append(contact)
    Contact.objects.bulk_update(changed, ["email", "left", "is_primary"], batch_size=500)
    Contact.objects.bulk_create(added)


def _is(number: int, share: tuple[int, int]) -> bool:
    return number % share[0] == share[1]
