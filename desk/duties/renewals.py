"""Duties about renewals: by nearness of the expiry, and the ones nobody told the customer about."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from core.periods import at_four
from desk.duties.kinds import Duty, Kind, Moment
from renewals.calendar import calendar_on
from renewals.models import Renewal
from renewals.rules import Bucket, buckets

_COLUMNS = buckets(calendar_on(date(2000, 1, 1)))
_STYLES = {"overdue": "bad", "7": "bad", "14": "warn", "30": "warn"}


# A line needs few of the hundred columns of a renewal with its contract, and the board reads hundreds of lines.
_COLUMNS_OF_A_LINE = ("term_end_at", "next_step", "policy__number", "customer__name", "owner__name")


def _in_work(user: User, moment: Moment) -> QuerySet[Renewal]:
    """Whose day has come, or who has none yet."""
    due = Q(next_on__isnull=True) | Q(next_on__lte=moment.today)
    rows = Renewal.objects.visible_to(user).in_work().filter(due).select_related("policy", "customer", "owner")
    return rows.only(*_COLUMNS_OF_A_LINE).order_by("term_end_at", "pk")


def _unsent_condition(moment: Moment) -> Q:
    """Not told although 29 days or fewer are left (checks 26)."""
    last = moment.today + timedelta(days=calendar_on(moment.today).escalates)
    return Q(notified_at__isnull=True, status=Renewal.Status.OPEN, term_end_at__lte=at_four(last))


def _unsent(user: User, moment: Moment) -> QuerySet[Renewal]:
    return _in_work(user, moment).filter(_unsent_condition(moment))


def _in_bucket(bucket: Bucket, nearer: Bucket | None) -> Callable[[User, Moment], QuerySet[Renewal]]:
    def rows(user: User, moment: Moment) -> QuerySet[Renewal]:
        found = _in_work(user, moment).exclude(_unsent_condition(moment))
        if bucket.days is None:
            return found.filter(term_end_at__lt=at_four(moment.today))
        if nearer is not None:
            since = moment.today if nearer.days is None else moment.today + timedelta(days=nearer.days + 1)
            found = found.filter(term_end_at__gte=at_four(since))
        return found.filter(term_end_at__lte=at_four(moment.today + timedelta(days=bucket.days)))

    return rows


def _line(code: str, words: str = "") -> Callable[[Renewal, Moment], Duty]:
    def line(renewal: Renewal, moment: Moment) -> Duty:
        left = (renewal.ends_on - moment.today).days
        step = words or renewal.next_step or "次の対応を決める"
        return Duty(
            code, renewal.ends_on, step, renewal.customer.name, renewal.policy.number, renewal.get_absolute_url(),
            "更改を開く", renewal.owner.name, left < 0 or code == "renewals-unsent",
        )  # fmt: skip

    return line


KINDS = (
    Kind("renewals-unsent", "更改の案内がまだ", "bad", _unsent,
         _line("renewals-unsent", "案内を今日送る(満期30日前を過ぎています)"), "owner", "owner__office"),
    *(
        Kind(f"renewals-{bucket.code}", f"更改 {bucket.label}", _STYLES.get(bucket.code, "calm"),
             _in_bucket(bucket, _COLUMNS[place - 1] if place else None), _line(f"renewals-{bucket.code}"),
             "owner", "owner__office")
        for place, bucket in enumerate(_COLUMNS)
    ),
)  # fmt: skip
