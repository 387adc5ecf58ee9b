"""サイバープロテクター: S004's matrix of riders, and what the carrier of the product decides beside it."""

from dataclasses import replace
from itertools import chain, combinations, product

import pytest

from products.eligibility import judge
from products.factors import NotRateable
from products.limits import check_limits
from products.rating import rate
from products.reading import read_book
from products.riders import RiderRules
from products.risks import risk_from, selection_of
from products.shelf import SHELF

BOOK = read_book((SHELF / "msi-protector" / "2026-04-01.yaml").read_text(), "protector")
BANDS = {"to 100億": 10_000_000_000, "above": 10_000_000_001}
ORDINARY = {"consumer_lending": "no", "mutual_aid": "no", "prior_incident": "no", "known_circumstances": "no"}

# The optional riders of S004's matrix, by plan as it prints them: エコノミー, ベーシック, ワイド.
MATRIX = {
    "it_services": "ooo",
    "business_interruption": "xoo",
    "no_continuity": "xoo",
    "funds_loss": "xxo",
    "additional_insureds": "ooo",
    "cyber_attack_costs": "xox",
    "policy_aggregate": "xoo",
    "dishonest_acts_excluded": "ooo",
    "leak_only": "oox",
}
PLANS = ("economy", "basic", "wide")
SUBSETS = [frozenset(some) for some in chain.from_iterable(combinations(MATRIX, n) for n in range(len(MATRIX) + 1))]


def rules(plan, sales_yen=500_000_000, industry="retail"):
    return RiderRules(
        BOOK,
        selection_of(BOOK.plan(plan), riders=()),
        risk_from({"industry": industry, "sales_yen": sales_yen}, BOOK),
    )


def printed(plan, band, riders):
    """What S004 says of a set, read from the page by hand."""
    if any(MATRIX[rider][PLANS.index(plan)] == "x" for rider in riders):
        return False
    if band == "above" and riders & {"business_interruption", "funds_loss"}:
        return False
    if "no_continuity" in riders and "business_interruption" not in riders:
        return False
    return not ("additional_insureds" in riders and riders & {"it_services", "business_interruption", "funds_loss"})


def test_the_solver_admits_exactly_248_of_the_3072_combinations():
    cases = list(product(PLANS, BANDS, SUBSETS))
    assert len(cases) == 3072
    by_frame = {(plan, band): rules(plan, BANDS[band]) for plan, band in product(PLANS, BANDS)}
    admitted = {case for case in cases if by_frame[case[:2]].admits(case[2])}
    assert admitted == {case for case in cases if printed(*case)}
    assert len(admitted) == 248


@pytest.mark.parametrize(
    ("plan", "band", "count"),
    [
        ("economy", "to 100億", 12),
        ("economy", "above", 12),
        ("basic", "to 100億", 112),
        ("basic", "above", 48),
        ("wide", "to 100億", 52),
        ("wide", "above", 12),
    ],
)
def test_listing_the_admitted_sets_finds_the_same_ones(plan, band, count):
    found = list(rules(plan, BANDS[band]).admitted())
    assert len(found) == len(set(found)) == count
    assert all(printed(plan, band, riders) for riders in found)


@pytest.mark.parametrize("plan", PLANS)
def test_three_of_the_twelve_riders_come_with_the_plan(plan):
    assert len(BOOK.riders) == 12
    comes = {"economy": set(), "basic": {"protect_costs"}, "wide": {"cyber_extension"}}[plan]
    assert rules(plan).automatic == {"cyber_security"} | comes


