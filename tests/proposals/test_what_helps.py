"""What if and what would help: every figure is the engine's, and nobody is asked to answer differently."""

from dataclasses import replace
from functools import cache

import pytest

from products.reading import read_book
from products.risks import selection_of
from products.shelf import shipped_books
from proposals.needs import needs
from proposals.rules import Wishes
from proposals.what_helps import Change, changes_of, what_would_help
from proposals.what_if import Situation, in_place, is_measure, measures_denied, measures_left
from quotes.replaying import rerate
from tests.quotes.making import good_answers

# Questions about what happened and what the company is; none of them is a measure.
HISTORY_AND_FACTS = {
    "prior_incident", "past_attack", "known_circumstances", "incident_detail", "personal_records", "card_data",
    "fiscal_year_closed", "subsidiaries", "overseas_subsidiaries", "overseas_sales_yen", "it_services_to_others",
    "isms_certified", "membership", "listed_company",
}  # fmt: skip


@cache
def books():
    return {path.parent.name: read_book(text, path.name) for path, text in shipped_books()}


def situation(code="sompo-cyber", *, plan=None, industry="retail", sales_yen=500_000_000, riders=None, **answers):
    book = books()[code]
    chosen = book.plan(plan) if plan else book.plans_for_sale[0]
    facts = {"industry": industry, "sales_yen": sales_yen, "inception_on": "2026-12-01", "is_renewal": False}
    said = good_answers(book, **answers) | {d.id: "yes" for d in book.declarations if d.stage == "quote"}
    return Situation(facts, said, book, selection_of(chosen, riders=riders))


def careless(**answers):
    """A company that says いいえ to every measure."""
    denied = {q.id: "no" for q in books()["sompo-cyber"].questions if is_measure(q)}
    return situation(**{**denied, **answers})


CASES = {
    "careful": lambda: situation(),
    "careless": careless,
    "careless with an incident": lambda: careless(prior_incident="yes", past_attack="yes"),
    "half": lambda: situation(**{q.id: "no" for q in books()["sompo-cyber"].questions[::2] if is_measure(q)}),
    "just below the threshold": lambda: just_below(),
    "it without its rider": lambda: situation(industry="it_services", riders=[]),
    "simple": lambda: situation("sompo-simple", plan="l50000-c5000"),
    "above the authority": lambda: above_authority(),
}


@cache
def just_below():
    """As few measures as leave the case with underwriting for its score alone."""
    book = books()["sompo-cyber"]
    said = {q.id: "no" for q in book.questions if is_measure(q)}
    for question in [q for q in book.questions if is_measure(q) and q.shown_when is None]:
        tried = situation(**{**said, question.id: "yes"})
        if tried.now().outcome == "accept":
            break
        said[question.id] = "yes"
    return situation(**said)


def above_authority():
    found = situation()
    return replace(found, selection=replace(found.selection, plan="", liability_yen=2_000_000_000))


def replayed(found, suggestion):
    """The suggestion worked out by hand: its cover, its measures, the book."""
    selection, answers = found.selection, dict(found.answers)
    for change in suggestion.changes:
        selection = change.on(selection, found.book)
        if change.measure is not None:
            answers[change.measure.id] = in_place(change.measure)
    return rerate(found.facts, answers, selection, found.book)


@pytest.mark.parametrize("name", CASES)
def test_every_suggestion_replays_to_the_stated_yen_and_touches_no_history(name):
    found = CASES[name]()
    now = found.now()
    for one in what_would_help(found):
        again = replayed(found, one)
        assert (again.premium_yen, again.outcome) == (one.premium_yen, one.outcome)
        if now.premium_yen:
            assert one.saved_yen == now.premium_yen - again.premium_yen
        assert one.turns_to_offer == (now.outcome != "accept" and again.outcome == "accept")
        assert one.turns_to_offer or one.saved_yen > 0
        assert len(one.changes) <= 2
        for change in one.changes:
            assert change.measure is None or change.measure.id not in HISTORY_AND_FACTS
            assert change.measure is None or change.measure.score is not None
            assert "回答" not in change.words


def test_those_that_turn_to_an_offer_come_first_then_the_largest_saving():
    for make in CASES.values():
        shown = what_would_help(make())
        turns = [one.turns_to_offer for one in shown]
        assert turns == sorted(turns, reverse=True)
        savings = [one.saved_yen for one in shown if not one.turns_to_offer]
        assert savings == sorted(savings, reverse=True)


