"""The books: rating against the bare arithmetic, replay of a year's quotes, the effect of a new version.

The bare side is what somebody writes who knows the tariffs by heart: the same factors in dictionaries, the same
decimals, the same yen, and no receipt, conditions or sources.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from bench.data import House
from bench.ground import settle
from bench.report import Line
from bench.timing import Duel, counting, duel
from core.bulk import insert
from core.clock import now
from core.doors import perform
from customers.models import Customer
from products import actions as book_actions
from products.book import Book
from products.choosing import label_of
from products.editing import as_number
from products.models import ProductDraft, ProductVersion
from products.rating import rate
from products.riders import RiderRules
from products.risks import Risk, Selection, risk_from, selection_of
from products.scoring import shown_questions
from quotes import actions, tasks
from quotes.actions.measuring import which_options
from quotes.covers import options_after
from quotes.facts import RiskFacts, facts_for_rating, selection_json
from quotes.models import Answer, EffectRun, Quote, QuoteOption
from quotes.replay import Replayed, replay
from quotes.states import AnswerSource, EffectStatus

BATCH = 500
SCORE = 50
SALES = (100_000_000, 500_000_000, 3_000_000_000)
RATED = ("sompo-cyber", "sompo-simple", "sompo-isms")
INDUSTRIES = ("manufacturing", "retail", "restaurant", "logistics")

# ---------------------------------------------------------------- the bare arithmetic

_BASE = Decimal("68708.1")
_INDUSTRY = {"manufacturing": Decimal("0.6"), "retail": Decimal("0.9"), "restaurant": Decimal("1.2"),
             "logistics": Decimal("1.6")}  # fmt: skip
_LIMITS = {
    (50_000_000, 10_000_000): Decimal("0.7392"), (50_000_000, 30_000_000): Decimal("0.84"),
    (50_000_000, 50_000_000): Decimal("0.8946"), (100_000_000, 10_000_000): Decimal("0.88"),
    (100_000_000, 30_000_000): Decimal("1"), (100_000_000, 50_000_000): Decimal("1.065"),
    (300_000_000, 10_000_000): Decimal("1.1528"), (300_000_000, 30_000_000): Decimal("1.31"),
    (300_000_000, 50_000_000): Decimal("1.39515"), (500_000_000, 10_000_000): Decimal("1.3112"),
    (500_000_000, 30_000_000): Decimal("1.49"), (500_000_000, 50_000_000): Decimal("1.58685"),
    (500_000_000, 100_000_000): Decimal("1.7284"),
}  # fmt: skip
_SALES = {100_000_000: Decimal("0.85"), 500_000_000: Decimal("1.60"), 3_000_000_000: Decimal("3.25")}


def bare_premium(product: str, industry: str, sales_yen: int, selection: Selection) -> int:
    """The yen of the three products for a company with half of the measures in place and no certificate."""
    amount = _BASE * _INDUSTRY[industry] * _LIMITS[selection.liability_yen, selection.cost_yen]
    if product == "sompo-simple":
        amount *= Decimal("1.08") * Decimal("1.10")
    amount *= _SALES[sales_yen]
    if "employee_acts" not in selection.riders:
        amount *= Decimal("0.95")
    premium = int((amount / 10).quantize(Decimal(1), rounding=ROUND_HALF_UP)) * 10
    return max(premium, 20_000)


@dataclass(frozen=True, slots=True)
class PricedCell:
    """One company and one plan, ready to be rated by both."""

    book: Book
    industry: str
    sales_yen: int
    risk: Risk
    selection: Selection


def cells(books: Iterable[Book], wanted: int = 36) -> list[PricedCell]:
    """Plans × industries × sales of the books whose premiums both sides know, the plans in turns."""
    found = []
    for sales_yen in SALES:
        for industry in INDUSTRIES:
            for book in books:
                facts = {"industry": industry, "sales_yen": sales_yen, "security_score": SCORE}
                answers = {said.id: "yes" for said in book.declarations if said.stage == "quote"}
                risk = risk_from(facts, book, answers)
                found += [
                    PricedCell(book, industry, sales_yen, risk, selection_of(plan)) for plan in book.plans_for_sale
                ]
    # Two plans of サイバー保険, the packages of シンプルサイバー, two of the ISMS programme: evenly out of all.
    step = max(1, len(found) // wanted)
    return found[::step][:wanted]


def rated(some: Iterable[PricedCell]) -> list[int]:
    return [rate(cell.risk, cell.selection, cell.book).total_yen for cell in some]


def by_hand(some: Iterable[PricedCell]) -> list[int]:
    return [bare_premium(cell.book.code, cell.industry, cell.sales_yen, cell.selection) for cell in some]


# ---------------------------------------------------------------- a year of quotes


def ask_everything(house: House, version: ProductVersion, quotes: int) -> int:
    """So many open quotes, each with its whole questionnaire and a priced plan, as rows past the same guards. Returns
    how many answers that is."""
    at = now() - timedelta(days=3)
    book, answers = version.book, said(version.book)
    people = list(Customer.objects.select_related("in_charge").order_by("pk")[:quotes])
    priced: dict[Any, Any] = {}
    count = 0
    for start in range(0, quotes, BATCH):
        numbers = range(start, min(start + BATCH, quotes))
        batch = [_quote(version, people[number % len(people)], number, house.scale.on, at) for number in numbers]
        insert(batch)
        count += len(
            insert(answer_to(quote, book, name, value, at) for quote in batch for name, value in answers.items())
        )
        insert(_option(quote, book, answers, number, priced) for number, quote in enumerate(batch, start=start))
    return count


def _facts(number: int) -> RiskFacts:
    return RiskFacts(
        INDUSTRIES[number % 4], SALES[number % 3] + number % 7 * 10_000_000, date(2026, 3, 31), "ACTUAL", 40
    )


def _quote(version: ProductVersion, customer: Customer, number: int, on: date, at: datetime) -> Quote:
    return Quote(
        agency_id=customer.agency_id, customer=customer, number=f"Q-{on.year}-{800_000 + number:06d}",
        product_version=version, inception_on=on + timedelta(days=20), in_charge=customer.in_charge,
        facts=_facts(number).as_json(), opened_at=at, opened_by=customer.in_charge,
    )  # fmt: skip


def said(book: Book) -> dict[str, Any]:
    """Every question that is asked: はい to every measure, nothing in the past."""
    calm = {"prior_incident": "no", "past_attack": "no", "known_circumstances": "no", "it_services_to_others": "no"}
    plain: dict[str, Any] = {"yes_no": "yes", "amount": 0, "count": 0, "text": "なし", "date": "2026-01-01"}
    words = {q.id: calm.get(q.id, plain.get(q.kind, q.options[0].value if q.options else "")) for q in book.questions}
    shown = {question.id for question in shown_questions(words, book)}
    declared = {one.id: "yes" for one in book.declarations if one.stage == "quote"}
    return {**{name: value for name, value in words.items() if name in shown}, **declared}


def answer_to(quote: Quote, book: Book, name: str, value: Any, at: datetime) -> Answer:
    asked = book.question(name) or next(one for one in book.declarations if one.id == name)
    return Answer(
        quote=quote, question_id=name, wording=asked.wording, wording_version=asked.version, value=value,
        answered_at=at, answered_by=quote.in_charge, source=AnswerSource.PHONE, given_by="田中 一郎",
    )  # fmt: skip


def _option(quote: Quote, book: Book, answers: dict[str, Any], number: int, priced: dict[Any, Any]) -> QuoteOption:
    plan, facts = book.plans_for_sale[number % len(book.plans_for_sale)], _facts(number)
    key = (facts, plan.code)
    if key not in priced:
        known = facts_for_rating(facts, inception_on=quote.inception_on, is_renewal=False)
        priced[key] = rate(risk_from(known, book, answers), selection_of(plan), book)
    selection, receipt = selection_of(plan), priced[key]
    return QuoteOption(
        quote=quote, position=1, label=label_of(selection, book), selection=selection_json(selection),
        receipt=receipt.as_json(), premium_yen=receipt.total_yen, is_reference=receipt.is_reference,
    )  # fmt: skip


# ---------------------------------------------------------------- what is measured


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one run, what came of it, and how many statements it took."""

    seconds: float
    result: Any
    statements: int


