"""Random pairs of years for the premium's change: two situations a contract could really have been in."""

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from core.errors import Refused
from products.book import Book
from products.limits import check_limits
from products.rating import moved, rate
from products.reading import read_book
from products.riders import check_riders
from products.risks import risk_from, selection_of
from products.shelf import shipped_books
from renewals.causes import Situation
from tests.quotes.making import good_answers


@cache
def editions() -> dict[str, list[Book]]:
    """The shipped books with a tariff, by product, the oldest first."""
    found: dict[str, list[Book]] = {}
    for path, text in shipped_books():
        book = read_book(text, path.name)
        if book.tariff is not None:
            found.setdefault(book.code, []).append(book)
    return found


def priced(situation: Situation) -> Situation | None:
    """With the yen the book gives, or None where it gives none."""
    try:
        risk = risk_from(situation.facts, situation.book, situation.answers)
        receipt = rate(risk, situation.selection, situation.book)
    except Refused:
        return None
    if check_limits(situation.book, situation.selection, risk) or check_riders(
        situation.book, situation.selection, risk
    ):
        return None
    yen = moved(receipt, situation.moved_percent, situation.book, "").total_yen
    return replace(situation, premium_yen=yen)


@cache
def first_years() -> list[Situation]:
    """A few dozen contracts of every book."""
    random = Random(20260401)
    tried = (first_year(book, random) for books in editions().values() for book in books for _ in range(8))
    return [one for one in (*tried, short_year()) if one is not None]


def short_year() -> Situation | None:
    """A member who joined in February a programme that ends every first of December: ten months at the one premium
    its table knows."""
    book = editions()["tokio-yayoi"][0]
    small = next(one.code for one in book.industries if one.rate_class == "other_services")
    facts = {"industry": small, "sales_yen": 4_000_000, "inception_on": "2027-02-01", "is_renewal": False}
    plan = book.plan("plan-100m")
    assert plan is not None
    return priced(Situation(book, facts, good_answers(book), selection_of(plan), 0))


def first_year(book: Book, random: Random, **facts: Any) -> Situation | None:
    """A contract of a book with random facts."""
    industries = [one.code for one in book.industries if one.eligible]
    said = {
        "industry": random.choice(industries), "sales_yen": random.choice([1, 3, 8, 20]) * 100_000_000,
        "inception_on": "2026-12-01", "is_renewal": False,
    } | facts  # fmt: skip
    selection = selection_of(random.choice(book.plans_for_sale))
    return priced(Situation(book, said, good_answers(book), selection, 0))


def next_year(before: Situation, random: Random, changes: int) -> Situation | None:
    """The year after, with so many kinds of change."""
    after = replace(before, facts={**before.facts, "inception_on": "2027-12-01", "is_renewal": True})
    for change in random.sample(list(_CHANGES), changes):
        after = _CHANGES[change](after, random)
    return priced(after)


def pair(random: Random) -> tuple[Situation, Situation]:
    """Two years of one contract."""
    while True:
        product = random.choice(sorted(editions()))
        before = random.choice([one for one in first_years() if one.book.code == product])
        after = next_year(before, random, random.choice([0, 1, 1, 1, 2, 2, 3]))
        if after is not None:
            return before, after


def _sales(one: Situation, random: Random) -> Situation:
    return replace(one, facts={**one.facts, "sales_yen": random.randrange(5, 3000) * 1_000_000})


def _industry(one: Situation, random: Random) -> Situation:
    return replace(one, facts={**one.facts, "industry": random.choice(one.book.industries).code})


def _edition(one: Situation, random: Random) -> Situation:
    book = editions()[one.book.code][-1]
    return replace(one, book=book, answers={**good_answers(book), **one.answers})


def _answers(one: Situation, random: Random) -> Situation:
    scored = [question.id for question in one.book.questions if question.score and question.kind == "yes_no"]
    turned = dict.fromkeys(random.sample(scored, min(len(scored), 4)), "no")
    return replace(one, answers={**one.answers, **turned})


def _cover(one: Situation, random: Random) -> Situation:
    plan = selection_of(random.choice(one.book.plans_for_sale))
    return replace(one, selection=plan)


def _deductible(one: Situation, random: Random) -> Situation:
    return replace(one, selection=replace(one.selection, deductible_yen=random.choice(one.book.deductibles.values)))


def _riders(one: Situation, random: Random) -> Situation:
    codes = [rider.code for rider in one.book.riders if rider.can_be_chosen]
    turned = set(random.sample(codes, min(len(codes), 2)))
    return replace(one, selection=replace(one.selection, riders=tuple(sorted(set(one.selection.riders) ^ turned))))


def _adjustment(one: Situation, random: Random) -> Situation:
    return replace(one, moved_percent=random.choice([-10, -5, 5, 20]))


def _begins(one: Situation, random: Random) -> Situation:
    return replace(one, facts={**one.facts, "inception_on": random.choice(["2027-05-01", "2027-09-01"])})


_CHANGES = {
    "sales": _sales, "industry": _industry, "edition": _edition, "answers": _answers, "cover": _cover,
    "deductible": _deductible, "riders": _riders, "adjustment": _adjustment, "begins": _begins,
}  # fmt: skip