@pytest.mark.parametrize(
    ("plan", "sales_yen", "riders", "conflict", "nearest", "words"),
    [
        (
            "wide", 10**9, {"additional_insureds", "business_interruption"},
            ("additional_insureds", "business_interruption"), [{"additional_insureds"}, {"business_interruption"}],
            "追加記名被保険者特約は利益損害補償特約と同時にセットできません。どちらかを外してください。",
        ),
        (
            "basic", 10**9, {"additional_insureds", "it_services"}, ("additional_insureds", "it_services"),
            [{"additional_insureds"}, {"it_services"}],
            "追加記名被保険者特約はIT業務特約と同時にセットできません。どちらかを外してください。",
        ),
        (
            "wide", 10**9, {"additional_insureds", "funds_loss"}, ("additional_insureds", "funds_loss"),
            [{"additional_insureds"}, {"funds_loss"}],
            "追加記名被保険者特約は資金損害補償特約と同時にセットできません。どちらかを外してください。",
        ),
        (
            "wide", 10**9, {"no_continuity"}, ("no_continuity", "business_interruption"),
            [{"no_continuity", "business_interruption"}, set()],
            "営業継続費用補償対象外特約には利益損害補償特約が必要です。",
        ),
        (
            "economy", 10**9, {"no_continuity"}, ("no_continuity",), [set()],
            "利益損害補償特約はエコノミープランにはセットできません。営業継続費用補償対象外特約を外してください。",
        ),
        (
            "wide", 10**9, {"additional_insureds", "no_continuity"}, ("additional_insureds", "no_continuity"),
            [{"additional_insureds"}], "営業継続費用補償対象外特約には利益損害補償特約が必要ですが、",
        ),
        (
            "basic", 10**9, {"funds_loss"}, ("funds_loss",), [set()],
            "資金損害補償特約はベーシックプランにはセットできません。外すか、プランを変更してください。",
        ),
        (
            "wide", 10**9, {"leak_only"}, ("leak_only",), [set()],
            "情報漏えい限定補償特約はワイドプランにはセットできません。",
        ),
        (
            "wide", 10**10 + 1, {"funds_loss"}, ("funds_loss",), [set()],
            "資金損害補償特約を付けられるのは売上高100億円以下の事業者です。",
        ),
        (
            "basic", 10**10 + 1, {"business_interruption"}, ("business_interruption",), [set()],
            "利益損害補償特約を付けられるのは売上高100億円以下の事業者です。",
        ),
        (
            "wide", 10**9, {"additional_insureds", "it_services", "business_interruption", "funds_loss"},
            ("additional_insureds", "business_interruption"),
            [{"it_services", "business_interruption", "funds_loss"}],
            "最も近い組み合わせ: 追加記名被保険者特約を外す。",
        ),
    ],
)  # fmt: skip
def test_a_refused_set_gets_the_smallest_conflict_and_the_nearest_admitted_sets(
    plan, sales_yen, riders, conflict, nearest, words
):
    advice = rules(plan, sales_yen).advice(frozenset(riders))
    assert advice.smallest.riders == conflict
    assert sorted(map(sorted, advice.nearest)) == sorted(map(sorted, nearest))
    assert words in advice.sentence


@pytest.mark.parametrize(("plan", "band"), list(product(PLANS, BANDS)))
def test_every_refused_set_is_told_admitted_ones_with_the_fewest_changes(plan, band):
    frame = rules(plan, BANDS[band])
    admitted = {riders for riders in SUBSETS if printed(plan, band, riders)}
    for riders in SUBSETS:
        advice = frame.advice(riders)
        if riders in admitted:
            assert advice is None
            continue
        fewest = min(len(riders ^ other) for other in admitted)
        assert set(advice.nearest) == {other for other in admitted if len(riders ^ other) == fewest}
        assert advice.sentence.count("ください。") == 1


def test_an_industry_without_the_riders_learns_so_and_an_ordinary_one_is_not_touched():
    assert "この業種には" in rules("wide", industry="finance").advice(frozenset({"funds_loss"})).sentence
    assert "この業種には" in rules("basic", industry="telecom").advice(frozenset({"business_interruption"})).sentence
    assert sum(1 for _ in rules("wide", industry="manufacturing").admitted()) == 52


