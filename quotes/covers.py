"""Stored covers in batches, ready to be rated again: policies with the answers behind them, and options of quotes.

Keyset paging: a batch costs two statements however many rows it has and however far the reader has come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, JSONField, Q
from django.db.models.fields.json import KT

from policies.models import Policy
from products.book import Book
from products.models import ProductVersion
from products.rating import Selection
from quotes.facts import RiskFacts, facts_from, selection_from
from quotes.models import Answer, QuoteOption
from quotes.replaying import NAMED_BY_A_PERSON


class Said(Aggregate):
    """The answers of a quote as one JSON object: a row for each of fifty questions would cost more than the rating."""

    function = "jsonb_object_agg"
    arity = 2
    output_field = JSONField()


@dataclass(frozen=True, slots=True)
class Cover:
    """One stored premium with all it was worked out from.

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
    facts: RiskFacts
    answers: Mapping[str, Any]
    selection: Selection
    policy_id: int | None = None
    quote_id: int | None = None


def policies_after(key: int, which: Q, size: int) -> list[Cover]:
    """The next policies after that key."""
    rows = (
        Policy.objects.filter(which, pk__gt=key)
        .order_by("pk")
        .values_list(
            "pk", "number", "terms__plan_label", "product_version_id", "premium_yen", "terms__selection",
            "terms__industry_code", "terms__sales_yen", "quote", "quote__facts",
            KT("terms__receipt__lines__0__code"),
        )[:size]
    )  # fmt: skip
    found = list(rows)
    answers = _answers(row[8] for row in found if row[8] is not None)
    return [
        Cover(
            key=pk, number=number, label=label or "", position=0, version_id=version, premium_yen=premium,
            is_named=first in NAMED_BY_A_PERSON, is_known=quote is not None,
            facts=facts_from(facts) if facts else RiskFacts(industry=industry, sales_yen=sales),
            answers=answers.get(quote, {}), selection=selection_from(selection), policy_id=pk,
        )
        for pk, number, label, version, premium, selection, industry, sales, quote, facts, first in found
    ]  # fmt: skip


def options_after(key: int, which: Q, size: int) -> list[Cover]:
    """The next options of quotes after that key. `which` filters quotes by `quote__…`."""
    rows = (
        QuoteOption.objects.filter(which, pk__gt=key)
        .order_by("pk")
        .values_list(
            "pk", "quote__number", "label", "position", "quote__product_version_id", "premium_yen", "selection",
            "quote_id", "quote__facts", KT("receipt__lines__0__code"),
        )[:size]
    )  # fmt: skip
    found = list(rows)
    answers = _answers(row[7] for row in found)
    return [
        Cover(
            key=pk, number=number, label=label, position=position, version_id=version, premium_yen=premium,
            is_named=first in NAMED_BY_A_PERSON, is_known=True, facts=facts_from(facts),
            answers=answers.get(quote, {}), selection=selection_from(selection), quote_id=quote,
        )
        for pk, number, label, position, version, premium, selection, quote, facts, first in found
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
