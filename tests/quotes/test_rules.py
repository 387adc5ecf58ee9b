"""Triage and dates: pure decisions, no database."""

from datetime import date

import pytest

from core.errors import Refused
from products.eligibility import Reason, Verdict
from quotes.rules import (
    OptionFacts,
    check_inception,
    check_renewal_inception,
    check_sold,
    needs_business_plan,
    offer_until,
    referral_due,
    triage,
)

GOOD = Verdict(())


def verdict(*outcomes):
    return Verdict(
        tuple(Reason(f"rule_{n}", outcome, f"{outcome}の理由。", "試験") for n, outcome in enumerate(outcomes))
    )


def test_a_case_no_rule_speaks_about_is_offered_at_once():
    assert triage(GOOD, [OptionFacts("A", GOOD)]).way == "offer"


def test_something_missing_is_asked_for_before_anybody_is_troubled():
    with pytest.raises(Refused) as refusal:
        triage(verdict("ask", "refer"), [OptionFacts("A", GOOD)])
    assert refusal.value.reasons == ("askの理由。",)


def test_a_declined_company_is_declined_whatever_else_is_said():
    result = triage(verdict("decline", "refer"), [OptionFacts("A", GOOD)])
    assert result.way == "decline"
    assert [reason.sentence for reason in result.reasons] == ["declineの理由。"]


def test_one_impossible_option_is_refused_and_does_not_decline_the_case():
    with pytest.raises(Refused, match="プラン「B」"):
        triage(GOOD, [OptionFacts("A", GOOD), OptionFacts("B", verdict("decline"))])


def test_reasons_say_what_they_block_and_stand_once():
    result = triage(GOOD, [OptionFacts("A", verdict("refer")), OptionFacts("B", verdict("refer"))])
    assert result.way == "refer"
    assert [reason.scope for reason in result.reasons] == ["プラン「A」、プラン「B」"]
    assert triage(verdict("refer"), [OptionFacts("A", verdict("refer"))]).reasons[0].scope == "すべてのプラン"


def test_what_blocks_only_a_later_step_lets_the_offer_pass_and_stays_a_reason():
    reason = Reason(
        "rule", "refer", "発行の前に確認します。", "試験", blocks="issue", lifted_by="history", missing="報告書"
    )
    result = triage(Verdict((reason,)), [OptionFacts("A", GOOD)])
    assert result.way == "offer"
    assert [(r.blocks, r.kind, r.missing) for r in result.reasons] == [("ISSUE", "HISTORY", "報告書")]
    both = triage(Verdict((reason,)), [OptionFacts("A", verdict("refer"))])
    assert both.way == "refer"


def test_an_option_the_tariff_cannot_price_goes_to_underwriting():
    result = triage(GOOD, [OptionFacts("A", GOOD, "料率表の範囲を超えています。")])
    assert (result.way, result.reasons[0].code) == ("refer", "unpriced")


def test_no_closed_year_needs_a_business_plan():
    assert needs_business_plan(True, {})
    assert needs_business_plan(False, {"fiscal_year_closed": "no"})
    assert not needs_business_plan(False, {"fiscal_year_closed": "yes"})


def test_an_answer_is_due_within_one_week():
    assert referral_due(date(2026, 12, 28)) == date(2027, 1, 4)


def test_an_offer_stands_thirty_days():
    assert offer_until(date(2026, 4, 6)) == date(2026, 5, 6)


@pytest.mark.parametrize("start", [date(2026, 4, 5), date(2027, 4, 7)])
def test_a_start_in_the_past_or_beyond_a_year_is_refused(start):
    with pytest.raises(Refused):
        check_inception(start, date(2026, 4, 6))


def test_a_renewal_starts_on_the_day_the_old_contract_ends():
    check_renewal_inception(date(2027, 5, 1), date(2027, 5, 1))
    for start in (date(2027, 4, 30), date(2027, 5, 2)):
        with pytest.raises(Refused, match="2027年5月1日"):
            check_renewal_inception(start, date(2027, 5, 1))


def test_the_day_cover_begins_chooses_the_version():
    check_sold(date(2026, 4, 1), None, date(2026, 4, 1))
    check_sold(date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1))
    with pytest.raises(Refused):
        check_sold(date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))
