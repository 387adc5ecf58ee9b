"""A programme whose members all expire on one day (統一満期, S002): where each stands, in a few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Lower

from accounts.models import User
from core.clock import jst
from core.periods import at_four
from customers.models import Contact, ElectronicConsent
from customers.states import ConsentKind
from policies.models import Policy
from products.models import Product, ProductVersion
from renewals.models import Renewal, RenewalQuerySet
from renewals.states import RenewalStatus

NO_MAIL = "nomail"
MANY = 20  # contracts of one product on one day: from here on they are looked at together, whatever the book says
_AHEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Share:
    """So many members in one stage, and their premium; `show` lists exactly these."""

    show: str
    label: str
    style: str
    count: int
    premium_yen: int


@dataclass(frozen=True, slots=True)
class Group:
    """All members of one programme and one expiry."""

    shares: tuple[Share, ...]
    not_opened: Share
    no_mail: int
    members: int
    premium_yen: int


def members_of(user: User, product: Product, ends_on: date) -> RenewalQuerySet:
    """The renewals of one programme and one expiry day."""
    return Renewal.objects.visible_to(user).filter(
        policy__product_version__product=product, term_end_at=at_four(ends_on)
    )


def without_mail(renewals: RenewalQuerySet, dead: Collection[str]) -> RenewalQuerySet:
    """Members nobody can write an e-mail to: no address that works, no wish for mail, or consent taken back."""
    alive = (
        Contact.objects.filter(customer=OuterRef("customer_id"), left=False)
        .exclude(email="")
        .alias(small=Lower("email"))
        .exclude(small__in=list(dead))
    )
    said = ElectronicConsent.objects.filter(customer=OuterRef("customer_id")).order_by("-at", "-pk")
    return renewals.alias(word=Subquery(said.values("kind")[:1])).filter(
        Q(customer__phone_only=True) | ~Exists(alive) | Q(word=ConsentKind.WITHDRAWN)
    )


def group_of(user: User, product: Product, ends_on: date, dead: Collection[str]) -> Group:
    """Counts by stage and premium, the contracts whose renewal is not open yet with them."""
    policies = Policy.objects.visible_to(user).filter(product_version__product=product, ends_at=at_four(ends_on))
    found = policies.order_by().values("renewal__status").annotate(n=Count("pk"), yen=Sum("premium_yen"))
    counts: dict[str | None, tuple[int, int]] = {row["renewal__status"]: (row["n"], row["yen"]) for row in found}
    shares = tuple(
        Share(status, status.label, status.style, *counts.get(status, (0, 0)))
        for status in RenewalStatus
        if status in counts
    )
    return Group(
        shares=shares,
        not_opened=Share("", "更改の開始前", "wait", *counts.get(None, (0, 0))),
        no_mail=without_mail(members_of(user, product, ends_on), dead).count(),
        members=sum(count for count, _ in counts.values()),
        premium_yen=sum(yen for _, yen in counts.values()),
    )


def search_of(product: Product, ends_on: date, stage: str) -> str:
    """The search of the list that finds the same rows: what a batch (一括処理) over all of them asks for."""
    return urlencode({"product": product.code, "since": ends_on, "until": ends_on, "stage": stage})


@dataclass(frozen=True, slots=True)
class Programme:
    """A product with many contracts that end on one day."""

    product_code: str
    product: str
    ends_on: date
    members: int


def programmes_soon(user: User, on: date) -> list[Programme]:
    """The programmes of the months ahead, the nearest first: where a group view is worth opening. Contracts whose book
    names a common expiry are one as soon as there are two; others when there are many."""
    versions = ProductVersion.objects.defer("content")
    common = [version.pk for version in versions if version.book.period.common]
    found = (
        Policy.objects.visible_to(user)
        .filter(ends_at__gte=at_four(on), ends_at__lte=at_four(on + _AHEAD))
        .order_by()
        .values_list("product_version__product__code", "product_version__product__name", "ends_at")
        .annotate(n=Count("pk"), together=Count("pk", filter=Q(product_version__in=common)))
        .filter(Q(n__gte=MANY) | Q(together__gte=2))
        .order_by("ends_at", "product_version__product__code")[:12]
    )
    return [Programme(code, name, jst(ends_at).date(), n) for code, name, ends_at, n, _ in found]
