"""The book of commissions (手数料帳簿): one line for each contract, with what it earned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import Agency
from commissions.models import CommissionRate
from commissions.rules import DatedRate, commission_of, rate_on
from policies.models import Policy


@dataclass(frozen=True, slots=True)
class BookLine:
    """What the law wants to see of a contract (practice 2-4). Without a rate the commission is not known."""

    office: str
    contracted_on: date
    insurer: str
    product: str
    number: str
    premium_yen: int
    rate: Decimal | None
    commission_yen: int | None


def rates_of(agency: Agency | int) -> list[DatedRate]:
    """Every rate that was ever set, in one statement."""
    rows = CommissionRate.objects.filter(agency=agency).values_list("product_id", "starts_on", "pk", "rate")
    return [DatedRate(*row) for row in rows]


def contracts(
    policies: QuerySet[Policy], *, office: int | None = None, since: date | None = None, until: date | None = None
) -> QuerySet[Policy]:
    """The contracts of a book: made in these days, looked after by people of the office."""
    rows = policies
    if office is not None:
        rows = rows.filter(in_charge__office=office)
    if since is not None:
        rows = rows.filter(contracted_on__gte=since)
    if until is not None:
        rows = rows.filter(contracted_on__lte=until)
    return rows.select_related("in_charge__office", "product_version__product").order_by("contracted_on", "pk")


def book_lines(policies: Iterable[Policy], rates: list[DatedRate]) -> Iterator[BookLine]:
    """The lines of the book; each contract at the rate of the day it was made."""
    for policy in policies:
        product, office = policy.product_version.product, policy.in_charge.office
        rate = rate_on(rates, product.pk, policy.contracted_on)
        yield BookLine(
            office=office.name if office else "",
            contracted_on=policy.contracted_on,
            insurer=policy.insurer,
            product=product.name,
            number=policy.number,
            premium_yen=policy.premium_yen,
            rate=rate,
            commission_yen=None if rate is None else commission_of(policy.premium_yen, rate),
        )
