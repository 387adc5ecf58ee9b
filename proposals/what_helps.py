"""What would help (改善の提案): the smallest truthful changes that turn a referral into an offer, or save most.

Measures to take, deductible up, limits, plan or riders down. Never an answer to change: what happened and what the
company is stays as it was told. Every suggestion is rated and judged before it is shown; single changes and pairs
only, so that the search ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from core.money import format_limit
from products.book import Book, Question
from products.limits import has_coverage
from products.risks import Selection, selection_of
from proposals.needs import needs, serves, with_limit
from proposals.rules import Wishes
from proposals.what_if import Situation, measures_denied
from quotes.replaying import Rerated

MOST_MEASURES = 12  # the weightiest; the rest would save less
PAIRED = 9  # of the single changes, the best ones are tried two at a time
SHOWN = 8
OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do: a measure, or another cover. `key` names it for good; `words` say it to the customer."""

    key: str
    words: str
    measure: Question | None = None
    limits: tuple[tuple[str, int], ...] = ()
    deductible_yen: int | None = None
    plan: str = ""
    rider_off: str = ""
    rider_on: str = ""

    @property
    def field(self) -> str:
        """What it moves: two changes of one thing do not go together."""
        if self.measure is not None:
            return self.key
        if self.rider_off or self.rider_on:
            return f"rider:{self.rider_off or self.rider_on}"
        if self.plan:
            return "plan"
        return f"limit:{self.limits[0][0]}" if self.limits else "deductible"

    def on(self, selection: Selection, book: Book) -> Selection:
        """The cover with this change."""
        if self.plan and (plan := book.plan(self.plan)):
            return selection_of(plan, riders=selection.riders)
        for code, yen in self.limits:
            selection = with_limit(selection, code, yen, book)
        if self.deductible_yen is not None:
            selection = replace(selection, deductible_yen=self.deductible_yen)
        if self.rider_off:
            selection = _without(self.rider_off, selection, book)
        if self.rider_on:
            selection = replace(selection, riders=tuple(sorted({*selection.riders, self.rider_on})))
        return selection


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Changes with what they come to: the premium, the yen saved, and whether the case would be offered."""

    changes: tuple[Change, ...]
    premium_yen: int | None
    saved_yen: int
    turns_to_offer: bool
    outcome: str
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(change.words for change in self.changes)


def what_would_help(situation: Situation, wishes: Wishes | None = None) -> list[Suggestion]:
    """The suggestions, those that turn the case into an offer first, then the largest saving, the fewest changes."""
    now = situation.now()
    singles = []
    for change in changes_of(situation):
        found = _verified(situation, (change,), now, wishes)
        if found is not None:
            singles.append(found)
    singles.sort(key=_rank)
    hopeful = _hopeful(situation, singles, now)
    known = {one.changes[0].key: one for one in singles}
    pairs = []
    for pair in combinations(hopeful, 2):
        if pair[0].field == pair[1].field or {change.field for change in pair} >= {"plan", "deductible"}:
            continue
        found = _verified(situation, pair, now, wishes)
        alone = [known[change.key] for change in pair if change.key in known]
        measured = all(change.measure is not None for change in pair)
        if found is not None and (measured or found.turns_to_offer) and _is_worth_two(found, alone):
            pairs.append(found)
    return _varied(sorted([*singles, *pairs], key=_rank))[:SHOWN]


def _varied(ranked: Sequence[Suggestion]) -> list[Suggestion]:
    """In their order, and of each kind only the first few: eight measures hide the deductible that saves as much."""
    shown: list[Suggestion] = []
    for one in ranked:
        if sum(_kinds(other) == _kinds(one) for other in shown) < OF_A_KIND:
            shown.append(one)
    return shown


def _kinds(one: Suggestion) -> tuple[str, ...]:
    return tuple(sorted(change.field.split(":")[0] for change in one.changes))


def _rank(one: Suggestion) -> tuple[bool, int, int, tuple[str, ...]]:
    return not one.turns_to_offer, len(one.changes) if one.turns_to_offer else 0, -one.saved_yen, _keys(one)


def _keys(one: Suggestion) -> tuple[str, ...]:
    return tuple(change.key for change in one.changes)


def _is_worth_two(pair: Suggestion, alone: Sequence[Suggestion]) -> bool:
    """Two changes are shown only where one of them alone does less; lowering two limits needs no line of its own."""
    if pair.turns_to_offer:
        return not any(one.turns_to_offer for one in alone)
    return all(pair.saved_yen > one.saved_yen for one in alone) and not any(one.turns_to_offer for one in alone)


def _hopeful(situation: Situation, singles: Sequence[Suggestion], now: Rerated) -> list[Change]:
    """Which changes are worth trying with another: the best alone, and where the case is not offered the weightiest
    measures, which may pass a threshold together."""
    best = [one.changes[0] for one in singles[:PAIRED]]
    if now.outcome == "accept":
        return best
    keys = {change.key for change in best}
    return best + [change for change in _measures(situation) if change.key not in keys][:PAIRED]


def _verified(
    situation: Situation, changes: Sequence[Change], now: Rerated, wishes: Wishes | None
) -> Suggestion | None:
    """Rate and judge the case with the changes; None where it gains nothing, or makes anything worse."""
    book, selection = situation.book, situation.selection
    for change in changes:
        selection = change.on(selection, book)
    if wishes is not None and _loses_a_must_have(situation.selection, selection, book, wishes):
        return None
    found = situation.with_changes(selection, [change.measure for change in changes if change.measure is not None])
    worse = set(found.reasons) - set(now.reasons)
    if worse or found.outcome == "decline" or (found.premium_yen is None and now.premium_yen is not None):
        return None
    saved = now.premium_yen - found.premium_yen if now.premium_yen and found.premium_yen else 0
    turns = found.outcome == "accept" and now.outcome != "accept" and found.premium_yen is not None
    if not turns and (saved <= 0 or any(change.rider_on for change in changes)):
        return None  # a rider that takes cover away is no way to save
    notes = _notes(selection, wishes)
    return Suggestion(tuple(changes), found.premium_yen, saved, turns, found.outcome, notes)


def _loses_a_must_have(before: Selection, after: Selection, book: Book, wishes: Wishes) -> bool:
    musts = [need for code in wishes.must_haves if (need := needs().get(code))]
    return any(serves(before, book, need) and not serves(after, book, need) for need in musts)


def _notes(selection: Selection, wishes: Wishes | None) -> tuple[str, ...]:
    """What the customer should know before he agrees."""
    if wishes is None:
        return ()
    notes = []
    if selection.liability_yen < wishes.liability_yen:
        notes.append("賠償責任の限度額がご希望を下回ります。")
    if selection.cost_yen < wishes.cost_yen:
        notes.append("事故対応費用の限度額がご希望を下回ります。")
    return tuple(notes)


def changes_of(situation: Situation) -> list[Change]:
    """Every single change one can make, measures first."""
    return [*_measures(situation), *_covers(situation)]


def _measures(situation: Situation) -> list[Change]:
    denied = measures_denied(situation.book, situation.answers)
    weightiest = sorted(denied, key=lambda q: (-(q.score.weight if q.score else 0), q.id))[:MOST_MEASURES]
    return [Change(f"measure:{q.id}", _as_measure(q), measure=q) for q in weightiest]


def _as_measure(question: Question) -> str:
    """The measure in the question's own words: what can then be said."""
    said = question.wording.removesuffix("。").removesuffix("か")
    return f"「{said}」といえる対策を、始期までに導入する"


