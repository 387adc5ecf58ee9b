"""Stored covers in batches, ready to be rated again: policies with the answers behind them, and options of quotes.

Keyset paging: a batch costs two statements however many rows it has and however far the reader has come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, CharField, Func, JSONField, Q
from django.db.models.fields.json import KT, KeyTransform

from core.clock import jst
from policies.covering import selection_agreed
from policies.models import Policy
from products.book import Book
from products.models import ProductVersion
from products.rating import UNDERWRITING
from products.risks import Selection
from quotes.facts import RiskFacts, facts_for_rating, facts_from, selection_from
from quotes.models import Answer, QuoteOption
from quotes.replaying import NAMED_BY_A_PERSON


class Said(Aggregate):
    """The answers of a quote as one JSON object: a row for each of fifty questions would cost more than the rating."""

    function = "jsonb_object_agg"
    arity = 2
    output_field = JSONField()


class Moved(Func):
    """The factor in a stored receipt's line of underwriting, as text; null where nobody moved the premium."""

    function = "jsonb_path_query_first"
    template = f"%(function)s(%(expressions)s, '$.lines[*] ? (@.code == \"{UNDERWRITING}\").factor') #>> '{{}}'"
    output_field = CharField()


def _percent(factor: str | None) -> int:
    return int((Decimal(factor) - 1) * 100) if factor else 0


@dataclass(frozen=True, slots=True)
class Cover:
    """One stored premium with all it was worked out from.

    `moved_percent`: how far an underwriter moved the tariff's premium.
    `is_known`: the questionnaire behind it is in the house; a contract taken over from elsewhere has none.
    """

    key: int
    number: str
    label: str
    position: int
    version_id: int
    premium_yen: int | None
    is_named: bool
    is_known: bool
    moved_percent: int
    facts: Mapping[str, Any]
    answers: Mapping[str, Any]
    selection: Selection
    policy_id: int | None = None
    quote_id: int | None = None


def policies_after(key: int, which: Q, size: int) -> list[Cover]:
    """The next policies after that key."""
    rows = (
        Policy.objects.filter(which, pk__gt=key)
        .order_by("pk")
        .values(
            "pk", "number", "product_version_id", "premium_yen", "starts_at", "renews_id", "terms__selection",
            "terms__plan_label", "terms__industry_code", "terms__sales_yen", "quote", "quote__facts",
            "quote__inception_on", "quote__renewal_of_id", first=KT("terms__receipt__lines__0__code"),
            moved=Moved(KeyTransform("receipt", "terms")),
        )[:size]
    )  # fmt: skip
    found = list(rows)
    answers = _answers(row["quote"] for row in found if row["quote"] is not None)
    return [_policy(row, answers.get(row["quote"], {})) for row in found]


def _policy(row: Mapping[str, Any], answers: Mapping[str, Any]) -> Cover:
    """With its quote's facts and answers; a contract taken over from elsewhere has only its own terms."""
    if row["quote"] is not None:
        facts = facts_for_rating(
            facts_from(row["quote__facts"]), inception_on=row["quote__inception_on"],
            is_renewal=row["quote__renewal_of_id"] is not None,
        )  # fmt: skip
    else:
        known = RiskFacts(industry=row["terms__industry_code"], sales_yen=row["terms__sales_yen"])
        began = jst(row["starts_at"]).date()
        facts = facts_for_rating(known, inception_on=began, is_renewal=row["renews_id"] is not None)
    return Cover(
        key=row["pk"], number=row["number"], label=row["terms__plan_label"] or "", position=0,
        version_id=row["product_version_id"], premium_yen=row["premium_yen"],
        is_named=row["first"] in NAMED_BY_A_PERSON, is_known=row["quote"] is not None,
        moved_percent=_percent(row["moved"]), facts=facts, answers=answers,
        selection=selection_agreed(row["terms__selection"]), policy_id=row["pk"],
    )  # fmt: skip


def options_after(key: int, which: Q, size: int) -> list[Cover]:
    """The next options of quotes after that key. `which` filters quotes by `quote__…`."""
    rows = (
        QuoteOption.objects.filter(which, pk__gt=key)
        .order_by("pk")
        .values(
            "pk", "label", "position", "premium_yen", "selection", "quote_id", "quote__number", "quote__facts",
            "quote__inception_on", "quote__renewal_of_id", "quote__product_version_id",
            first=KT("receipt__lines__0__code"),
            moved=Moved("receipt"),
        )[:size]
    )  # fmt: skip
    found = list(rows)
    answers = _answers(row["quote_id"] for row in found)
    return [
        Cover(
            key=row["pk"], number=row["quote__number"], label=row["label"], position=row["position"],
            version_id=row["quote__product_version_id"], premium_yen=row["premium_yen"],
            is_named=row["first"] in NAMED_BY_A_PERSON, is_known=True, moved_percent=_percent(row["moved"]),
            facts=facts_for_rating(
                facts_from(row["quote__facts"]), inception_on=row["quote__inception_on"],
                is_renewal=row["quote__renewal_of_id"] is not None,
            ),
            answers=answers.get(row["quote_id"], {}), selection=selection_from(row["selection"]),
            quote_id=row["quote_id"],
        )
        for row in found
    ]  # fmt: skip


def _answers(quotes: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What was said, quote by quote: all of it in one statement."""
    rows = Answer.objects.filter(quote_id__in=set(quotes)).order_by().values_list("quote_id")
    return dict(rows.annotate(said=Said("question_id", "value")))


class Books:
    """The versions' books by key, each read once; a version that is new since is fetched when it is met."""

    def __init__(self) -> None:
        self._known: dict[int, Book] = {}

    def __getitem__(self, version_id: int) -> Book:
        if version_id not in self._known:
            self._known[version_id] = ProductVersion.objects.get(pk=version_id).book
        return self._known[version_id]
