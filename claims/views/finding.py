"""Who is calling: the subject chosen on the screen, within the person's own agency."""

from accounts.models import User
from customers.models import Customer
from policies.models import Policy

Subject = tuple[Customer | None, Policy | None]


def subject_of(user: User, chosen: str) -> Subject:
    """`C-2026-000123` is a contract with its customer, `K-000123` a customer; anything else is nobody yet."""
    number = chosen.strip().upper()
    if number.startswith("C-"):
        policies = Policy.objects.visible_to(user).select_related("customer", "product_version__product")
        policy = policies.filter(number=number).first()
        return (policy.customer, policy) if policy else (None, None)
    if number.startswith("K-"):
        return Customer.objects.visible_to(user).filter(number=number).first(), None
    return None, None
