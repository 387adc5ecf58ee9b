"""The book of commissions (手数料帳簿): a line for each contract and for whatever moved it, with what it earned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agency
from commissions.models import CommissionRate
from commissions.rules import DatedRate, Move, bookings, left_without_surcharge, rate_on
from core.clock import JST, jst
from policies.models import Cancellation, Endorsement, Policy


@dataclass(frozen=True, slots=True)
class BookLine:
    """What the law wants to see of a contract (practice 2-4): its making, and whatever moved its premium since.
    Without a rate the commission is not known."""

    office: str
    contracted_on: date
    insurer: str
    product: str
    number: str
    kind: str
    booked_on: date
    premium_yen: int
    rate: Decimal | None
    commission_yen: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a book, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        return (self.since is None or on >= self.since) and (self.until is None or on <= self.until)

    def days(self, name: str) -> Q:
        """For a date column."""
        return self._between(name, self.since, self.until)

    def moments(self, name: str) -> Q:
        """For a moment, by the Japanese day it lies in."""
        since = None if self.since is None else start_of_day(self.since)
        until = None if self.until is None else start_of_day(self.until + timedelta(days=1)) - timedelta.resolution
        return self._between(name, since, until)

    def _between(self, name: str, since: date | None, until: date | None) -> Q:
        found = Q()
        if since is not None:
            found &= Q(**{f"{name}__gte": since})
        if until is not None:
            found &= Q(**{f"{name}__lte": until})
        return found


def start_of_day(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=JST)


def rates_of(agency: Agency | int) -> list[DatedRate]:
    """Every rate that was ever set, in one statement."""
    rows = CommissionRate.objects.filter(agency=agency).values_list("product_id", "starts_on", "pk", "rate")
    return [DatedRate(*row) for row in rows]


def contracts(policies: QuerySet[Policy], span: Span, *, office: int | None = None) -> QuerySet[Policy]:
    """The contracts of a book: made, changed or ended in these days, looked after by people of the office."""
    rows = policies if office is None else policies.filter(in_charge__office=office)
    if span != Span():
        changed = Endorsement.objects.filter(span.moments("recorded_at"), policy=OuterRef("pk"))
        ended = Cancellation.objects.filter(span.moments("recorded_at"), policy=OuterRef("pk"))
        rows = rows.filter(span.days("contracted_on") | Exists(changed) | Exists(ended))
    joined = rows.select_related("in_charge__office", "product_version__product", "cancellation")
    return joined.prefetch_related("endorsements").order_by("contracted_on", "pk")


def book_lines(policies: Iterable[Policy], rates: list[DatedRate], span: Span) -> Iterator[BookLine]:
    """The lines of the book; each contract at the rate of the day it was made, also for what moved it later."""
    for policy in policies:
        product, office = policy.product_version.product, policy.in_charge.office
        rate = rate_on(rates, product.pk, policy.contracted_on)
        for line in bookings(moves_of(policy), rate):
            if span.holds(line.on):
                yield BookLine(
                    office=office.name if office else "",
                    contracted_on=policy.contracted_on,
                    insurer=policy.insurer,
                    product=product.name,
                    number=policy.number,
                    kind=line.kind,
                    booked_on=line.on,
                    premium_yen=line.premium_yen,
                    rate=rate,
                    commission_yen=line.commission_yen,
                )


def moves_of(policy: Policy) -> Iterator[Move]:
    """The contract's premium from its making to its end, on the days they were recorded."""
    premium_yen = policy.premium_yen
    yield Move("新契約", policy.contracted_on, premium_yen)
    for change in sorted(policy.endorsements.all(), key=lambda one: one.number):
        premium_yen += change.difference_yen
        yield Move("異動", jst(change.recorded_at).date(), premium_yen)
    ended = getattr(policy, "cancellation", None)
    if ended is not None:
        paid_yen = sum(part.amount_yen for part in policy.schedule)
        left = left_without_surcharge(ended.earned_yen, policy.premium_yen, paid_yen)
        yield Move(ended.get_end_display(), jst(ended.recorded_at).date(), left)
