"""What the verbs on many renewals share: the locked rows with everything a letter says about them, and bulk writing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q

from accounts.models import Agency, User
from accounts.queries import managers
from core.clock import jst
from correspondence.actions import queue_letter
from correspondence.queries import dead_addresses
from correspondence.states import LetterKind
from customers.models import Contact
from customers.queries import back_on_paper, reachable_contact
from renewals import letters
from renewals.actions.moving import save_many, set_duty
from renewals.models import Renewal
from renewals.planning import Calendars


def rows_for_letters(wanted: Q) -> list[Renewal]:
    """Rows locked, with everything a letter or paper says about them, in a fixed number of statements."""
    return list(
        Renewal.objects.filter(wanted)
        .select_for_update(of=("self",))
        .select_related("policy", "customer")
        .defer("policy__instalments", "customer__search_text", "customer__search_bigrams")
        # Few people and agencies for many rows: read once, not joined to every row.
        .prefetch_related("agency", "owner", "customer__contacts")
        .order_by("term_end_at", "pk")
    )


def by_agency(rows: Iterable[Renewal]) -> Iterable[tuple[Agency, list[Renewal]]]:
    found: dict[int, list[Renewal]] = defaultdict(list)
    for row in rows:
        found[row.agency_id].append(row)
    return [(group[0].agency, group) for group in found.values()]


def update_many(rows: list[Renewal], on: date, calendars: Calendars, **facts: object) -> None:
    """Write the same facts on many rows, with each row's own next duty."""
    for row in rows:
        for name, value in facts.items():
            setattr(row, name, value)
        set_duty(row, on, calendars.of(row.policy))
    save_many(rows, *facts, "next_on", "next_step")


def tell_managers(agency: Agency, key: str, text: letters.Text, rows: list[Renewal], *, by: User, at: datetime) -> None:
    """One mail to all managers at work; without any, to the agency's own address."""
    to = [boss.email for boss in managers(agency, jst(at).date()) if boss.email] or [agency.email]
    queue_letter(
        agency=agency, key=key, kind=LetterKind.STAFF_NOTICE, to=to, to_name="管理者", subject=text.subject,
        body=text.body, about=[thing for row in rows for thing in (row, row.policy)], by=by, at=at,
    )  # fmt: skip


def whom_to_mail(agency: Agency, rows: Collection[Renewal], at: datetime) -> dict[int, Contact]:
    """Whom the mail about each of these renewals goes to. Left out is who must be reached otherwise: no address that is
    not known dead, no wish for mail, or back on paper."""
    addresses = {contact.email for row in rows for contact in row.customer.contacts.all() if contact.email}
    dead = dead_addresses(agency, among=addresses)
    on_paper = back_on_paper([row.customer_id for row in rows], at)
    return {
        row.pk: contact
        for row in rows
        if row.customer_id not in on_paper and (contact := reachable_contact(row.customer, dead))
    }
