"""The causes for which a renewal's premium can differ, and which fact, answer or choice belongs to which. No Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from products.book import Book
from products.conditions import Language
from products.facts import COMPANY_FACTS
from products.risks import Selection
from products.tariff import (
    AnyFactor,
    BandFactor,
    CountFactor,
    CurveFactor,
    FormulaFactor,
    GridFactor,
    LookupFactor,
    MatrixFactor,
)
from products.terms import is_short


class Cause(StrEnum):
    """Why a premium changed, in the order papers name it."""

    SALES = "SALES"
    COMPANY = "COMPANY"
    TARIFF = "TARIFF"
    FORM = "FORM"
    ANSWERS = "ANSWERS"
    EXPERIENCE = "EXPERIENCE"
    COVER = "COVER"
    DEDUCTIBLE = "DEDUCTIBLE"
    RIDERS = "RIDERS"
    DISCOUNTS = "DISCOUNTS"
    TERM = "TERM"
    ADJUSTMENT = "ADJUSTMENT"
    NAMED = "NAMED"
    TAKEN_OVER = "TAKEN_OVER"
    RECORD = "RECORD"

    @property
    def label(self) -> str:
        """The cause in a word or two."""
        return LABELS[self]


LABELS: dict[Cause, str] = {
    Cause.SALES: "売上高",
    Cause.COMPANY: "業種・従業員数",
    Cause.TARIFF: "料率の改定",
    Cause.FORM: "商品・告知書の改定",
    Cause.ANSWERS: "告知の回答",
    Cause.EXPERIENCE: "事故の実績",
    Cause.COVER: "補償額・プラン",
    Cause.DEDUCTIBLE: "自己負担額",
    Cause.RIDERS: "追加条項",
    Cause.DISCOUNTS: "割引",
    Cause.TERM: "保険期間",
    Cause.ADJUSTMENT: "引受担当の調整",
    Cause.NAMED: "保険会社の見積",
    Cause.TAKEN_OVER: "前年の計算の記録なし",
    Cause.RECORD: "計算の記録との差",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One year of a contract: what was rated, by which book, and the yen that stand in the record.

    `facts` and `answers` as `products.risks.risk_from` takes them. `is_named`: the carrier or an underwriter set the
    premium. `is_known`: its questionnaire is in the house; a contract taken over from elsewhere has none.
    """

    book: Book
    facts: Mapping[str, Any]
    answers: Mapping[str, Any]
    selection: Selection
    premium_yen: int
    moved_percent: int = 0
    is_named: bool = False
    is_known: bool = True

    def said(self) -> dict[str, Any]:
        """Facts and answers that are not blank, by name; an answer wins over a fact, as in rating."""
        said = {**self.facts, **self.answers}
        return {name: value for name, value in said.items() if value not in (None, "")}


class Sorter:
    """Says for two situations which name belongs to which cause."""

    def __init__(self, before: Situation, after: Situation) -> None:
        self.before, self.after = before, after
        books = (before.book, after.book)
        self._discounts = set().union(*(_discount_words(book) for book in books))
        self._words = self._discounts.union(*(_words(book) for book in books))
        self._short = any(_is_short(one) for one in (before, after))
        self.bound_riders = _bound_riders(before, after)

    def cause_of(self, name: str) -> Cause:
        """The cause a fact or an answer belongs to."""
        if name.endswith("sales_yen"):
            return Cause.SALES
        if name.startswith("claims_"):
            return Cause.EXPERIENCE
        if name in {"inception_on", "is_renewal"}:
            return Cause.TERM if self._short else Cause.DISCOUNTS
        if name in self._discounts:
            return Cause.DISCOUNTS
        stated = name in self.before.facts or name in self.after.facts
        return Cause.COMPANY if stated and name in COMPANY_FACTS else Cause.ANSWERS

    def cause_of_rider(self, code: str) -> Cause:
        """A rider that only opens or closes a coverage is part of choosing that coverage."""
        return Cause.COVER if code in self.bound_riders else Cause.RIDERS

    @property
    def cause_of_waiting(self) -> Cause:
        """Waiting hours come and go with the cover of interruption."""
        hours = (self.before.selection.waiting_hours, self.after.selection.waiting_hours)
        return Cause.DEDUCTIBLE if all(hours) else Cause.COVER

    @property
    def cause_of_book(self) -> Cause:
        """料率の改定 where a figure may have moved, else 商品・告知書の改定."""
        before, after = self.before.book, self.after.book
        return Cause.FORM if _figures(before) == _figures(after) else Cause.TARIFF

    def changed(self) -> tuple[Cause, ...]:
        """The causes under which anything that can matter is not as it was, in their fixed order."""
        before, after = self.before, self.after
        found: set[Cause] = set()
        if before.book is not after.book and _differ(before.book, after.book):
            found.add(self.cause_of_book)
        old, new = before.said(), after.said()
        found |= {
            self.cause_of(name)
            for name in {*old, *new}
            if old.get(name) != new.get(name) and (name in self._words or name == "inception_on" and self._short)
        }
        was, will = before.selection, after.selection
        if (_limits(was), was.plan) != (_limits(will), will.plan):
            found.add(Cause.COVER)
        if was.deductible_yen != will.deductible_yen:
            found.add(Cause.DEDUCTIBLE)
        if was.waiting_hours != will.waiting_hours:
            found.add(self.cause_of_waiting)
        found |= {self.cause_of_rider(code) for code in set(was.riders) ^ set(will.riders)}
        if before.moved_percent != after.moved_percent:
            found.add(Cause.ADJUSTMENT)
        return tuple(cause for cause in Cause if cause in found)


