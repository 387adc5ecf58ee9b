"""Riders, limits, eligibility, the questionnaire and the desks."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.clock import JST
from core.errors import Refused
from products.desks import is_open, open_desks
from products.eligibility import judge
from products.limits import check_limits
from products.riders import check_riders, unavailable_riders
from products.risks import Selection, risk_from, selection_of
from products.scoring import missing_answers, section_scores, security_score, shown_questions

BASIC = Selection(100_000_000, 30_000_000, 100_000)


def risk(book, answers=None, **facts):
    return risk_from({"industry": "retail", "sales_yen": 500_000_000} | facts, book, answers)


def good_answers(book, **others):
    answers = {q.id: {"amount": 0, "count": 0, "text": "記載"}.get(q.kind, "yes") for q in book.questions}
    calm = {
        "prior_incident": "no",
        "past_attack": "no",
        "known_circumstances": "no",
        "card_data": "none",
        "it_services_to_others": "no",
    }
    return answers | calm | others


# ------------------------------------------------------------------ riders


@pytest.mark.parametrize(
    ("riders", "words"),
    [
        (("voluntary_shutdown",), "利益・営業継続費用補償追加条項が必要です"),
        (("it_after_delivery",), "ITサービス業務補償追加条項が必要です"),
        (("leak_only", "it_services"), "同時にセットできません"),
        (("leak_only", "cyber_bodily_property"), "同時にセットできません"),
        (("leak_only", "business_interruption"), "同時にセットできません"),
        (("waive_subrogation", "waive_all_subrogation"), "同時にセットできません"),
        (("additional_insureds",), "国内子会社"),
        (("ransom",), "この商品にはない"),
    ],
)
def test_riders_that_do_not_fit_get_one_sentence_that_says_what_to_do(cyber, riders, words):
    conflicts = check_riders(cyber, replace(BASIC, riders=riders), risk(cyber))
    assert len(conflicts) == 1
    assert words in conflicts[0].sentence
    assert conflicts[0].sentence.endswith("してください。")


def test_riders_that_fit_have_no_conflict(cyber):
    riders = ("employee_acts", "it_services", "it_after_delivery", "business_interruption", "additional_insureds")
    assert check_riders(cyber, replace(BASIC, riders=riders), risk(cyber, subsidiaries=2)) == ()


def test_the_screen_learns_which_riders_cannot_be_added_and_why(cyber):
    reasons = unavailable_riders(cyber, replace(BASIC, riders=("leak_only",)), risk(cyber))
    assert {"it_services", "business_interruption", "voluntary_shutdown", "additional_insureds"} <= set(reasons)
    assert "employee_acts" not in reasons
    assert reasons["it_services"] == "先に「情報漏えい限定補償追加条項」を外すと選べます。"
    wanting = unavailable_riders(cyber, BASIC, risk(cyber))
    assert wanting["it_after_delivery"] == "先に「ITサービス業務補償追加条項」を付けると選べます。"


def test_the_simple_product_has_its_two_riders_only(simple):
    assert [rider.code for rider in simple.riders] == ["employee_acts", "leak_only"]


# ------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cost_yen": 200_000_000}, "cost_yen"),
        ({"liability_yen": 30_000_000}, "liability_yen"),
        ({"liability_yen": 3_000_000_000}, "liability_yen"),
        ({"deductible_yen": 123}, "deductible_yen"),
        ({"deductible_yen": 10_000_000, "cost_yen": 10_000_000}, "deductible_yen"),
        ({"bi_yen": 10_000_000, "waiting_hours": 12}, "bi_yen"),
        ({"waiting_hours": 12}, "waiting_hours"),
        ({"riders": ("business_interruption",)}, "bi_yen"),
        ({"riders": ("business_interruption",), "bi_yen": 10_000_000, "waiting_hours": 2}, "waiting_hours"),
        (
            {"riders": ("business_interruption",), "bi_yen": 10**8, "continuity_yen": 10**7, "waiting_hours": 12},
            "bi_yen",
        ),
    ],
)
def test_limits_that_do_not_fit_blame_the_entry_to_mend(cyber, change, field):
    problems = check_limits(cyber, replace(BASIC, **change), risk(cyber))
    assert [problem.field for problem in problems] == [field]
    assert problems[0].sentence.endswith("ください。")


def test_cost_may_equal_liability_in_the_simple_product(simple):
    plan = simple.plan("l5000-c5000")
    assert check_limits(simple, selection_of(plan), risk(simple)) == ()


def test_the_simple_product_knows_its_packages_only(simple):
    assert check_limits(simple, Selection(200_000_000, 30_000_000), risk(simple))
    assert check_limits(simple, Selection(100_000_000, 30_000_000, deductible_yen=100_000), risk(simple))


# ------------------------------------------------------------------ eligibility


def test_a_calm_company_is_accepted(cyber):
    verdict = judge(risk(cyber, good_answers(cyber)), cyber, BASIC)
    assert (verdict.outcome, verdict.reasons) == ("accept", ())


@pytest.mark.parametrize(
    ("facts", "answers", "selection", "code", "outcome"),
    [
        ({}, {"prior_incident": "yes"}, {}, "prior_incident", "refer"),
        ({}, {"prior_incident": "unknown"}, {}, "prior_incident", "refer"),
        ({}, {"past_attack": "yes"}, {}, "past_attack", "refer"),
        ({}, {"known_circumstances": "yes"}, {}, "known_circumstances", "refer"),
        ({}, {"fiscal_year_closed": "no"}, {}, "fiscal_year_closed", "refer"),
        ({}, {"overseas_subsidiaries": 1}, {}, "overseas_subsidiary", "refer"),
        ({}, {"overseas_sales_yen": 200_000_000}, {}, "overseas_share", "refer"),
        ({}, {"card_data": "stored"}, {}, "card_data", "refer"),
        ({}, {"personal_records": 2_000_000}, {}, "personal_records", "refer"),
        ({}, {}, {"liability_yen": 1_000_000_000}, "liability_authority", "refer"),
        ({"sales_yen": 10_000_000_001}, {}, {}, "beyond_tariff", "refer"),
        ({"industry": "finance"}, {}, {}, "finance", "refer"),
        ({"industry": "it_services"}, {}, {}, "it_without_rider", "refer"),
        ({}, {"it_services_to_others": "yes"}, {}, "it_services_uncovered", "refer"),
        ({}, {"subsidiaries": 1}, {}, "subsidiaries_unnamed", "ask"),
        ({"sales_yen": 0}, {}, {}, "no_sales", "ask"),
        ({"industry": "manufacturing"}, {"retail_sales_yen": 300_000_000}, {}, "mostly_retail", "ask"),
        ({}, {"retail_sales_yen": 500_000_001}, {}, "retail_beyond_sales", "ask"),
        ({"in_japan": False}, {}, {}, "outside_japan", "decline"),
        ({"industry": "government"}, {}, {}, "industry", "decline"),
    ],
)
def test_each_rule_gives_its_outcome_with_a_sentence(cyber, facts, answers, selection, code, outcome):
    verdict = judge(risk(cyber, good_answers(cyber, **answers), **facts), cyber, replace(BASIC, **selection))
    assert verdict.outcome == outcome
    assert [reason.code for reason in verdict.reasons] == [code]
    assert verdict.reasons[0].sentence.endswith("。")


def test_weak_security_is_referred(cyber):
    answers = good_answers(cyber) | {q.id: "no" for q in cyber.questions if q.score}
    assert judge(risk(cyber, answers), cyber).reasons[0].code == "weak_security"


def test_a_decline_outweighs_and_an_open_point_comes_before_underwriting(cyber):
    answers = good_answers(cyber, prior_incident="yes", subsidiaries=1)
    assert judge(risk(cyber, answers), cyber, BASIC).outcome == "ask"
    assert judge(risk(cyber, answers, in_japan=False), cyber, BASIC).outcome == "decline"


DECLARED = {"no_event_five_years": "yes", "no_known_circumstances": "yes"}


def test_the_simple_product_takes_a_company_that_declares_both(simple):
    assert judge(risk(simple, DECLARED), simple).outcome == "accept"


@pytest.mark.parametrize("declaration", DECLARED)
def test_the_simple_product_declines_a_declaration_that_is_not_true_and_asks_for_a_blank_one(simple, declaration):
    assert judge(risk(simple, DECLARED | {declaration: "no"}), simple).outcome == "decline"
    assert judge(risk(simple, DECLARED | {declaration: None}), simple).outcome == "ask"


@pytest.mark.parametrize(("sales", "outcome"), [(2_999_999_999, "accept"), (3_000_000_000, "decline")])
def test_the_simple_product_ends_below_three_billion(simple, sales, outcome):
    assert judge(risk(simple, DECLARED, sales_yen=sales), simple).outcome == outcome


@pytest.mark.parametrize("industry", ["finance", "insurance", "it_services", "internet_services", "government"])
def test_the_simple_product_declines_restricted_industries(simple, industry):
    assert judge(risk(simple, DECLARED, industry=industry), simple).outcome == "decline"


# ------------------------------------------------------------------ the questionnaire


def test_all_measures_in_place_score_100_and_none_score_0(cyber):
    assert security_score(good_answers(cyber), cyber) == 100
    assert security_score({}, cyber) == 0
    assert security_score({q.id: "unknown" for q in cyber.questions if q.kind == "yes_no"}, cyber) == 0


def test_a_better_answer_never_lowers_the_score(cyber):
    answers = {q.id: "no" for q in cyber.questions if q.score}
    last = 0
    for question in [q for q in cyber.questions if q.score]:
        answers[question.id] = "yes"
        score = security_score(answers, cyber)
        assert score >= last, question.id
        last = score


def test_follow_ups_are_asked_only_where_they_apply(cyber):
    assert "mfa_remote" not in {q.id for q in shown_questions({"mfa": "no"}, cyber)}
    assert "mfa_remote" in {q.id for q in shown_questions({"mfa": "yes"}, cyber)}


def test_an_answer_left_over_from_a_hidden_question_does_not_count(cyber):
    left_over = {"mfa": "no", "mfa_remote": "yes", "mfa_admin": "yes", "mfa_mail": "yes"}
    assert security_score(left_over, cyber) == security_score({"mfa": "no"}, cyber)
    assert risk(cyber, left_over).facts["mfa_remote"] == ""


def test_a_blank_is_missing_and_no_is_not(cyber):
    missing = {q.id for q in missing_answers({"policy": "no", "rules_review": "unknown", "training": ""}, cyber)}
    assert not {"policy", "rules_review"} & missing  # わからない is an answer
    assert {"training", "edr"} <= missing
    assert missing_answers(good_answers(cyber), cyber) == ()


def test_sections_add_up_to_all_scored_questions(cyber):
    scores = section_scores(good_answers(cyber), cyber)
    assert {score.percent for score in scores} == {100}
    assert sum(score.questions for score in scores) == sum(q.score is not None for q in cyber.questions)


@pytest.mark.parametrize(
    "answers", [{"mfa": "maybe"}, {"card_data": "gold"}, {"personal_records": "many"}, {"personal_records": -1}]
)
def test_answers_of_the_wrong_kind_are_refused_with_their_question(cyber, answers):
    with pytest.raises(Refused) as caught:
        risk(cyber, answers)
    assert caught.value.field == next(iter(answers))


# ------------------------------------------------------------------ the desks


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (datetime(2026, 4, 6, 8, 59, tzinfo=JST), True),  # a Monday
        (datetime(2026, 4, 6, 9, 0, tzinfo=JST), False),
        (datetime(2026, 4, 6, 16, 59, tzinfo=JST), False),
        (datetime(2026, 4, 6, 17, 0, tzinfo=JST), True),
        (datetime(2026, 4, 11, 12, 0, tzinfo=JST), True),  # Saturday
        (datetime(2026, 4, 29, 12, 0, tzinfo=JST), True),  # 昭和の日, a Wednesday
        (datetime(2026, 12, 31, 12, 0, tzinfo=JST), True),  # a Thursday
        (datetime(2026, 12, 30, 12, 0, tzinfo=JST), False),
        (datetime(2027, 1, 4, 12, 0, tzinfo=JST), False),
    ],
)
def test_the_night_desk_answers_outside_office_hours(cyber, at, open_):
    assert [desk.code for desk in open_desks(cyber, at)] == (["night"] if open_ else [])


def test_other_desks_rest_at_the_turn_of_the_year(cyber):
    customer_centre = next(desk for desk in cyber.desks if desk.code == "day")
    assert not is_open(customer_centre, datetime(2026, 12, 31, 12, 0, tzinfo=JST))
    assert is_open(customer_centre, datetime(2026, 12, 30, 19, 59, tzinfo=JST))
