"""The year's retention (更改率), by policies and by premium; the definition is here and, in plain words, on the screen.

- **満期件数**: the policies whose expiry day (満期日, Japan) lies in the period, opened renewal or not.
  Left out are 対象外 (no renewal was to follow: 脱退, end of the business) and 解約済 (the contract ended before its
  expiry and never came due). Both are shown beside it, so that nothing is lost by being called so.
- **更改率(件数)** = those of them from which another contract of ours takes over at the expiry, without a gap, divided
  by 満期件数. What is still in work counts as not renewed: a month that is not over can only rise.
- **更改率(保険料)** = the expiring premium of the renewed divided by the expiring premium of all of 満期件数.
- **増減** = the new premium of the renewed divided by their expiring premium.
- **早期更改率** = those whose next contract was issued N days before the expiry day or earlier, divided by 満期件数. No
  source fixes N (practice.md): it is `RENEWAL_EARLY_DAYS` or asked for on the screen; without it no rate is shown.

A contract made after a gap is a new contract and renews nothing. Staff and office are those of the renewal's owner, or
of the person in charge where no renewal was opened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from accounts.models import Agency, User
from core.clock import JST
from core.periods import at_four
from core.states import Status
from policies.models import Policy
from policies.states import PolicyStatus
from products.models import Product
from renewals.board import NO_OFFICE
from renewals.states import RenewalStatus


class Fate(Status):
    """What became of a policy that came to its expiry."""

    RENEWED = "RENEWED", "good", "更改済"
    OPEN = "OPEN", "wait", "進行中"
    LOST = "LOST", "ended", "他社"
    DECLINED = "DECLINED", "ended", "辞退"
    UNINSURED = "UNINSURED", "bad", "無保険"
    UNKNOWN = "UNKNOWN", "warn", "記録なし"
    CANCELLED = "CANCELLED", "ended", "解約済"
    STOPPED = "STOPPED", "ended", "対象外"


NOT_DUE = (Fate.CANCELLED, Fate.STOPPED)
DUE = tuple(fate for fate in Fate if fate not in NOT_DUE)
_TENTH = Decimal("0.1")

_FATE = Case(
    When(status=PolicyStatus.CANCELLED, then=Value(Fate.CANCELLED)),
    When(renewal__status=RenewalStatus.CANCELLED, then=Value(Fate.CANCELLED)),
    When(renewal__status=RenewalStatus.STOPPED, then=Value(Fate.STOPPED)),
    When(renewed_by__isnull=False, then=Value(Fate.RENEWED)),
    When(renewal__status=RenewalStatus.LOST, then=Value(Fate.LOST)),
    When(renewal__status=RenewalStatus.DECLINED, then=Value(Fate.DECLINED)),
    When(renewal__status=RenewalStatus.UNINSURED, then=Value(Fate.UNINSURED)),
    # Expired before this house kept its renewals: nobody wrote down what became of it.
    When(status=PolicyStatus.EXPIRED, then=Value(Fate.UNKNOWN)),
    default=Value(Fate.OPEN),
)


@dataclass(slots=True)
class Slice:
    """A month, an office, a person, a product, or the year. `query` finds its policies."""

    label: str
    query: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    yen: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    renewed_yen: int = 0
    early: int = 0

    @property
    def due(self) -> int:
        return sum(self.counts[fate] for fate in DUE)

    @property
    def due_yen(self) -> int:
        return sum(self.yen[fate] for fate in DUE)

    @property
    def renewed(self) -> int:
        return self.counts[Fate.RENEWED]

    @property
    def rate(self) -> Decimal | None:
        """更改率(件数) in percent; None where nothing came due."""
        return percent(self.renewed, self.due)

    @property
    def yen_rate(self) -> Decimal | None:
        """更改率(保険料) in percent."""
        return percent(self.yen[Fate.RENEWED], self.due_yen)

    @property
    def growth(self) -> Decimal | None:
        """The renewed's new premium in percent of their expiring one."""
        return percent(self.renewed_yen, self.yen[Fate.RENEWED])

    @property
    def early_rate(self) -> Decimal | None:
        return percent(self.early, self.due)

    @property
    def cells(self) -> list[tuple[Fate, int]]:
        return [(fate, self.counts[fate]) for fate in Fate]


