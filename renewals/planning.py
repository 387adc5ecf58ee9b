"""Which calendar holds for a contract on a day: the product's wins over the agency's, the agency's over the house's.

Everything the calendars say is read in at most three statements, however many agencies and renewals there are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from django.db.models import Case, DateTimeField, Q, Value, When

from accounts.models import Agency
from core.periods import at_four
from products.models import ProductVersion
from renewals.calendar import RenewalCalendar, calendar_on
from renewals.days import Workdays
from renewals.models import ClosingDay, LetterPlan, Renewal

# How far from a day the business days around it are asked for: opening at the earliest, catching up at the latest.
_BEHIND, _AHEAD = timedelta(days=60), timedelta(days=220)

Horizon = Callable[[RenewalCalendar, Workdays], date]


class Contracted(Protocol):
    """What says which product and agency: a policy."""

    agency_id: int
    product_version_id: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Contracts of an agency (of some versions of a product, or of all) and the last expiry that is meant."""

    agency: int
    versions: tuple[int, ...]
    until: date
    calendar: RenewalCalendar


@dataclass(frozen=True, slots=True)
class Calendars:
    """Every calendar in force on a day."""

    house: RenewalCalendar
    agencies: Mapping[int, RenewalCalendar] = field(default_factory=dict)
    products: Mapping[tuple[int, int], RenewalCalendar] = field(default_factory=dict)  # agency and product
    product_of: Mapping[int, int] = field(default_factory=dict)  # version → product, where a product has its own
    closed: Mapping[int, frozenset[date]] = field(default_factory=dict)

    def of(self, policy: Contracted) -> RenewalCalendar:
        """The calendar of one contract; no query."""
        return self.at(policy.agency_id, self.product_of.get(policy.product_version_id))

    def at(self, agency: int, product: int | None) -> RenewalCalendar:
        own = self.products.get((agency, product)) if product is not None else None
        return own or self.agencies.get(agency, self.house)

    def workdays(self, agency: int) -> Workdays:
        return Workdays(self.closed.get(agency, frozenset()))

    @property
    def stages(self) -> set[int]:
        """Every stage any calendar knows."""
        return {stage for one in self._all for stage in one.stages}

    @property
    def _all(self) -> list[RenewalCalendar]:
        return [self.house, *self.agencies.values(), *self.products.values()]

    def reaches(self, horizon: Horizon) -> tuple[list[Reach], date]:
        """How far each calendar of its own reaches, the particular first, and how far the house's does."""
        found = []
        for (agency, product), calendar in self.products.items():
            versions = tuple(version for version, one in self.product_of.items() if one == product)
            found.append(Reach(agency, versions, horizon(calendar, self.workdays(agency)), calendar))
        for agency in {*self.agencies, *self.closed}:
            calendar = self.at(agency, None)
            found.append(Reach(agency, (), horizon(calendar, self.workdays(agency)), calendar))
        return found, horizon(self.house, Workdays())

    def ending_by(self, horizon: Horizon) -> Q:
        """Renewals whose expiry lies within their own calendar's horizon."""
        own, until = self.reaches(horizon)
        if not own:
            return Q(term_end_at__lte=at_four(until))
        whens = [
            When(
                Q(agency=one.agency) & (Q(policy__product_version__in=one.versions) if one.versions else Q()),
                then=Value(at_four(one.until)),
            )
            for one in own
        ]
        farthest = max(until, *(one.until for one in own))
        # The farthest stands alone, so that the index on the expiry can be used.
        mine = Case(*whens, default=Value(at_four(until)), output_field=DateTimeField())
        return Q(term_end_at__lte=at_four(farthest)) & Q(term_end_at__lte=mine)


def calendars_on(on: date) -> Calendars:
    """Every calendar in force on a day."""
    house = calendar_on(on)
    agencies: dict[int, RenewalCalendar] = {}
    products: dict[tuple[int, int], RenewalCalendar] = {}
    newest = LetterPlan.objects.filter(valid_from__lte=on).order_by("agency_id", "product_id", "-valid_from", "-pk")
    for plan in newest.distinct("agency_id", "product_id"):
        if not plan.is_own:
            continue
        if plan.product_id is None:
            agencies[plan.agency_id] = as_calendar(plan, house)
        else:
            products[plan.agency_id, plan.product_id] = as_calendar(plan, house)
    versions = ProductVersion.objects.filter(product__in={product for _, product in products})
    product_of = dict(versions.values_list("pk", "product_id")) if products else {}
    return Calendars(house, agencies, products, product_of, _closed_around(on))


def _closed_around(on: date) -> dict[int, frozenset[date]]:
    rows = ClosingDay.objects.filter(on__gte=on - _BEHIND, on__lte=on + _AHEAD).order_by("agency_id", "on", "-pk")
    found: dict[int, set[date]] = defaultdict(set)
    for agency, day, is_closed in rows.distinct("agency_id", "on").values_list("agency", "on", "is_closed"):
        if is_closed:
            found[agency].add(day)
    return {agency: frozenset(days) for agency, days in found.items()}


def as_calendar(plan: LetterPlan, house: RenewalCalendar) -> RenewalCalendar:
    """A plan's days; what no plan decides stays the house's."""
    return replace(
        house,
        valid_from=plan.valid_from,
        source=plan.reason,
        opens=plan.opens,
        notice=plan.notice,
        reminders=tuple(sorted(set(plan.reminders), reverse=True)),
        answer_by=plan.answer_by,
        on_expiry_day=plan.on_expiry_day,
        day_after=plan.day_after,
    )


def calendar_for(agency: Agency, product_code: str, on: date) -> RenewalCalendar:
    """The calendar of an agency's contracts of one product on a day. For one contract at a time."""
    plans = LetterPlan.objects.filter(agency=agency, valid_from__lte=on)
    for own in (plans.filter(product__code=product_code), plans.filter(product=None)):
        newest = own.order_by("-valid_from", "-pk").first()
        if newest is not None and newest.is_own:
            return as_calendar(newest, calendar_on(on))
    return calendar_on(on)


def calendar_of(renewal: Renewal, on: date) -> RenewalCalendar:
    """The calendar of one renewal on a day."""
    return calendar_for(renewal.agency, renewal.policy.product_version.product.code, on)
