"""What comes every day: the rounds, the outbox and the post; and how the office began to write mail.

Up to the day on which the customers' e-mail addresses were collected the papers went by post; since then by mail.
"""

from datetime import datetime
from functools import partial

from accounts.queries import robot
from core.clock import jst
from core.doors import perform
from correspondence.models import Paper
from correspondence.states import LetterStatus
from correspondence.tasks import drain
from customers import actions as customers
from customers.models import Contact, Customer
from demo import renewing
from demo.office import Office
from policies.models import Policy
from renewals import actions as renewals
from renewals.models import Renewal
from renewals.round import run_round
from renewals.states import SILENT_STATUSES, RoundKind, Way


def round_of(office: Office, kind: RoundKind, at: datetime) -> None:
    """One run of the timetable. At four there is nothing to do on most days."""
    on = jst(at).date()
    if kind == RoundKind.EXPIRY and not Policy.objects.filter(ends_at__lte=at, status="IN_FORCE").exists():
        return
    run_round(on=on, at=at, by=robot(), kind=kind)
    if kind == RoundKind.NIGHTLY:
        renewing.wait_for_answers(office, at)
        renewing.count_questions(office, at)
        office.diary.write_on(on, partial(_post_notices, office))
        _send(office, at)
        if on.day == 1 or on == office.today:
            office.tell(f"{on:%Y-%m}: {Customer.objects.count()} customers, {Policy.objects.count()} policies")


def _send(office: Office, at: datetime) -> None:
    """What waits in the outbox, its papers typeset before."""
    enclosed = Paper.objects.filter(content=None, attachments__letter__status=LetterStatus.QUEUED)
    office.press.typeset(enclosed.order_by("pk").values_list("pk", flat=True).distinct(), at)
    drain()


def _post_notices(office: Office, at: datetime) -> None:
    """The printed notices go into the post when there is time: nearly every day."""
    if office.random.random() < 0.3:
        return
    waiting = Renewal.objects.filter(way=Way.POST, notified_at=None, status__in=SILENT_STATUSES)
    for renewal in waiting.order_by("pk"):
        perform(renewals.record_notice_posted, renewal=renewal, seen_version=renewal.version, by=office.clerk, at=at)


def collect_addresses(office: Office, at: datetime) -> None:
    """The office asked everybody for an e-mail address; most gave one."""
    for contact in Contact.objects.filter(is_primary=True, email="").select_related("customer").order_by("pk"):
        if office.random.random() < 0.86:
            facts = {"email": office.cases[contact.customer_id].company.email}
            perform(
                customers.save_contact, customer=contact.customer, contact=contact, facts=facts,
                by=office.clerk, at=at,
            )  # fmt: skip


def tell_staff_by_mail(office: Office, at: datetime) -> None:
    """The people of the office got addresses themselves, and every morning a letter with their renewals."""
    for person in office.staff.values():
        person.email = f"{person.username}@tate-hoken.example"
        person.save(update_fields=["email"])
