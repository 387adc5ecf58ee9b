"""The programme for certificate holders: two agencies, discounts up to their cap, proofs that expire."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.eligibility import judge
from products.rating import rate
from products.risks import risk_from, selection_of
from products.scoring import security_score, shown_questions
from tests.products.replay import replayed
from tests.products.shipped import book, calm, codes

ISMS = book("sompo-isms 2026-04-01")
STANDARD = book("sompo-cyber 2026-04-01")


CERTIFIED = {
    "isms_certified": "yes",
    "isms_body": "jqa",
    "isms_number": "JQA-IM0000",
    "isms_scope": "whole",
    "isms_expires_on": "2028-03-31",
    "isms_copy": "yes",
}
PLAN = selection_of(ISMS.plan("plan-1"))


def certified(answers=None, **facts):
    company = {"industry": "manufacturing", "sales_yen": 500_000_000, "inception_on": "2026-10-01"} | facts
    return risk_from(company, ISMS, CERTIFIED | (answers or {}))


def measures(share):
    """So many of the measures in place that the score reaches at least the share."""
    scored = [question.id for question in ISMS.questions if question.score]
    said = {"isms_copy": "no"} | dict.fromkeys(scored, "no")
    for question in scored:
        if security_score(said, ISMS) >= share:
            break
        said[question] = "yes"
    return said


def given_discounts(receipt):
    return [line.code for line in receipt.lines if line.operation == "discount"]


@pytest.mark.parametrize(
    ("answers", "discounts", "left"),
    [
        ({}, ["certificate", "whole_scope"], "0.40"),
        ({"isms_scope": "part"}, ["certificate", "part_scope"], "0.55"),
        ({"isms_body": "other", **measures(100)}, ["certificate", "measures_90"], "0.40"),  # 70 % held to 60 %
        ({"isms_body": "other", **measures(75)}, ["certificate", "measures_75"], "0.45"),
        ({"isms_body": "other", **measures(60)}, ["certificate", "measures_60"], "0.60"),
        ({"isms_body": "other", **measures(50)}, ["certificate"], "0.70"),
    ],
)
def test_discounts_are_added_and_end_at_60_percent(answers, discounts, left):
    receipt = rate(certified(answers), PLAN, ISMS)
    assert given_discounts(receipt) == discounts
    times = [line.factor for line in receipt.lines if line.code == "isms"]
    assert times == [Decimal(left)]
    assert replayed(receipt, ISMS) == receipt.total_yen


def test_the_cap_is_said_in_words():
    receipt = rate(certified({"isms_body": "other", **measures(100)}), PLAN, ISMS)
    label = next(line.label for line in receipt.lines if line.code == "isms")
    assert label == "ISMS認証取得企業の割引(合計70%、上限60%)"


@pytest.mark.parametrize(
    ("expires_on", "discounts", "outcome"),
    [("2026-09-30", [], "ask"), ("2026-10-01", ["certificate", "whole_scope"], "accept")],
)
def test_an_expired_certificate_gives_no_discount_and_is_asked_for_again(expires_on, discounts, outcome):
    risk = certified({"isms_expires_on": expires_on} | calm())
    assert given_discounts(rate(risk, PLAN, ISMS)) == discounts
    verdict = judge(risk, ISMS, PLAN)
    assert verdict.outcome == outcome
    assert ("certificate_expired" in codes(verdict)) == (outcome == "ask")


def test_the_copy_of_a_certificate_shortens_the_questionnaire():
    long = {question.id for question in shown_questions({**CERTIFIED, "isms_copy": "no"}, ISMS)}
    short = {question.id for question in shown_questions(CERTIFIED, ISMS)}
    scored = {question.id for question in ISMS.questions if question.score}
    assert len(scored) > 30
    assert not short & scored
    assert {"prior_incident", "known_circumstances", "personal_records"} <= short
    assert len(long) - len(short) >= 30


@pytest.mark.parametrize("body", ["jqa", "bsi_j", "other"])
def test_only_two_bodies_certificates_shorten_it(body):
    shown = {question.id for question in shown_questions(CERTIFIED | {"isms_body": body}, ISMS)}
    assert ("isms_copy" in shown) == (body != "other")
    assert ("policy" in shown) == (body == "other")


def test_a_certificate_given_up_asks_everything_again_whatever_was_said_of_it_before():
    shown = {question.id for question in shown_questions(CERTIFIED | {"isms_certified": "no"}, ISMS)}
    assert not {"isms_body", "isms_copy"} & shown
    assert "policy" in shown


def test_papers_are_wanted_and_more_of_them_at_renewal():
    def wanted(renewal, answers=None):
        risk = certified(answers, is_renewal=renewal)
        known = ISMS.language.of(risk.facts)
        return [document.code for document in ISMS.documents if known.holds(document.when)]

    assert wanted(renewal=False) == ["isms_certificate"]
    assert wanted(renewal=True) == ["isms_certificate", "isms_surveillance"]
    assert wanted(True, {"isms_certified": "no"}) == []


def test_a_renewal_without_the_certificate_is_referred():
    risk = certified(calm() | {"isms_certified": "no"} | measures(100), is_renewal=True)
    verdict = judge(risk, ISMS, PLAN)
    assert (codes(verdict), verdict.outcome) == (["certification_lost"], "refer")


def test_two_agencies_share_the_contract():
    assert sum(agency.share for agency in ISMS.handled_by) == 1
    assert len(ISMS.handled_by) == 2


def test_without_a_certificate_the_printed_premiums_hold():
    for example in STANDARD.examples:
        facts = {"industry": example.industry, "sales_yen": example.sales_yen, "security_score": 50}
        riders = example.riders or ("employee_acts",)
        premiums = {
            rate(risk_from(facts, of), selection_of(of.plan(example.plan), riders=riders), of).total_yen
            for of in (STANDARD, ISMS)
        }
        assert premiums == {example.premium_yen}


@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from(["certified", "not"]))
def test_a_better_score_never_costs_more_in_the_programme(one, two, holder):
    """The score is stated here as a script would, so the certificate stands among the facts of the answers."""

    def premium(score):
        risk = risk_from({"industry": "retail", "sales_yen": 10**9, "security_score": score}, ISMS)
        answers = {"isms_certified": "yes", "isms_expires_on": "2030-01-01"} if holder == "certified" else {}
        return rate(replace(risk, facts={**risk.facts, **answers}), PLAN, ISMS).total_yen

    low, high = sorted((one, two))
    assert premium(high) <= premium(low)
