"""Yayoi's programme: members only, three plans, the one printed price, one expiry for all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from products.eligibility import judge
from products.factors import NotRateable
from products.limits import check_limits
from products.rating import rate
from products.risks import risk_from, selection_of
from products.scoring import missing_answers, shown_questions
from products.terms import check_begins, earliest_inception, ends_on, term_share
from tests.products.replay import replayed
from tests.products.shipped import book, codes

YAYOI = book("tokio-yayoi 2026-04-01")


MEMBER = {
    "membership": "yes",
    "membership_kind": "basic",
    "membership_number": "12345678",
    "prior_incident": "no",
    "known_circumstances": "no",
}


def yayoi(answers=None, **facts):
    company = {"industry": "other_services", "sales_yen": 5_000_000} | facts
    return risk_from(company, YAYOI, MEMBER | (answers or {}))


def test_a_small_member_is_taken():
    assert judge(yayoi(), YAYOI, selection_of(YAYOI.plan("plan-100m"))).outcome == "accept"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"sales_yen": 100_000_000}, "sales_too_large"),
        ({"industry": "medical"}, "industry"),
        ({"industry": "finance"}, "industry"),
    ],
)
def test_who_is_too_large_or_of_another_line_is_sent_to_the_other_agency(facts, code):
    verdict = judge(yayoi(**facts), YAYOI)
    assert (verdict.outcome, codes(verdict)) == ("decline", [code])
    assert "株式会社NTTリスクマネージャーの通常のサイバーリスク保険をご案内" in verdict.reasons[0].sentence


def test_sales_just_below_the_end_are_taken():
    assert judge(yayoi(sales_yen=99_999_999), YAYOI).outcome == "accept"


@pytest.mark.parametrize(
    ("said", "renewal", "code", "outcome"),
    [
        ("no", False, "not_a_member", "decline"),
        ("no", True, "left_the_membership", "decline"),
        ("unknown", False, "membership_unclear", "ask"),
    ],
)
def test_only_members_join_and_only_members_renew(said, renewal, code, outcome):
    verdict = judge(yayoi({"membership": said}, is_renewal=renewal), YAYOI)
    assert (verdict.outcome, codes(verdict)) == (outcome, [code])


def test_a_member_is_asked_for_kind_and_number():
    asked = {question.id for question in missing_answers({"membership": "yes"}, YAYOI)}
    assert {"membership_kind", "membership_number"} <= asked
    assert not {"membership_kind", "membership_number"} & {q.id for q in shown_questions({"membership": "no"}, YAYOI)}


def test_the_one_printed_price_is_reached_and_everything_else_is_the_carriers():
    chosen = selection_of(YAYOI.plan("plan-100m"))
    receipt = rate(yayoi(), chosen, YAYOI)
    assert (receipt.total_yen, receipt.is_reference) == (64_940, False)
    for other, facts in (
        ("plan-100m", {"sales_yen": 5_000_001}),
        ("plan-100m", {"industry": "retail"}),
        ("plan-300m", {}),
    ):
        with pytest.raises(NotRateable, match="保険料は公表されていません。引受照会をして"):
            rate(yayoi(**facts), selection_of(YAYOI.plan(other)), YAYOI)


def test_the_free_cover_comes_by_itself_and_is_not_quoted():
    free = YAYOI.plan("free")
    assert free.liability_yen == 500_000
    assert free not in YAYOI.plans_for_sale
    assert "自動的に付く" in check_limits(YAYOI, selection_of(free), yayoi())[0].sentence


def test_the_three_plans_are_the_only_limits():
    for plan in YAYOI.plans_for_sale:
        assert check_limits(YAYOI, selection_of(plan), yayoi()) == ()
    odd = replace(selection_of(YAYOI.plan("plan-100m")), cost_yen=50_000_000)
    assert check_limits(YAYOI, odd, yayoi())


# ------------------------------------------------------------------ one expiry for all


@pytest.mark.parametrize(
    ("applied_on", "starts_on"),
    [
        (date(2026, 6, 20), date(2026, 7, 1)),
        (date(2026, 6, 21), date(2026, 8, 1)),
        (date(2026, 12, 20), date(2027, 1, 1)),
        (date(2026, 12, 21), date(2027, 2, 1)),
        (date(2026, 11, 20), date(2026, 12, 1)),
        (date(2028, 2, 29), date(2028, 4, 1)),
        (date(2028, 2, 20), date(2028, 3, 1)),
        (date(2027, 1, 31), date(2027, 3, 1)),
    ],
)
def test_who_applies_by_the_20th_starts_on_the_1st_of_next_month(applied_on, starts_on):
    assert earliest_inception(YAYOI, applied_on) == starts_on
    check_begins(YAYOI, starts_on, applied_on)
    with pytest.raises(Refused, match="始期日を選び直して"):
        check_begins(YAYOI, starts_on - timedelta(days=1), applied_on)


@pytest.mark.parametrize(
    ("starts_on", "end", "months", "premium"),
    [
        (date(2026, 12, 1), date(2027, 12, 1), None, 64_940),
        (date(2027, 1, 1), date(2027, 12, 1), 11, 59_530),  # 64,940 x 11/12 = 59,528.33
        (date(2026, 7, 1), date(2026, 12, 1), 5, 27_060),  # 27,058.33
        (date(2028, 3, 1), date(2028, 12, 1), 9, 48_710),  # 48,705 rounds up
        (date(2026, 11, 1), date(2026, 12, 1), 1, 5_410),  # 5,411.67
    ],
)
def test_the_first_term_is_short_and_costs_its_months(starts_on, end, months, premium):
    assert ends_on(YAYOI, starts_on) == end
    part = term_share(YAYOI, starts_on)
    assert (part and (part.parts, part.whole)) == (months and (months, 12))
    receipt = rate(yayoi(inception_on=f"{starts_on}"), selection_of(YAYOI.plan("plan-100m")), YAYOI)
    assert receipt.total_yen == premium
    assert replayed(receipt, YAYOI) == premium


@given(st.dates(date(2026, 4, 1), date(2040, 12, 31)))
def test_whoever_joins_ends_on_the_first_of_december_within_a_year(applied_on):
    starts_on = earliest_inception(YAYOI, applied_on)
    end = ends_on(YAYOI, starts_on)
    assert starts_on.day == 1
    assert (end.month, end.day) == (12, 1)
    assert timedelta(days=27) < end - starts_on <= timedelta(days=366)
    assert applied_on < starts_on <= applied_on + timedelta(days=42)