def test_a_measure_that_is_missing_by_a_hair_turns_the_referral_into_an_offer():
    first = what_would_help(just_below())[0]
    assert first.turns_to_offer
    assert len(first.changes) == 1
    assert first.changes[0].measure is not None


def test_a_rider_or_a_lower_limit_that_answers_the_reason_turns_it_too():
    assert "with:it_services" in {
        c.key for one in what_would_help(CASES["it without its rider"]()) for c in one.changes
    }
    lower = what_would_help(above_authority())[0]
    assert lower.turns_to_offer
    assert lower.changes[0].key.startswith("limit:liability:")


def test_what_would_save_but_raises_a_reason_of_its_own_is_not_suggested():
    found = situation(industry="it_services", riders=["it_services"])
    bare = rerate(found.facts, found.answers, replace(found.selection, riders=()), found.book)
    assert (found.now().outcome, bare.outcome) == ("accept", "refer")
    assert bare.premium_yen < found.now().premium_yen
    assert "without:it_services" not in {change.key for one in what_would_help(found) for change in one.changes}


def test_what_happened_cannot_be_mended():
    found = what_would_help(careless(prior_incident="yes", past_attack="yes"))
    assert not any(one.turns_to_offer for one in found)


def test_only_what_was_denied_is_a_measure_to_take():
    found = situation(edr="no", backup_tested="unknown", policy="", mfa="no", mfa_remote="", mfa_admin="")
    ids = {question.id for question in measures_denied(found.book, found.answers)}
    assert {"edr", "mfa", "mfa_remote", "mfa_admin"} <= ids
    assert not ids & {"backup_tested", "policy"}
    assert {"backup_tested", "policy"} <= {question.id for question in measures_left(found.book, found.answers)}
    assert not ids & HISTORY_AND_FACTS


def test_no_book_calls_history_a_measure():
    for book in books().values():
        measures = {question.id for question in book.questions if is_measure(question)}
        assert not measures & HISTORY_AND_FACTS, book.code
        assert all(question.score for question in book.questions if question.id in measures)


def test_an_answer_that_is_for_underwriting_is_no_measure_though_it_has_a_weight():
    book = books()["sompo-cyber"]
    edr, prior = (next(q for q in book.questions if q.id == name) for name in ("edr", "prior_incident"))
    assert is_measure(edr)
    assert not is_measure(edr.model_copy(update={"refer": prior.refer}))


def test_a_must_have_is_never_given_up_and_a_lower_limit_is_said():
    found = situation(riders=["business_interruption", "employee_acts"])
    found = replace(found, selection=replace(found.selection, bi_yen=30_000_000, waiting_hours=12))
    wishes = Wishes(("interruption",), found.selection.liability_yen, found.selection.cost_yen)
    free = {change.key for one in what_would_help(found) for change in one.changes}
    bound = what_would_help(found, wishes)
    assert "without:business_interruption" in free
    assert "without:business_interruption" not in {change.key for one in bound for change in one.changes}
    lower = [one for one in bound if any(c.key.startswith("limit:liability") for c in one.changes)]
    assert all("賠償責任の限度額がご希望を下回ります。" in one.notes for one in lower)


def test_trying_changes_nothing_and_says_the_same_as_rating():
    found = situation()
    cover = replace(found.selection, deductible_yen=1_000_000)
    tried = found.with_changes(cover, [])
    assert tried == rerate(found.facts, found.answers, cover, found.book)
    assert tried.premium_yen < found.now().premium_yen
    assert isinstance(changes_of(found)[0], Change)


def test_every_need_names_coverages_and_riders_some_book_has_and_every_exception_a_book():
    known = {code for book in books().values() for code in (c.code for c in book.coverages)}
    riders = {rider.code for book in books().values() for rider in book.riders}
    for need in needs().needs:
        assert set(need.in_product) <= set(books()), need.code
        for way in (*need.served_by, *(way for ways in need.in_product.values() for way in ways)):
            assert set(way.coverages) <= known, need.code
            assert {*way.riders, *way.without} <= riders, need.code
        assert any(need.ways_in(book) for book in books().values()), need.code
        for code, ways in need.in_product.items():
            assert need.ways_in(books()[code]) == ways, f"{need.code} in {code}: a code the book does not know"
    for first in needs().to_confirm:
        assert books()[first.product].question(first.question), first.product
