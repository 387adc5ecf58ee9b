"""The programmes: Yayoi's members, certificate holders through two agencies, groups and supply chains."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from products.eligibility import judge
from products.examples import work_through
from products.factors import NotRateable
from products.limits import check_limits
from products.rating import rate
from products.reading import read_book
from products.riders import RiderRules
from products.risks import Selection, risk_from, selection_of
from products.scoring import missing_answers, security_score, shown_questions
from products.shelf import shipped_books
from products.terms import check_begins, earliest_inception, ends_on, term_share
from tests.products.replay import replayed

SHIPPED = {f"{path.parent.name} {path.stem}": text for path, text in shipped_books()}


@cache
def book(name):
    return read_book(SHIPPED[name], name)


YAYOI = book("tokio-yayoi 2026-04-01")
ISMS = book("sompo-isms 2026-04-01")
GROUP = book("sompo-group 2026-04-01")
STANDARD = book("sompo-cyber 2026-04-01")


def codes(verdict):
    return [reason.code for reason in verdict.reasons]


# ------------------------------------------------------------------ every book on the shelf


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_book_reads_and_its_examples_agree_to_the_yen(name):
    assert all(worked.agrees for worked in work_through(book(name)))
    code, starts_on = name.split()
    assert (book(name).code, f"{book(name).starts_on}") == (code, starts_on)


@pytest.mark.parametrize("name", [name for name in SHIPPED if book(name).tariff])
@given(st.data())
def test_the_receipts_of_every_shipped_book_add_up(name, data):
    of = book(name)
    plan = data.draw(st.sampled_from(of.plans_for_sale))
    facts = {
        "industry": data.draw(st.sampled_from([one.code for one in of.industries if one.eligible])),
        "sales_yen": data.draw(st.integers(1, 10_000_000_000)),
        "subsidiaries": data.draw(st.integers(0, 60)),
        "security_score": data.draw(st.integers(0, 100)),
    }
    if of.period.common:
        facts["inception_on"] = f"{data.draw(st.dates(date(2026, 4, 1), date(2030, 12, 31)))}"
    optional = [rider.code for rider in of.riders if rider.available_in(plan.code) == "optional"]
    riders = data.draw(st.sets(st.sampled_from(optional))) if optional else ()
    chosen = selection_of(plan, riders=sorted(riders))
    try:
        receipt = rate(risk_from(facts, of), chosen, of)
    except NotRateable:
        return
    assert replayed(receipt, of) == receipt.total_yen
    assert receipt.is_reference == any(line.kind == "assumption" for line in receipt.lines)


def test_both_editions_of_the_standard_product_give_the_same_premiums():
    october = book("sompo-cyber 2026-10-01")
    assert october.examples == STANDARD.examples
    assert october.tariff == STANDARD.tariff
    assert october.questions == STANDARD.questions
    assert october.aggregates
    assert not STANDARD.aggregates


# ------------------------------------------------------------------ Yayoi: members, plans, the printed price

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


# ------------------------------------------------------------------ Yayoi: one expiry for all


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


# ------------------------------------------------------------------ certificates

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


def calm():
    return {
        "fiscal_year_closed": "yes",
        "prior_incident": "no",
        "past_attack": "no",
        "known_circumstances": "no",
        "card_data": "none",
        "it_services_to_others": "no",
        "sensitive_data": "no",
    }


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
    assert codes(judge(risk, ISMS, PLAN)) == ["certification_lost"]


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


# ------------------------------------------------------------------ groups and supply chains

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
