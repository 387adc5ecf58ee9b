"""One contract for a group or a supply chain; and what holds in all programmes with a tariff."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.eligibility import judge
from products.rating import rate
from products.riders import RiderRules
from products.risks import Selection, risk_from, selection_of
from products.scoring import shown_questions
from tests.products.shipped import book, calm, codes

ISMS = book("sompo-isms 2026-04-01")
GROUP = book("sompo-group 2026-04-01")


DECLARED = {"whole_group_sales": "yes"}


def group(answers=None, **facts):
    company = {"industry": "manufacturing", "sales_yen": 500_000_000} | facts
    scored = {question.id: "yes" for question in GROUP.questions if question.score}
    named = {"programme": "group", "subsidiaries": 2, "partners": 0, "subsidiary_names": "株式会社甲\n株式会社乙"}
    return risk_from(company, GROUP, scored | calm() | DECLARED | named | (answers or {}))


GROUP_PLAN = selection_of(GROUP.plan("plan-1"))


def test_a_group_with_named_subsidiaries_is_taken_and_the_rider_comes_by_itself():
    assert judge(group(), GROUP, GROUP_PLAN).outcome == "accept"
    assert "named_insureds" in RiderRules(GROUP, GROUP_PLAN, group()).automatic


@pytest.mark.parametrize(
    ("answers", "code", "outcome"),
    [
        ({"subsidiaries": 0}, "nobody_else", "ask"),
        ({"overseas_subsidiaries": 1}, "overseas_subsidiary", "refer"),
        ({"subsidiaries": 51}, "many_insureds", "refer"),
        ({"partners": 3, "partners_follow_rules": "no"}, "supply_chain_control", "refer"),
        ({"insureds_sales_yen": 500_000_001}, "insureds_beyond_sales", "ask"),
        ({"whole_group_sales": "no"}, "whole_group_sales", "decline"),
        ({"whole_group_sales": None}, "whole_group_sales", "ask"),
    ],
)
def test_the_programme_says_whom_it_takes(answers, code, outcome):
    verdict = judge(group(answers), GROUP, GROUP_PLAN)
    assert (verdict.outcome, codes(verdict)) == (outcome, [code])


def test_the_insureds_are_named_under_the_question_the_contract_reads():
    from quotes.queries import SUBSIDIARIES_QUESTION

    shown = {question.id for question in shown_questions({"subsidiaries": 0, "partners": 4}, GROUP)}
    assert SUBSIDIARIES_QUESTION in shown
    assert SUBSIDIARIES_QUESTION not in {q.id for q in shown_questions({"subsidiaries": 0, "partners": 0}, GROUP)}


@given(*(st.integers(0, 60),) * 4)
def test_more_insureds_never_cost_less(subsidiaries, more, partners, others):
    def premium(of_group, of_chain):
        answers = {"subsidiaries": of_group, "partners": of_chain}
        return rate(group(answers), GROUP_PLAN, GROUP).total_yen

    assert premium(subsidiaries, partners) <= premium(subsidiaries + more, partners + others)


@given(st.integers(1, 10**10), st.integers(1, 10**10), st.sampled_from(GROUP.coverage("liability").limits))
def test_more_sales_never_cost_less_in_the_programmes(one, two, liability):
    low, high = sorted((one, two))
    for of in (GROUP, ISMS):
        cheap, dear = (
            rate(
                risk_from({"industry": "logistics", "sales_yen": sales, "security_score": 50}, of),
                Selection(liability, 10_000_000, 100_000),
                of,
            ).total_yen
            for sales in (low, high)
        )
        assert cheap <= dear
