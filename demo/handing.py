"""Work that changes hands: batches the office asked for, and somebody who left with renewals in her hands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_DNS, uuid5

from accounts.actions import record_departure
from accounts.models import Role, User
from core.clock import jst
from core.doors import perform
from demo.office import Office
from renewals.actions import ask_batch
from renewals.models import Renewal
from renewals.states import SILENT_STATUSES, BatchVerb
from renewals.tasks import work_batches

LENT, LEFT, REMINDED = 9, 6, 4  # days before today
MOST = 12
LEAVER = "森 直子"


def lend(office: Office, at: datetime) -> None:
    """A colleague from another town helps out: the manager hands her a part of the branch's renewals at once."""
    leaver = User.objects.create(
        username="mori", name=LEAVER, kana="モリ ナオコ", email="mori@tate-hoken.example", role=Role.SOLICITOR,
        agency=office.clerk.agency, office=office.staff["takahashi"].office,
        licence_basic_until=office.today, licence_product_until=office.today, solicitor_number="B3141499",
    )  # fmt: skip
    rows = Renewal.objects.filter(status__in=SILENT_STATUSES, term_end_at__gt=at).order_by("-term_end_at", "-pk")
    _on_many(BatchVerb.ASSIGN, rows.values_list("pk", flat=True)[:MOST], office.staff["kanri"], at, owner=leaver)


def leave(office: Office, at: datetime) -> None:
    """Her last day. What she has not finished is handed on by the next morning's round."""
    leaver = User.objects.get(username="mori")
    perform(record_departure, person=leaver, left_on=jst(at).date(), seen="", by=office.staff["kanri"], at=at)


def remind(office: Office, at: datetime) -> None:
    """The clerk writes once more to everybody who is silent; who cannot be written to is in the batch's result."""
    rows = Renewal.objects.filter(status__in=SILENT_STATUSES, term_end_at__gt=at).order_by("term_end_at", "pk")
    _on_many(BatchVerb.REMIND, rows.values_list("pk", flat=True)[:MOST], office.clerk, at)


def _on_many(verb: BatchVerb, rows: Iterable[int], by: User, at: datetime, owner: User | None = None) -> None:
    chosen = list(rows)
    if chosen:
        key = uuid5(NAMESPACE_DNS, f"{verb}:{at}")
        perform(
            ask_batch, key=key, verb=verb, rows=chosen, owner=owner, note="応援のため" if owner else "", by=by, at=at
        )
        work_batches()
