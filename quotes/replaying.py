"""Rating a cover again: the same facts, answers and selection against a book. Shared by replay and effect.

Pure: facts in, figures out. Nothing here reads the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import Refused
from products.book import Book
from products.conditions import ConditionError
from products.eligibility import judge
from products.limits import check_limits
from products.rating import moved, rate
from products.riders import check_riders
from products.risks import Risk, Selection, risk_from
from quotes.states import Turn

Outcome = Literal["accept", "ask", "refer", "decline"]

# First lines of receipts that no tariff made: an underwriter or the carrier named the premium.
NAMED_BY_A_PERSON = frozenset({"individual"})


@dataclass(frozen=True, slots=True)
class Rerated:
    """A cover under one book: its premium or why there is none, the outcome, and the sentences behind it."""

    premium_yen: int | None
    unpriced_reason: str
    outcome: Outcome
    reasons: Mapping[str, str]  # sentence → outcome

    def sentences(self, outcome: str) -> list[str]:
        return [sentence for sentence, found in self.reasons.items() if found == outcome]


def rerate(
    facts: Mapping[str, Any], answers: Mapping[str, Any], selection: Selection, book: Book, moved_percent: int = 0
) -> Rerated:
    """The premium and the verdict of a book on a stored case. A cover the book does not offer is declined."""
    said = {name: value for name, value in answers.items() if value not in (None, "")}
    try:
        risk = risk_from(facts, book, said)
        reasons = {reason.sentence: str(reason.outcome) for reason in judge(risk, book, selection).reasons}
        reasons |= dict.fromkeys(_impossible(book, selection, risk), "decline")
    except (Refused, ConditionError) as refusal:
        # An answer this book does not know any more: nobody can judge or price the case before it is asked again.
        sentence = refusal.message if isinstance(refusal, Refused) else str(refusal)
        return Rerated(None, sentence, "ask", {sentence: "ask"})
    premium, why = _premium(facts, risk, selection, book, moved_percent)
    order: tuple[Outcome, ...] = ("decline", "ask", "refer")
    found = (outcome for outcome in order if outcome in reasons.values())
    return Rerated(premium, why, next(found, "accept"), reasons)


def premium_of(
    facts: Mapping[str, Any], answers: Mapping[str, Any], selection: Selection, book: Book, moved_percent: int = 0
) -> tuple[int | None, str]:
    """Only the premium, or why there is none: what a replay compares. `moved_percent`: what underwriting added."""
    said = {name: value for name, value in answers.items() if value not in (None, "")}
    try:
        risk = risk_from(facts, book, said)
    except (Refused, ConditionError) as refusal:
        return None, str(refusal)
    return _premium(facts, risk, selection, book, moved_percent)


def _premium(
    facts: Mapping[str, Any], risk: Risk, selection: Selection, book: Book, moved_percent: int
) -> tuple[int | None, str]:
    if not facts.get("industry") or facts.get("sales_yen") is None:
        return None, "業種か売上高が未入力です。"
    try:
        return moved(rate(risk, selection, book), moved_percent, book, "").total_yen, ""
    except (Refused, ConditionError) as refusal:
        return None, str(refusal)


def _impossible(book: Book, selection: Selection, risk: Risk) -> list[str]:
    limits = [problem.sentence for problem in check_limits(book, selection, risk)]
    return limits + [conflict.sentence for conflict in check_riders(book, selection, risk)]


def turn_of(own: Rerated, new: Rerated) -> tuple[Turn | None, str]:
    """What becomes of a cover that was not so under its own book, and why; the gravest first."""
    if new.outcome == "decline" and own.outcome != "decline":
        return Turn.INELIGIBLE, _first_new(own, new, "decline")
    if new.premium_yen is None and own.premium_yen is not None:
        return Turn.UNRATEABLE, new.unpriced_reason
    if new.sentences("refer") and not own.sentences("refer"):
        return Turn.REFERRED, _first_new(own, new, "refer")
    if new.sentences("ask") and not own.sentences("ask"):
        return Turn.ASKED, _first_new(own, new, "ask")
    return None, ""


def _first_new(own: Rerated, new: Rerated, outcome: str) -> str:
    sentences = new.sentences(outcome)
    return next((sentence for sentence in sentences if sentence not in own.reasons), sentences[0])
