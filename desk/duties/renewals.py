"""Duties about renewals: by nearness of the expiry, and the ones nobody told the customer about."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import TruncDate

from accounts.models import User
from core.clock import JST
from core.periods import at_four
from desk.duties.kinds import Kind, Moment, Row, Rows, always, record, says
from renewals.calendar import calendar_on
from renewals.models import Renewal
from renewals.rules import Bucket, buckets
from renewals.states import UNNOTICED_STATUSES, Response

_UNSENT = "renewals-unsent"
_COLUMNS = buckets(calendar_on(date(2000, 1, 1)))
_STYLES = {"overdue": "bad", "7": "bad", "14": "warn", "30": "warn"}


def found(user: User, moment: Moment) -> list[Rows]:
    """Whose day has come; those nobody was told of (29 days or fewer left, checks 26) apart.
    One whose mail came back stands among the letters, where the deed is."""
    due = Renewal.objects.visible_to(user).in_work().filter(next_on__lte=moment.today)
    in_work = due.filter(is_undelivered=False)
    last = moment.today + timedelta(days=calendar_on(moment.today).escalates)
    # Also of whoever spoke to us first, unless he does not renew.
    owed = Q(notified_at__isnull=True, status__in=UNNOTICED_STATUSES) & ~Q(response=Response.NOT_RENEWING)
    unsent = owed & Q(term_end_at__lte=at_four(last))
    near = {_code(bucket): Q(term_end_at__lt=_end(bucket, moment.today)) for bucket in _COLUMNS}
    return [
        Rows(
            in_work, {_UNSENT: unsent, **near}, on=TruncDate("term_end_at", tzinfo=JST),
            owner="owner", office="owner__office", number="policy__number", customer="customer", note="next_step",
        )
    ]  # fmt: skip


def _code(bucket: Bucket) -> str:
    return f"renewals-{bucket.code}"


def _end(bucket: Bucket, today: date) -> datetime:
    """The moment before which an expiry belongs to the bucket or to a nearer one."""
    return at_four(today if bucket.days is None else today + timedelta(days=bucket.days + 1))


def _words(row: Row, moment: Moment) -> str:
    return row.note


_OPEN = ("更改を開く", record("renewals:detail", "pk"))

KINDS = (
    Kind(_UNSENT, "更改の案内がまだ", "bad", says("案内を今日送る(満期30日前を過ぎています)"), *_OPEN, late=always),
    *(
        Kind(_code(bucket), f"更改 {bucket.label}", _STYLES.get(bucket.code, "calm"), _words, *_OPEN)
        for bucket in _COLUMNS
    ),
)
