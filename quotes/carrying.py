"""Which earlier answer fills a question of a new form: by meaning, the newest that is fresh. Facts in, choice out.

Within one product a changed wording is another question: it is asked again, and no other book's answer takes its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.clock import jst
from core.errors import Refused
from core.periods import months_after
from products.bank import Bank
from products.book import Book, Question
from products.scoring import answer_fact

# A question of one book alone stays fresh as long as most measures do.
OWN_QUESTION_MONTHS = 18


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer the customer once confirmed. `key` finds its row again."""

    key: int
    question_id: str
    product: str
    version: int
    value: Any
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Fill:
    """A question to fill, and the answer that fills it."""

    question: Question
    earlier: Earlier


def fills(book: Book, earlier: Iterable[Earlier], bank: Bank, on: date) -> list[Fill]:
    """What can be filled on that day, in the book's order. `earlier` may come in any order."""
    by_meaning: dict[str, list[Earlier]] = {}
    for one in sorted(earlier, key=lambda one: (one.answered_at, one.key)):
        by_meaning.setdefault(one.question_id, []).append(one)
    chosen = [(q, _newest(q, book, by_meaning.get(q.id, []), bank, on)) for q in book.questions]
    return [Fill(question, one) for question, one in chosen if one is not None]


def _newest(question: Question, book: Book, said: Sequence[Earlier], bank: Bank, on: date) -> Earlier | None:
    own = [one.version for one in said if one.product == book.code]
    if own and question.version not in own:
        return None
    meaning, oldest = bank.meaning(question.id), oldest_fresh(question.id, bank, on)
    for one in reversed(said):
        if jst(one.answered_at).date() < oldest:
            return None
        if one.product == book.code and one.version != question.version:
            continue
        if one.product != book.code and meaning is None:
            continue
        if _fits(question, one.value):
            return one
    return None


def oldest_fresh(question_id: str, bank: Bank, on: date) -> date:
    """The first day an answer may have been given on, to be fresh on that day."""
    meaning = bank.meaning(question_id)
    return months_after(on, -(meaning.fresh_months if meaning else OWN_QUESTION_MONTHS))


def _fits(question: Question, value: Any) -> bool:
    """A choice may have fewer options here than where it was answered."""
    try:
        answer_fact(question, value)
    except Refused:
        return False
    return value not in (None, "")
