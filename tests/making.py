"""How tests get people, customers and contracts: through the actions the office uses.

Every maker takes what a test cares about and fills in the rest. Rooms add their own makers below the line.
"""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from accounts.models import Agency, Office, Role, User
from core.doors import perform
from customers import actions as customer_actions
from customers.models import Customer
from products.actions import publish_book
from products.reading import read_book
from products.shelf import shipped_books
from quotes.models import Authority

_serial = count(1)

A_MONDAY = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)  # 10:00 in Japan


def make_agency(name: str = "盾保険サービス株式会社") -> Agency:
    agency = Agency.objects.create(
        name=name,
        representative="盾 守",
        registration_number=f"T-{next(_serial):05d}",
        postcode="1000001",
        address="東京都千代田区千代田1-1",
        phone="03-1234-5678",
        email="office@tate.example",
        insurer_claims_email="claims@insurer.example",
        opens_at=time(9, 0),
        closes_at=time(17, 0),
    )
    Office.objects.create(agency=agency, name="本店", compliance_officer="法 令子")
    return agency


def make_user(agency: Agency | None = None, role: Role = Role.SOLICITOR, **facts: Any) -> User:
    number = next(_serial)
    agency = agency or make_agency()
    facts.setdefault("username", f"user{number}")
    facts.setdefault("name", f"職員{number}")
    facts.setdefault("email", f"user{number}@tate.example")
    facts.setdefault("office", agency.offices.first())
    if role in {Role.SOLICITOR, Role.MANAGER}:
        facts.setdefault("licence_basic_until", date(2030, 3, 31))
        facts.setdefault("licence_product_until", date(2030, 3, 31))
        facts.setdefault("solicitor_number", f"S{number:06d}")
    authority = facts.pop("authority_limit_yen", 500_000_000 if role is Role.UNDERWRITER else None)
    facts.setdefault("is_staff", role in {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR})
    password = facts.pop("password", "correct-horse-battery")
    user = User(agency=agency, role=role, **facts)
    user.set_password(password)
    user.save()
    if authority is not None:
        give_authority(user, authority)
    return user


def give_authority(user: User, limit_yen: int, **facts: Any) -> Authority:
    """As if it had been granted long ago; for all products and kinds unless told."""
    facts = {"starts_on": date(2020, 4, 1), "premium_percent": 20, "granted_by": make_robot(user.agency), **facts}
    granted_at = datetime(2020, 3, 31, tzinfo=UTC)
    return Authority.objects.create(user=user, limit_yen=limit_yen, granted_at=granted_at, **facts)


def make_robot(agency: Agency) -> User:
    """The house's own user; one in the database."""
    return User.objects.filter(is_robot=True).first() or make_user(
        agency, Role.CLERK, username="robot", name="システム", is_robot=True
    )


def customer_facts(by: User, **facts: Any) -> dict[str, Any]:
    number = next(_serial)
    return {
        "name": f"株式会社見本{number}",
        "kana": f"ミホン{number}",
        "corporate_number": "",
        "industry": "manufacturing",
        "employees": 40,
        "postcode": "1000001",
        "address": "東京都千代田区千代田1-1",
        "building": "",
        "phone": "03-1111-2222",
        "relation": Customer.Relation.NONE,
        "in_charge": by,
        "note": "",
    } | facts


def make_customer(
    by: User | None = None,
    *,
    at: datetime = A_MONDAY,
    email: str | None = "tanaka@customer.example",
    sales_yen: int | None = 500_000_000,
    **facts: Any,
) -> Customer:
    """A registered customer with a contact and last year's sales."""
    by = by or make_user()
    customer = perform(customer_actions.register_customer, facts=customer_facts(by, **facts), by=by, at=at)
    if email is not None:
        contact = {"name": "田中 一郎", "title": "総務部長", "email": email, "is_primary": True}
        perform(customer_actions.save_contact, customer=customer, contact=None, facts=contact, by=by, at=at)
    if sales_yen is not None:
        perform(
            customer_actions.record_sales,
            customer=customer,
            fiscal_year_end=date(2026, 3, 31),
            kind="ACTUAL",
            tax="INCLUDED",
            sales_yen=sales_yen,
            by=by,
            at=at,
        )
    return customer


# ---------------------------------------------------------------- rooms add their makers below


def publish_books(by: User, *, at: datetime = A_MONDAY) -> None:
    """The shipped books, published as `manage.py load_books` does it."""
    for path, text in shipped_books():
        starts_on = read_book(text, path.name).starts_on
        perform(publish_book, text=text, starts_on=starts_on, by=by, at=at)
