"""What stands beside a case: last year's contract, what changed since, and companies like this one. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, Func, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from policies.models import Policy
from quotes.models import Answer, Quote, Referral
from quotes.queries import Case
from quotes.questionnaire import said

# Upper ends of the bands of yearly sales within which companies are compared.
_BANDS_YEN = (100_000_000, 500_000_000, 1_000_000_000, 5_000_000_000, 10_000_000_000)


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that is not what it was last year."""

    wording: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class LastYear:
    """The contract this case renews."""

    policy: Policy
    liability_yen: int
    premium_yen: int
    changed: tuple[Changed, ...]


def last_year(quote: Quote, case: Case) -> LastYear | None:
    """What the contract before had, and which answers changed; None for a new case."""
    policy = quote.renewal_of
    if policy is None:
        return None
    before = Quote.objects.filter(policy=policy).first()
    old: dict[str, Any] = {}
    if before is not None:
        old = dict(Answer.objects.filter(quote=before).values_list("question_id", "value"))
    liability = (policy.terms.get("selection") or {}).get("liability_yen", 0)
    return LastYear(policy, liability, policy.premium_yen, _changed(case, old))


def _changed(case: Case, old: Mapping[str, Any]) -> tuple[Changed, ...]:
    return tuple(
        Changed(question.wording, said(question, old[question.id]), said(question, value))
        for question in case.book.questions
        if question.id in old and (value := case.answers.get(question.id)) is not None and value != old[question.id]
    )


@dataclass(frozen=True, slots=True)
class Peers:
    """Contracts in force of the same industry and size, in the agency's own book."""

    count: int
    median_yen: int
    referred_percent: int
    band: tuple[int, int | None]


class _Median(Func):
    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = BigIntegerField()
    contains_aggregate = True

    def get_group_by_cols(self) -> list[Any]:
        return []


def peers(quote: Quote, industry: str, sales_yen: int | None, at: datetime) -> Peers | None:
    """Companies like this one, in one statement; None where there are none, or the case does not say its size."""
    if not industry or sales_yen is None:
        return None
    low = max((end for end in _BANDS_YEN if end <= sales_yen), default=0)
    high = next((end for end in _BANDS_YEN if end > sales_yen), None)
    sales = Cast(KT("terms__sales_yen"), BigIntegerField())
    within = Q(sales__gte=low) & (Q(sales__lt=high) if high else Q())
    like = (
        Policy.objects.filter(agency=quote.agency_id, status=Policy.Status.IN_FORCE, terms__industry_code=industry)
        .filter(starts_at__lte=at)
        .exclude(customer=quote.customer_id)
        .alias(sales=sales)
        .filter(within)
    )
    referred = Exists(Referral.objects.filter(quote__policy=OuterRef("pk")))
    found = like.aggregate(count=Count("pk"), median=_Median("premium_yen"), referred=Count("pk", filter=referred))
    if not found["count"]:
        return None
    share = found["referred"] * 100 // found["count"]
    return Peers(found["count"], found["median"], share, (low, high))
