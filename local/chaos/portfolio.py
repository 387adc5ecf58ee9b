"""The agency of the proof: its expiry days, and its contracts in bulk."""

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.models import User
from bench.data import House, Scale, add_customers, add_policies, found
from bench.signed import sign_forms
from core.clock import now
from core.doors import perform
from core.models import Counter
from core.periods import at_four
from demo.underwriting import grant_authorities
from local.chaos.minds import RENEWING, Mind, Minds
from local.chaos.people import enliven
from policies.models import Policy
from policies.permissions import EARLIEST_RENEWAL_DAYS
from renewals.actions import close_renewal, open_renewal

FIRST = date(2027, 6, 1)  # the first expiry day; the last is 366 days later, 29 February and the year's end between
DAYS = 366
COMMON = date(2027, 12, 1)  # the common expiry of a group (統一満期, S002)
NOTICE = timedelta(days=60)
START = FIRST - NOTICE - timedelta(days=2)
LICENSED = date(2030, 3, 31)
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


def build(policies: int, common: int) -> tuple[House, Minds]:
    """People, books, customers and contracts as rows; then a few of whom the office knows that they will not renew."""
    house = found(Scale(START, policies, 0, max(1, policies * 7 // 10)))
    customers = add_customers(house)
    enliven([customer for customer, _ in customers])
    rows = add_policies(house, customers, expiry_days(policies, common))
    manager = house.staff["kanri"]
    minds = Minds.of_the_agency(row.pk for row in rows)
    # Whoever renews said last year what he says again; the licences of all run on.
    sign_forms(house, Policy.objects.filter(pk__in=minds.every(*RENEWING, Mind.LATE)), claims=False)
    numbered = Counter.objects.filter(series="policy").values_list("year", "last")
    Counter.objects.bulk_create(Counter(series="quote", year=year, last=last) for year, last in numbered)
    licensed = User.objects.filter(licence_basic_until__isnull=False)
    licensed.update(licence_basic_until=LICENSED, licence_product_until=LICENSED)
    grant_authorities(house.staff, at=now())
    early = [row for row in rows if row.ends_at <= at_four(START + timedelta(days=EARLIEST_RENEWAL_DAYS))]
    for policy in early[::20]:
        opened = perform(open_renewal, policy=policy, by=manager, at=now())
        perform(
            close_renewal, renewal=opened, seen_version=opened.version, outcome="DECLINED", reason="事業をやめる",
            by=manager, at=now(),
        )  # fmt: skip
    return house, minds