def _covers(situation: Situation) -> Iterator[Change]:
    book, now = situation.book, situation.selection
    higher = [yen for yen in book.deductibles.values if yen > now.deductible_yen][:2]
    if not book.limits_are_packages:
        for yen in higher:
            words = f"自己負担額を{format_limit(yen)}に上げる"
            yield Change(f"deductible:{yen}", words, deductible_yen=yen)
        yield from _lower_limits(book, now)
    if book.limits_are_packages or book.plan_is_chosen:
        for plan in book.plans_for_sale:
            below = plan.liability_yen <= now.liability_yen and plan.cost_yen <= now.cost_yen
            if below and plan.code != now.plan:
                yield Change(f"plan:{plan.code}", f"プランを「{plan.label}」に下げる", plan=plan.code)
    for rider in book.riders:
        if rider.available_in(now.plan) != "optional":
            continue
        if rider.code in now.riders:
            yield Change(f"without:{rider.code}", f"「{rider.label}」を外す", rider_off=rider.code)
        else:
            yield Change(f"with:{rider.code}", f"「{rider.label}」を付ける", rider_on=rider.code)


def _lower_limits(book: Book, now: Selection) -> Iterator[Change]:
    for coverage in book.coverages:
        chosen = now.limit(coverage.code)
        if not chosen or not has_coverage(book, now, coverage):
            continue
        for yen in sorted((yen for yen in coverage.limits if 0 < yen < chosen), reverse=True)[:2]:
            words = f"{coverage.label}の限度額を{format_limit(yen)}に下げる"
            yield Change(f"limit:{coverage.code}:{yen}", words, limits=((coverage.code, yen),))


def _without(code: str, selection: Selection, book: Book) -> Selection:
    """Without a rider, what needs it, and the coverages it brought."""
    gone = {code}
    while more := {r.code for r in book.riders if r.code in selection.riders and gone & set(r.needs)} - gone:
        gone |= more
    selection = replace(selection, riders=tuple(one for one in selection.riders if one not in gone))
    for coverage in book.coverages:
        if coverage.needs_rider in gone and selection.limit(coverage.code):
            selection = with_limit(selection, coverage.code, 0, book)
    return selection
