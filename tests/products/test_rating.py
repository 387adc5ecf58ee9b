"""The premiums of S003, and what must hold for every premium."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.money import round_yen
from products.factors import NotRateable
from products.instalments import instalments
from products.limits import check_limits
from products.rating import rate
from products.reading import read_book
from products.risks import Selection, risk_from, selection_of
from products.shelf import SHELF
from tests.products.replay import replayed

CYBER_BOOK = read_book((SHELF / "sompo-cyber" / "2026-04-01.yaml").read_text(), "cyber")
SIMPLE_BOOK = read_book((SHELF / "sompo-simple" / "2026-04-01.yaml").read_text(), "simple")

# Printed in S003 (保険料例): sales 5億 ①②, 30億 ①②.
PRINTED = {
    "manufacturing": (65_960, 114_000, 133_980, 231_570),
    "retail": (98_940, 171_010, 200_970, 347_360),
    "wholesale": (65_960, 114_000, 133_980, 231_570),
    "logistics": (175_890, 304_010, 357_280, 617_530),
    "restaurant": (131_920, 228_010, 267_960, 463_140),
    "construction": (65_960, 114_000, 133_980, 231_570),
    "it_services": (1_275_220, 1_958_290, 2_590_300, 3_977_780),
}
COLUMNS = ((500_000_000, "plan-1"), (500_000_000, "plan-2"), (3_000_000_000, "plan-1"), (3_000_000_000, "plan-2"))
CELLS = [
    (industry, sales, plan, premium)
    for industry, premiums in PRINTED.items()
    for (sales, plan), premium in zip(COLUMNS, premiums, strict=True)
]


@pytest.mark.parametrize(("industry", "sales", "plan", "premium"), CELLS)
def test_every_printed_premium_is_reproduced_to_the_yen(industry, sales, plan, premium):
    riders = ("employee_acts", "it_services") if industry == "it_services" else ("employee_acts",)
    risk = risk_from({"industry": industry, "sales_yen": sales, "security_score": 50}, CYBER_BOOK)
    receipt = rate(risk, selection_of(CYBER_BOOK.plan(plan), riders=riders), CYBER_BOOK)
    assert receipt.total_yen == premium
    assert not receipt.is_reference


def test_the_book_carries_all_printed_premiums_as_worked_examples():
    in_book = {(e.industry, e.sales_yen, e.plan, e.premium_yen) for e in CYBER_BOOK.examples}
    assert in_book == set(CELLS)


def test_a_premium_beside_the_printed_ones_is_marked_as_reference():
    plan = selection_of(CYBER_BOOK.plan("plan-1"))
    facts = {"industry": "retail", "sales_yen": 500_000_000, "security_score": 50}
    for other in ({"sales_yen": 500_000_001}, {"security_score": 80}, {"industry": "education"}):
        assert rate(risk_from(facts | other, CYBER_BOOK), plan, CYBER_BOOK).is_reference
    for other in (replace(plan, deductible_yen=0), replace(plan, riders=()), replace(plan, cost_yen=10_000_000)):
        assert rate(risk_from(facts, CYBER_BOOK), other, CYBER_BOOK).is_reference


@pytest.mark.parametrize(
    ("annual", "each"), [(65_960, 5_770), (133_980, 11_720), (267_960, 23_450), (1_275_220, 111_580)]
)
def test_twelve_instalments_carry_the_surcharge(annual, each):
    schedule = instalments(annual, "monthly", CYBER_BOOK)
    assert schedule.amounts_yen == (each,) * 12
    assert schedule.total_yen == each * 12
    assert schedule.kind == "assumption"


def test_a_lump_sum_is_the_premium_itself():
    assert instalments(65_960, "lump_sum", CYBER_BOOK).amounts_yen == (65_960,)


def test_an_unknown_way_to_pay_is_refused():
    with pytest.raises(Refused, match="払込方法"):
        instalments(65_960, "credit_card", CYBER_BOOK)


def test_sales_beyond_the_tariff_are_not_priced():
    risk = risk_from({"industry": "retail", "sales_yen": 10_000_000_001}, CYBER_BOOK)
    with pytest.raises(NotRateable, match="引受照会"):
        rate(risk, selection_of(CYBER_BOOK.plan("plan-1")), CYBER_BOOK)


def test_limits_without_a_figure_are_not_priced():
    risk = risk_from({"industry": "retail", "sales_yen": 500_000_000}, CYBER_BOOK)
    with pytest.raises(NotRateable, match="別の限度額"):
        rate(risk, Selection(liability_yen=50_000_000, cost_yen=100_000_000), CYBER_BOOK)


@pytest.mark.parametrize("facts", [{"sales_yen": "5億"}, {"sales_yen": -1}, {"sales_yen": 10**15}, {"salse_yen": 1}])
def test_facts_of_the_wrong_kind_are_refused_with_a_sentence(facts):
    with pytest.raises(Refused, match="。$"):
        risk_from({"industry": "retail"} | facts, CYBER_BOOK)


# ------------------------------------------------------------------ properties


def menu(book, code):
    return book.coverage(code).limits


@st.composite
def cyber_cases(draw, *, interrupted=None):
    """A company and a selection the product allows."""
    riders = draw(st.sets(st.sampled_from([r.code for r in CYBER_BOOK.riders])))
    if interrupted is not None:
        riders = riders | {"business_interruption"} if interrupted else riders - {"business_interruption"}
    liability = draw(st.sampled_from(menu(CYBER_BOOK, "liability")))
    cost = draw(st.sampled_from([limit for limit in menu(CYBER_BOOK, "cost") if limit <= liability]))
    bi, continuity, waiting = 0, 0, 0
    if "business_interruption" in riders:
        waiting = draw(st.sampled_from(CYBER_BOOK.waiting_hours.values))
        bi = draw(st.sampled_from([limit for limit in menu(CYBER_BOOK, "bi") if limit <= liability]))
        rest = [limit for limit in menu(CYBER_BOOK, "continuity") if limit <= liability - bi and bi + limit > 0]
        continuity = draw(st.sampled_from(rest))
    selection = Selection(
        liability_yen=liability,
        cost_yen=cost,
        deductible_yen=draw(st.sampled_from([amount for amount in CYBER_BOOK.deductibles.values if amount < cost])),
        bi_yen=bi,
        continuity_yen=continuity,
        waiting_hours=waiting,
        riders=tuple(sorted(riders)),
    )
    sales = draw(st.integers(1, 10_000_000_000))
    facts = {
        "industry": draw(st.sampled_from([i.code for i in CYBER_BOOK.industries])),
        "sales_yen": sales,
        "overseas_sales_yen": draw(st.integers(0, sales)),
        "subsidiaries": draw(st.integers(0, 30)),
        "security_score": draw(st.integers(0, 100)),
    }
    assert not check_limits(CYBER_BOOK, selection, risk_from(facts, CYBER_BOOK))
    return facts, selection


def premium(facts, selection, book=CYBER_BOOK):
    return rate(risk_from(facts, book), selection, book).total_yen


@given(cyber_cases(), st.integers(1, 10_000_000_000))
def test_more_sales_never_cost_less(case, sales):
    facts, selection = case
    low, high = sorted((facts["sales_yen"], sales))
    assert premium(facts | {"sales_yen": low}, selection) <= premium(facts | {"sales_yen": high}, selection)


@given(cyber_cases(), st.integers(0, 10_000_000_000))
def test_more_sales_abroad_never_cost_less(case, overseas):
    facts, selection = case
    low, high = sorted((facts["overseas_sales_yen"], overseas))
    dear = premium(facts | {"overseas_sales_yen": high}, selection)
    assert premium(facts | {"overseas_sales_yen": low}, selection) <= dear


@given(cyber_cases(), st.sampled_from(["liability_yen", "cost_yen", "bi_yen", "continuity_yen"]), st.data())
def test_a_higher_limit_never_costs_less(case, field, data):
    facts, selection = case
    risk = risk_from(facts, CYBER_BOOK)
    raised = [
        replace(selection, **{field: limit})
        for limit in menu(CYBER_BOOK, field.removesuffix("_yen"))
        if limit >= getattr(selection, field)
    ]
    allowed = [other for other in raised if not check_limits(CYBER_BOOK, other, risk)]
    assert premium(facts, selection) <= premium(facts, data.draw(st.sampled_from(allowed)))


@given(cyber_cases(), st.sampled_from(CYBER_BOOK.deductibles.values))
def test_a_higher_deductible_never_costs_more(case, deductible):
    facts, selection = case
    low, high = sorted((selection.deductible_yen, deductible))
    dear = premium(facts, replace(selection, deductible_yen=low))
    assert premium(facts, replace(selection, deductible_yen=high)) <= dear


@given(cyber_cases(interrupted=True), st.sampled_from(CYBER_BOOK.waiting_hours.values))
def test_a_longer_waiting_time_never_costs_more(case, hours):
    facts, selection = case
    low, high = sorted((selection.waiting_hours, hours))
    dear = premium(facts, replace(selection, waiting_hours=low))
    assert premium(facts, replace(selection, waiting_hours=high)) <= dear


@given(cyber_cases(), st.integers(0, 100))
def test_a_better_score_never_costs_more(case, score):
    facts, selection = case
    low, high = sorted((facts["security_score"], score))
    dear = premium(facts | {"security_score": low}, selection)
    assert premium(facts | {"security_score": high}, selection) <= dear


@given(cyber_cases(), st.sampled_from([r.code for r in CYBER_BOOK.riders if r.code != "leak_only"]))
def test_a_rider_that_widens_the_cover_never_makes_it_cheaper(case, rider):
    facts, selection = case
    without = replace(selection, riders=tuple(code for code in selection.riders if code != rider))
    with_rider = replace(selection, riders=(*without.riders, rider))
    assert premium(facts, without) <= premium(facts, with_rider)


@given(st.integers(1, 2_999_999_999), st.sampled_from([i.code for i in SIMPLE_BOOK.industries if i.eligible]))
def test_the_twelve_plans_rise_with_both_limits(sales, industry):
    risk = risk_from({"industry": industry, "sales_yen": sales}, SIMPLE_BOOK)
    grid = {
        (plan.liability_yen, plan.cost_yen): rate(risk, selection_of(plan), SIMPLE_BOOK) for plan in SIMPLE_BOOK.plans
    }
    assert len(grid) == 12
    assert all(receipt.is_reference for receipt in grid.values())
    for (liability, cost), receipt in grid.items():
        for (other_liability, other_cost), other in grid.items():
            if liability <= other_liability and cost <= other_cost:
                assert receipt.total_yen <= other.total_yen


@given(st.integers(1, 2_999_999_999), st.integers(1, 2_999_999_999), st.sampled_from(SIMPLE_BOOK.plans))
def test_more_sales_never_cost_less_in_the_simple_product(one, two, plan):
    low, high = sorted((one, two))
    cheap, dear = (
        premium({"industry": "restaurant", "sales_yen": n}, selection_of(plan), SIMPLE_BOOK) for n in (low, high)
    )
    assert cheap <= dear


@given(cyber_cases())
def test_the_lines_of_a_receipt_multiply_to_its_total_and_round_once(case):
    facts, selection = case
    receipt = rate(risk_from(facts, CYBER_BOOK), selection, CYBER_BOOK)
    assert replayed(receipt, CYBER_BOOK) == receipt.total_yen
    assert [line.operation for line in receipt.lines].count("round") == 1
    assert receipt.total_yen == max(round_yen(receipt.exact), CYBER_BOOK.tariff.minimum.premium_yen)
    assert receipt.is_reference == any(line.kind == "assumption" for line in receipt.lines)


def test_the_least_a_contract_costs_is_its_own_line():
    risk = risk_from({"industry": "agriculture", "sales_yen": 1, "security_score": 100}, CYBER_BOOK)
    receipt = rate(risk, Selection(50_000_000, 10_000_000, 5_000_000), CYBER_BOOK)
    assert receipt.lines[-1].operation == "minimum"
    assert receipt.total_yen == 20_000