# ------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("plan", "change", "field", "words"),
    [
        ("economy", {"cost_yen": 10_000_000}, "cost_yen", "エコノミープランに費用損害はありません"),
        ("wide", {"bi_yen": 10_000_000, "waiting_hours": 12}, "bi_yen", "利益損害には利益損害補償特約が必要です"),
        ("wide", {"other_limits": (("funds", 10_000_000),)}, "funds_yen", "資金損害には資金損害補償特約が必要です"),
        ("wide", {"riders": ("funds_loss",)}, "funds_yen", "資金損害の限度額を選んでください"),
        ("wide", {"riders": ("business_interruption",)}, "bi_yen", "利益損害の限度額を選んでください"),
        (
            "basic",
            {"riders": ("business_interruption",), "bi_yen": 10_000_000, "waiting_hours": 12},
            "continuity_yen",
            "営業継続費用の限度額を選んでください",
        ),
        (
            "basic",
            {
                "riders": ("business_interruption", "no_continuity"),
                "bi_yen": 10_000_000,
                "continuity_yen": 10_000_000,
                "waiting_hours": 12,
            },
            "continuity_yen",
            "営業継続費用は営業継続費用補償対象外特約により補償されません",
        ),
        ("wide", {"plan": ""}, "plan", "プランを選んでください"),
    ],
)
def test_limits_follow_the_plan_and_its_riders(plan, change, field, words):
    selection = replace(selection_of(BOOK.plan(plan)), **change)
    problems = check_limits(BOOK, selection, risk_from({"industry": "retail", "sales_yen": 10**9}, BOOK))
    assert field in {problem.field for problem in problems}
    assert words in "".join(problem.sentence for problem in problems)


def test_the_funds_cover_can_be_had_with_its_rider_and_limit():
    chosen = replace(selection_of(BOOK.plan("wide")), riders=("funds_loss",), other_limits=(("funds", 10_000_000),))
    risk = risk_from({"industry": "retail", "sales_yen": 10**9}, BOOK)
    assert check_limits(BOOK, chosen, risk) == ()
    assert rules("wide").admits(frozenset(chosen.riders))


def test_a_claim_for_lost_funds_needs_reports_to_both_police_and_bank():
    papers = {paper.report: paper.required for paper in BOOK.coverage("funds").documents if paper.report}
    assert papers == {"police": True, "bank": True}


# ------------------------------------------------------------------ eligibility and price


@pytest.mark.parametrize(
    ("facts", "answers", "code", "outcome"),
    [
        ({"industry": "government"}, {}, "industry", "decline"),
        ({"sales_yen": 100_000_000_001}, {}, "sales_too_large", "decline"),
        ({}, {"consumer_lending": "yes", "listed_company": "no"}, "unlisted_consumer_lender", "decline"),
        ({}, {"consumer_lending": "unknown"}, "consumer_lender_unclear", "ask"),
        ({}, {"mutual_aid": "yes"}, "mutual_aid_society", "decline"),
        ({}, {"subsidiaries": 2}, "subsidiaries_unnamed", "ask"),
        ({}, {"fiscal_year_end_month": 13}, "fiscal_year_end_month", "ask"),
        ({"overseas_subsidiaries": 1}, {}, "overseas_subsidiary", "ask"),
    ],
)
def test_who_is_not_taken_is_told_why(facts, answers, code, outcome):
    company = {"industry": "retail", "sales_yen": 500_000_000} | facts
    measures = {question.id: "yes" for question in BOOK.questions if question.score}
    risk = risk_from(company, BOOK, ORDINARY | measures | answers)
    verdict = judge(risk, BOOK, selection_of(BOOK.plan("basic")))
    assert verdict.outcome == outcome
    assert [reason.code for reason in verdict.reasons] == [code]


def test_a_listed_lender_and_a_company_at_the_limit_are_taken():
    measures = {question.id: "yes" for question in BOOK.questions if question.score}
    answers = ORDINARY | measures | {"consumer_lending": "yes", "listed_company": "yes"}
    risk = risk_from({"industry": "retail", "sales_yen": 100_000_000_000}, BOOK, answers)
    assert judge(risk, BOOK, selection_of(BOOK.plan("wide"))).outcome == "accept"


def test_the_carrier_prices_it_and_says_what_to_do():
    risk = risk_from({"industry": "retail", "sales_yen": 500_000_000}, BOOK)
    with pytest.raises(NotRateable, match="保険会社が見積もります。引受照会をして"):
        rate(risk, selection_of(BOOK.plan("basic")), BOOK)
