"""Replay: every stored premium worked out again from what is stored with it, against its own version of the book."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q

from core.clock import JST
from quotes.covers import Books, Cover, options_after, policies_after
from quotes.replaying import premium_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Yen:
    """One premium that does not come out as it is stored."""

    kind: str
    number: str
    label: str
    stored_yen: int | None
    replayed_yen: int | None
    why: str

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "number": self.number,
            "plan": self.label,
            "stored_yen": self.stored_yen,
            "replayed_yen": self.replayed_yen,
            "reason": self.why,
        }


@dataclass(slots=True)
class Replayed:
    """The counts, by kind. `named`: premiums an underwriter set; `without_answers`: contracts whose questionnaire is
    not in the house, so that nothing can be worked out again."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {"options": Counter(), "policies": Counter()})

    @property
    def different(self) -> int:
        return sum(counter["different"] for counter in self.counts.values())

    def as_json(self) -> dict[str, dict[str, int]]:
        names = ("checked", "same", "different", "unpriced", "named", "without_answers")
        return {kind: {name: counter[name] for name in names} for kind, counter in self.counts.items()}


def replay(replayed: Replayed, *, product: str = "", since: date | None = None) -> Iterator[Yen]:
    """Work off all options, then all policies, batch by batch; yields what differs and counts everything.

    `since` is the Japanese day on which a quote was opened or a policy issued.
    """
    begin = datetime.combine(since, time.min, JST) if since else None
    quotes, policies = Q(), Q()
    if product:
        quotes &= Q(quote__product_version__product__code=product)
        policies &= Q(product_version__product__code=product)
    if begin:
        quotes &= Q(quote__opened_at__gte=begin)
        policies &= Q(issued_at__gte=begin)
    books = Books()
    yield from _each("options", options_after, quotes, books, replayed.counts["options"])
    yield from _each("policies", policies_after, policies, books, replayed.counts["policies"])


def _each(
    kind: str, after: Callable[[int, Q, int], list[Cover]], which: Q, books: Books, counts: Counter[str]
) -> Iterator[Yen]:
    key = 0
    while covers := after(key, which, BATCH):
        key = covers[-1].key
        for cover in covers:
            counts["checked"] += 1
            found = _compare(kind, cover, books, counts)
            if found is not None:
                counts["different"] += 1
                yield found


def _compare(kind: str, cover: Cover, books: Books, counts: Counter[str]) -> Yen | None:
    if cover.is_named:
        counts["named"] += 1
        return None
    if not cover.is_known:
        counts["without_answers"] += 1
        return None
    premium, why = premium_of(cover.facts, cover.answers, cover.selection, books[cover.version_id], cover.moved_percent)
    if premium == cover.premium_yen:
        counts["unpriced" if premium is None else "same"] += 1
        return None
    return Yen(kind, cover.number, cover.label, cover.premium_yen, premium, why)