# What a book says about what can be had and what is asked, beside its figures.
_FORM = (
    "questions", "declarations", "eligibility", "limit_rules", "deductibles", "waiting_hours", "plans", "riders",
    "coverages", "industries",
)  # fmt: skip


def _figures(book: Book) -> tuple[object, ...]:
    """Everything of a book that is a figure of the premium."""
    classes = [(one.code, one.rate_class) for one in book.industries]
    return (book.tariff, book.figures, book.period, book.short_rates, book.carrier_quote, classes)


def _differ(before: Book, after: Book) -> bool:
    """Whether the one book could rate or admit a case that the other does not."""
    same_form = all(getattr(before, part) == getattr(after, part) for part in _FORM)
    return not same_form or _figures(before) != _figures(after)


def _limits(selection: Selection) -> tuple[object, ...]:
    common = (selection.liability_yen, selection.cost_yen, selection.bi_yen, selection.continuity_yen)
    return (*common, tuple(limit for limit in selection.other_limits if limit[1]))


def _is_short(situation: Situation) -> bool:
    begins = situation.facts.get("inception_on")
    return bool(begins) and is_short(situation.book, date.fromisoformat(str(begins)))


def _bound_riders(before: Situation, after: Situation) -> frozenset[str]:
    """The riders that open or close a coverage which one of the two years has and the other has not."""
    found = set()
    for book in (before.book, after.book):
        for coverage in book.coverages:
            if bool(before.selection.limit(coverage.code)) != bool(after.selection.limit(coverage.code)):
                found |= {coverage.needs_rider, coverage.removed_by_rider}
    return frozenset(code for code in found if code is not None)


def _names(language: Language, sources: Iterable[str | None]) -> set[str]:
    return set().union(*(language.program(source)[1] for source in sources if source is not None))


def _discount_words(book: Book) -> set[str]:
    """What discounts ask for: the words of their conditions but what is worked out, and the days they expire on."""
    if book.tariff is None:
        return set()
    discounts = [discount for group in book.tariff.discounts for discount in group.discounts]
    asked = _names(book.language, (discount.when for discount in discounts))
    expires = {discount.expires for discount in discounts if discount.expires}
    own = {question.id for question in book.questions} | {"is_renewal"}
    return (asked & own) | expires | ({"inception_on"} if expires else set())


def _words(book: Book) -> set[str]:
    """Every fact and answer that can move a premium, a score or whether the case can be had."""
    conditions: list[str | None] = [rule.when for rule in book.eligibility]
    conditions += [rule.must for rule in book.limit_rules]
    conditions += [condition.must for rider in book.riders for condition in rider.conditions]
    conditions += [question.shown_when for question in book.questions]
    conditions += [question.score.when for question in book.questions if question.score]
    words = {question.id for question in book.questions if question.score} | {"industry"}
    if book.tariff is not None:
        factors = [*book.tariff.factors]
        for component in book.tariff.components:
            conditions.append(component.when)
            factors += component.factors
        conditions += [factor.when for factor in factors]
        conditions += [factor.formula for factor in factors if isinstance(factor, FormulaFactor)]
        words.update(*(_facts_of(factor) for factor in factors))
    return words | _names(book.language, conditions)


def _facts_of(factor: AnyFactor) -> tuple[str, ...]:
    match factor:
        case LookupFactor() | BandFactor() | CurveFactor() | CountFactor():
            return (factor.fact,)
        case GridFactor():
            return (factor.row_fact, factor.column_fact)
        case MatrixFactor():
            return (factor.row.fact, factor.column.fact)
        case _:
            return ()
