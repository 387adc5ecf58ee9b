"""The agency of the proof: its expiry days, its contracts in bulk, and what its office does meanwhile."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import F
from django.db.models.functions import Mod

from accounts.models import User
from bench.data import House, Scale, add_customers, add_policies, found
from core.clock import jst, now
from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from policies.permissions import EARLIEST_RENEWAL_DAYS
from renewals.actions import close_renewal, open_renewal, record_notice_posted
from renewals.models import Renewal
from renewals.states import Channel, RenewalStatus, Response, Way

FIRST = date(2027, 6, 1)  # the first expiry day; the last is 366 days later, 29 February and the year's end between
DAYS = 366
COMMON = date(2027, 12, 1)  # the common expiry of a group (統一満期, S002)
NOTICE = timedelta(days=60)
START = FIRST - NOTICE - timedelta(days=2)
OFF = (date(2027, 12, 28), date(2028, 1, 3))  # the machine is off: the notice day of 29 February lies within


def expiry_days(policies: int, common: int) -> Iterator[date]:
    """So many on the one day, the others over all days of a year."""
    yield from (COMMON for _ in range(common))
    yield from (FIRST + timedelta(days=number % DAYS) for number in range(policies - common))


def days_awake(step: int) -> list[date]:
    """The days on which the machine runs: every so many, and every one that matters by itself; never the days off."""
    last = FIRST + timedelta(days=DAYS)
    every = [START + timedelta(days=number) for number in range((last - START).days - 55)]
    month_ends = {day - NOTICE for day in every + [last] if (day + timedelta(days=1)).day == 1}
    alone = {COMMON - NOTICE + timedelta(days=number) for number in range(-2, 6)} | month_ends
    return [
        day
        for number, day in enumerate(every)
        if (number % step == 0 or day in alone or day == OFF[1] + timedelta(days=1)) and not OFF[0] <= day <= OFF[1]
    ]


def build(policies: int, common: int) -> House:
    """People, books, customers and contracts as rows; then a few of whom the office knows that they will not renew."""
    house = found(Scale(START, policies, 0, max(1, policies * 7 // 10)))
    rows = add_policies(house, add_customers(house), expiry_days(policies, common))
    manager = house.staff["kanri"]
    early = [row for row in rows if row.ends_at <= at_four(START + timedelta(days=EARLIEST_RENEWAL_DAYS))]
    for policy in early[::20]:
        opened = perform(open_renewal, policy=policy, by=manager, at=now())
        perform(
            close_renewal, renewal=opened, seen_version=opened.version, outcome="DECLINED", reason="事業をやめる",
            by=manager, at=now(),
        )  # fmt: skip
    return house


def post(by: User) -> int:
    """The clerk puts today's printed notices into the post and says so."""
    waiting = Renewal.objects.filter(way=Way.POST, notified_at__isnull=True, status=RenewalStatus.OPEN)
    posted = 0
    for renewal in waiting.order_by("pk"):
        try:
            perform(record_notice_posted, renewal=renewal, seen_version=renewal.version, by=by, at=now())
        except Refused:
            continue  # recorded already: the answer was lost with a connection
        posted += 1
    return posted


def answer(by: User, at: datetime) -> int:
    """Nineteen of twenty customers answer within days: written at once, past the guards the office's action meets."""
    told = Renewal.objects.filter(
        status=RenewalStatus.NOTIFIED, notified_at__lt=at - timedelta(days=5), term_end_at__gt=at
    )
    return (
        told.annotate(twentieth=Mod("pk", 20))
        .filter(twentieth__gt=0)
        .update(
            status=RenewalStatus.RESPONDED, response=Response.RENEW, response_channel=Channel.PHONE,
            response_person="田中 一郎", response_note="今年も同じ内容で", responded_at=at, responded_by=by,
            next_on=jst(at).date() + timedelta(days=30), next_step="今年の売上高を確認し、更改の見積を開く",
            version=F("version") + 1,
        )
    )  # fmt: skip
