"""Why a renewal costs what it costs: one change explained against one premium worked out, by how many causes there are.

One rating is what a replay does: the facts read into a risk, and the risk rated. An explanation rates every mixture of
the causes and asks of each whether it could have been; so it grows with the power of two, which is why the number of
causes is measured and not one mean.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from bench.books import said
from bench.data import House
from bench.report import Line
from bench.timing import Duel, duel
from products.book import Book
from products.rating import moved, rate
from products.risks import Selection, risk_from, selection_of
from renewals.attribution import attribute
from renewals.causes import Situation
from renewals.reasons import reasons, waterfall

PRODUCT = "sompo-cyber"  # the long questionnaire
NIGHT = 2000  # renewals of one day in December
MOST = 6


def years(book: Book, causes: int) -> tuple[Situation, Situation]:
    """Two years of a retailer that differ in so many ways, one after another: sales, answers, deductible, limits, an
    underwriter's move, a rider."""
    facts = {"industry": "retail", "sales_yen": 500_000_000, "inception_on": "2027-02-01", "is_renewal": False}
    plan = selection_of(book.plans_for_sale[0])
    before = priced(Situation(book, facts, said(book), plan, 0))
    later: dict[str, Any] = {**facts, "inception_on": "2028-02-01", "is_renewal": True}
    answers, percent = dict(before.answers), 0
    if causes >= 1:
        later["sales_yen"] = 730_000_000
    if causes >= 2:
        answers |= {"edr": "no", "backup": "no"}
    chosen = _chosen(plan, causes)
    if causes >= 5:
        percent = 5
    return before, priced(Situation(book, later, answers, chosen, 0, moved_percent=percent))


def _chosen(plan: Selection, causes: int) -> Selection:
    if causes >= 3:
        plan = replace(plan, deductible_yen=500_000)
    if causes >= 4:
        plan = replace(plan, liability_yen=500_000_000, cost_yen=100_000_000)
    if causes >= 6:
        plan = replace(plan, riders=tuple(sorted(set(plan.riders) ^ {"waive_subrogation"})))
    return plan


def priced(situation: Situation) -> Situation:
    """As a replay prices it."""
    risk = risk_from(situation.facts, situation.book, situation.answers)
    receipt = rate(risk, situation.selection, situation.book)
    return replace(
        situation, premium_yen=moved(receipt, situation.moved_percent, situation.book, "").total_yen
    )  # fmt: skip


def explain(pair: tuple[Situation, Situation]) -> Any:
    """Everything the paper says of the change: the shares, their words, the picture."""
    return waterfall(reasons(attribute(*pair), *pair))


def measure(house: House, *, repetitions: int) -> tuple[list[Line], dict[str, Any]]:
    """One change of 1 to 6 causes against one rating of its newer year."""
    book = house.version(PRODUCT).book
    lines, raw = [], {}
    for causes in range(1, MOST + 1):
        pair = years(book, causes)
        found = attribute(*pair)
        assert len(found.shares) == causes, found.shares
        assert sum(share.yen for share in found.shares) == found.change_yen
        took = duel(partial(explain, pair), partial(priced, pair[1]), repetitions=repetitions * 4)
        lines.append(_line(causes, found.ratings, took))
        raw[str(causes)] = took.as_json() | {"ratings": found.ratings}
    return lines, {"change": raw}


def _line(causes: int, ratings: int, took: Duel) -> Line:
    night = took.ours.median * NIGHT
    return Line(
        "change", f"a change of {causes} cause{'s' if causes > 1 else ''} explained", took.ratio, None,
        f"{took.ours.median * 1000:.2f} ms", f"{took.bare.median * 1000:.2f} ms",
        f"{ratings} ratings; {NIGHT:,} in a night: {night:.0f} s",
    )  # fmt: skip