def run(work: Callable[[], Any]) -> Run:
    """Once, for the time and the statements; memory is traced in a run of its own, for tracing costs time."""
    with counting() as seen:
        began = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - began
    return Run(seconds, result, len(seen.sql))


def traced(work: Callable[[], Any]) -> float:
    """The most memory Python holds while it works, in MB above what it held before."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - before) / 2**20


def replay_all() -> Replayed:
    replayed = Replayed()
    for found in replay(replayed):
        raise AssertionError(f"{found.number}: {found.stored_yen} is not {found.replayed_yen}")
    return replayed


def a_draft(house: House, version: ProductVersion) -> ProductDraft:
    """The next version with dearer retailers."""
    by, at = house.staff["hikiuke"], now()
    starts_on = house.scale.on + timedelta(days=60)
    draft: ProductDraft = perform(
        book_actions.open_draft, base=version, text=None, starts_on=starts_on, purpose="bench", by=by, at=at
    )
    path = ("tariff", "components", 0, "factors", 0, "table", "retail")
    changes = {path: as_number("0.99")}
    return perform(book_actions.edit_draft, draft=draft, changes=changes, source="bench", seen_version=1, by=by, at=at)


def effect_of(house: House, draft: ProductDraft) -> EffectRun:
    """Asked for by an underwriter and worked off as a worker does."""
    asked: EffectRun = perform(actions.ask_effect, draft=draft, by=house.staff["hikiuke"], at=now())
    while asked.is_open:
        tasks.measure_effects()
        asked.refresh_from_db()
    assert asked.status == EffectStatus.DONE, asked.failure
    return asked


def statements_of_a_batch(house: House, draft: ProductDraft) -> int:
    """What reading one batch of open quotes asks the database."""
    with counting() as seen:
        options_after(0, which_options(draft, house.agency.pk), BATCH)
    return len(seen.sql)


def measure(house: House, *, quotes: int, repetitions: int) -> tuple[list[Line], dict[str, Any]]:
    """Rating, replay, effect: on one agency, in this order."""
    books = [house.version(code).book for code in RATED]
    some = cells(books)
    assert rated(some) == by_hand(some), "both sides give the same yen"
    rating = duel(lambda: rated(some), lambda: by_hand(some), repetitions=max(20, repetitions * 20))
    version = house.version("sompo-cyber")  # the long questionnaire
    answers = ask_everything(house, version, quotes)
    settle()
    replayed = run(replay_all)
    replay_peak = traced(replay_all)
    draft = a_draft(house, version)
    measured = run(lambda: effect_of(house, draft))
    effect: EffectRun = measured.result
    effect_peak = traced(lambda: effect_of(house, draft))
    per_batch = statements_of_a_batch(house, draft)
    riders = Line(
        "books", "one refused set of サイバープロテクター's riders explained", None, None,
        "{:.2f} ms, at most {:.2f} ms".format(*explained(house.version("msi-protector").book)), "",
        "smallest conflict and nearest sets, all refused sets of ワイドプラン; goal: under 10 ms",
    )  # fmt: skip
    found, raw = _lines(rating, len(some), replayed, replay_peak, measured, effect, effect_peak, per_batch, answers)
    return [*found, riders], raw


def explained(book: Book) -> tuple[float, float]:
    """Milliseconds to say why a set of riders is refused and what is nearest to it: the median and the longest."""
    risk = risk_from({"industry": "retail", "sales_yen": 20_000_000_000}, book)
    wide = book.plan("wide")
    assert wide is not None
    codes = [rider.code for rider in book.riders if rider.can_be_chosen]
    took = []
    for mask in range(1 << len(codes)):
        chosen = frozenset(code for place, code in enumerate(codes) if mask >> place & 1)
        began = time.perf_counter()
        rules = RiderRules(book, selection_of(wide), risk)  # as the screen does: anew for every look
        if rules.advice(chosen) is not None:
            took.append((time.perf_counter() - began) * 1000)
    return median(took), max(took)


def _lines(
    rating: Duel, count: int, replayed: Run, replay_peak: float, measured: Run, effect: EffectRun, effect_peak: float,
    per_batch: int, answers: int,
) -> tuple[list[Line], dict[str, Any]]:  # fmt: skip
    counts = replayed.result.as_json()
    premiums = sum(kind["same"] for kind in counts.values())
    found = [
        Line(
            "books", f"{count} priced cells with receipts", rating.ratio, None,
            f"{rating.ours.median * 1000:.2f} ms", f"{rating.bare.median * 1000:.2f} ms",
            f"{rating.ours.median / count * 1e6:.0f} µs each",
        ),
        Line(
            "books", f"replay of {premiums:,} premiums, {answers:,} answers", None, None,
            f"{replayed.seconds:.1f} s", "", f"peak {replay_peak:.0f} MB, {replayed.statements} statements",
        ),
        Line(
            "books", f"effect on {effect.total:,} covers", None, None, f"{measured.seconds:.1f} s", "",
            f"peak {effect_peak:.0f} MB, {per_batch} statements to read a batch, {measured.statements} in all",
        ),
    ]  # fmt: skip
    raw = {
        "rating": rating.as_json(), "replay": {"seconds": replayed.seconds, "peak_mb": replay_peak, **counts},
        "effect": {"seconds": measured.seconds, "peak_mb": effect_peak, "covers": effect.total, **effect.counts},
    }  # fmt: skip
    return found, {"books": raw}