@dataclass(frozen=True, slots=True)
class Retention:
    """A year's retention: the whole, and by each axis."""

    year: int
    early_days: int | None
    whole: Slice
    months: tuple[Slice, ...]
    offices: tuple[Slice, ...]
    staff: tuple[Slice, ...]
    products: tuple[Slice, ...]

    @property
    def axes(self) -> tuple[tuple[str, str, tuple[Slice, ...]], ...]:
        return (
            ("months", "満期月", self.months), ("offices", "営業所", self.offices), ("staff", "担当者", self.staff),
            ("products", "商品", self.products),
        )  # fmt: skip


def percent(part: int, whole: int) -> Decimal | None:
    """Rounded half up to a tenth; None of nothing."""
    return (Decimal(part) * 100 / whole).quantize(_TENTH, ROUND_HALF_UP) if whole else None


def expiring(policies: QuerySet[Policy], year: int) -> QuerySet[Any]:
    """The policies whose expiry day lies in the year, each with its `fate` and its `carrier`, who carries it."""
    return policies.filter(
        # Every status by name: the index begins with it.
        status__in=list(PolicyStatus.values),
        ends_at__gte=at_four(date(year, 1, 1)),
        ends_at__lt=at_four(date(year + 1, 1, 1)),
    ).annotate(fate=_FATE, carrier=Coalesce("renewal__owner_id", "in_charge_id"))


def is_early(days: int) -> Q:
    """The next contract was issued so many days before the expiry day or earlier. (From 16:00 it is eight hours to the
    end of the day.)"""
    return Q(fate=Fate.RENEWED, renewed_by__issued_at__lt=F("ends_at") - timedelta(days=days) + timedelta(hours=8))


def retention(policies: QuerySet[Policy], agency: Agency, year: int, early_days: int | None) -> Retention:
    """The year in one statement and the names in two, whatever the number of policies."""
    groups = _groups(policies, year, early_days)
    staff = {one.pk: one for one in User.objects.filter(agency=agency).select_related("office")}
    products: dict[Any, str] = dict(Product.objects.values_list("code", "name"))

    def office(group: dict[str, Any]) -> tuple[str, str]:
        owner = staff.get(group["carrier"])
        return (str(owner.office_id), owner.office.name) if owner and owner.office else (NO_OFFICE, "営業所なし")

    def person(group: dict[str, Any]) -> tuple[str, str]:
        owner = staff.get(group["carrier"])
        return str(group["carrier"]), owner.name if owner else "(ほかの代理店)"

    return Retention(
        year, early_days,
        whole=_slices(groups, "", lambda _: ("", f"{year}年"))[0] if groups else Slice(f"{year}年", ""),
        months=_slices(groups, "month", lambda one: (f"{one['month']:%Y-%m}", f"{one['month'].month}月"), by_code=True),
        offices=_slices(groups, "office", office),
        staff=_slices(groups, "staff", person),
        products=_slices(groups, "product", lambda one: (one["product"], products[one["product"]])),
    )  # fmt: skip


def _groups(policies: QuerySet[Policy], year: int, early_days: int | None) -> list[dict[str, Any]]:
    early = Count("pk", filter=is_early(early_days)) if early_days is not None else Value(0)
    return list(
        expiring(policies, year)
        .order_by()
        .values("fate", "carrier", month=TruncMonth("ends_at", tzinfo=JST), product=F("product_version__product__code"))
        .annotate(n=Count("pk"), yen=Sum("premium_yen"), after_yen=Sum("renewed_by__premium_yen"), early=early)
    )


def _slices(
    groups: Iterable[dict[str, Any]], name: str, key: Callable[[dict[str, Any]], tuple[str, str]], by_code: bool = False
) -> tuple[Slice, ...]:
    """Fold the groups along one axis: by its code, or the largest first."""
    slices: dict[str, Slice] = {}
    for group in groups:
        code, label = key(group)
        one = slices.setdefault(code, Slice(label, f"{name}={code}" if name else ""))
        one.counts[group["fate"]] += group["n"]
        one.yen[group["fate"]] += group["yen"]
        one.early += group["early"]
        if group["fate"] == Fate.RENEWED:
            one.renewed_yen += group["after_yen"]
    ranked = sorted(slices.items(), key=lambda one: (0 if by_code else -one[1].due, one[0]))
    return tuple(one for _, one in ranked)
