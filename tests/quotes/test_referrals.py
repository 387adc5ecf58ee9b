"""引受照会: who decides, once, with the case as it was seen."""

import pytest

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from products.risks import Selection
from quotes import actions
from quotes.conditions import NewCondition
from quotes.models import Referral
from quotes.states import QuoteStatus
from quotes.underwriting import standing_of
from tests.making import A_MONDAY, give_authority, make_user
from tests.quotes.making import STANDARD, apply_for, make_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote():
    return make_quote(QuoteStatus.REFERRED, code=STANDARD, answers={"prior_incident": "yes"})


def underwriter(quote, limit=1_000_000_000):
    return make_user(quote.agency, Role.UNDERWRITER, authority_limit_yen=limit)


def test_a_prior_incident_waits_for_an_underwriter_with_its_reason_and_a_week(quote):
    referral = quote.referrals.get()
    reason = referral.reasons.get()
    assert (reason.code, reason.kind, reason.blocks) == ("prior_incident", "HISTORY", "OFFER")
    assert (referral.due_on - A_MONDAY.date()).days == 7
    assert [said["sentence"] for said in quote.verdict] == [reason.sentence]


def test_two_people_deciding_one_referral_the_second_gets_a_sentence(quote):
    referral = quote.referrals.get()
    perform(actions.accept_referral, referral=referral, reason="対策済み。", by=underwriter(quote), at=A_MONDAY)
    with pytest.raises(Refused, match="すでに判断しました"):
        perform(actions.decline_referral, referral=referral, reason="不可。", by=underwriter(quote), at=A_MONDAY)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.OFFERED


def test_a_limit_beyond_the_authority_is_for_somebody_else(quote):
    small = underwriter(quote, limit=99_999_999)
    with pytest.raises(Refused, match="引受権限"):
        perform(actions.accept_referral, referral=quote.referrals.get(), reason="可。", by=small, at=A_MONDAY)


def test_an_underwriter_of_another_agency_decides_nothing(quote):
    stranger = make_user(role=Role.UNDERWRITER)
    with pytest.raises(Refused):
        perform(actions.accept_referral, referral=quote.referrals.get(), reason="可。", by=stranger, at=A_MONDAY)


def test_the_solicitor_who_entered_the_case_does_not_decide_it(quote):
    entered = quote.opened_by
    type(entered).objects.filter(pk=entered.pk).update(role=Role.UNDERWRITER)
    give_authority(entered, 10**10)
    entered.refresh_from_db()
    with pytest.raises(Refused, match="入力した本人"):
        perform(actions.accept_referral, referral=quote.referrals.get(), reason="可。", by=entered, at=A_MONDAY)


def test_whoever_answered_a_question_of_the_case_does_not_decide_it_either():
    draft = make_quote(code=STANDARD, answers={"prior_incident": "yes"})
    helper = make_user(draft.agency)
    perform(
        actions.save_answers, quote=draft, values={"incident_detail": "宛先の誤り1通。"}, source="SPOKEN",
        given_by="田中 一郎", by=helper, at=A_MONDAY,
    )  # fmt: skip
    draft.refresh_from_db()
    perform(actions.submit_quote, quote=draft, seen_version=draft.version, by=draft.opened_by, at=A_MONDAY)
    helper.role = Role.UNDERWRITER
    helper.save()
    give_authority(helper, 10**10)
    referral = draft.referrals.get()
    assert standing_of(referral, A_MONDAY.date()).able() == {}
    with pytest.raises(Refused, match="入力した本人"):
        perform(actions.accept_referral, referral=referral, reason="可。", by=helper, at=A_MONDAY)


def test_a_declined_case_keeps_its_reasons_unlifted(quote):
    perform(
        actions.decline_referral, referral=quote.referrals.get(), reason="不可。", by=underwriter(quote), at=A_MONDAY
    )  # fmt: skip
    assert quote.reasons.get().lifted_at is None


def test_a_decision_needs_its_reason(quote):
    with pytest.raises(Refused, match="理由"):
        perform(actions.accept_referral, referral=quote.referrals.get(), reason=" ", by=underwriter(quote), at=A_MONDAY)


def test_the_decider_sees_and_keeps_the_case(quote):
    perform(actions.accept_referral, referral=quote.referrals.get(), reason="可。", by=underwriter(quote), at=A_MONDAY)
    kept = Referral.objects.get().snapshot
    assert {"id": "prior_incident", "value": "yes"}.items() <= next(
        a for a in kept["answers"] if a["id"] == "prior_incident"
    ).items()
    assert kept["options"][0]["premium_yen"] == quote.options.get().premium_yen


def test_a_question_goes_to_the_solicitor_and_back(quote):
    referral = quote.referrals.get()
    perform(actions.ask_back, referral=referral, question="原因は何ですか。", by=underwriter(quote), at=A_MONDAY)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.ASKED
    with pytest.raises(Refused):
        perform(actions.accept_referral, referral=referral, reason="可。", by=underwriter(quote), at=A_MONDAY)
    perform(actions.answer_question, referral=referral, answer="設定の誤りです。", by=quote.opened_by, at=A_MONDAY)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.REFERRED
    assert [note.kind for note in referral.notes.all()] == ["QUESTION", "ANSWER"]


def test_conditions_are_agreed_to_before_applying(quote):
    perform(
        actions.accept_with_conditions, referral=quote.referrals.get(), reason="対策を条件とする。",
        conditions=[NewCondition("多要素認証を3か月以内に導入すること。")], by=underwriter(quote), at=A_MONDAY,
    )  # fmt: skip
    quote.refresh_from_db()
    by = quote.opened_by
    with pytest.raises(Refused) as refusal:
        apply_for(quote, by=by, at=A_MONDAY)
    assert [reason.split(":")[0] for reason in refusal.value.reasons] == ["引受条件の確認"]


def test_sales_beyond_the_tariff_get_the_underwriters_own_premium():
    quote = make_quote(QuoteStatus.REFERRED, code=STANDARD, sales_yen=20_000_000_000)
    option = quote.options.get()
    assert option.premium_yen is None
    assert "unpriced" in {reason["code"] for reason in quote.verdict}
    decide = {"referral": quote.referrals.get(), "reason": "個別に算出。", "by": underwriter(quote), "at": A_MONDAY}
    for wrong in ({}, {option.pk: 0}, {option.pk: 1_234_567}):
        with pytest.raises(Refused, match="10円単位"):
            perform(actions.accept_referral, premiums=wrong, **decide)
    perform(actions.accept_referral, premiums={option.pk: 1_234_560}, **decide)
    option.refresh_from_db()
    assert option.premium_yen == option.receipt["total_yen"] == 1_234_560
    assert option.receipt["lines"][0]["kind"] == "carrier"


def test_a_withdrawn_quote_takes_its_referral_along(quote):
    perform(actions.withdraw_quote, quote=quote, reason="他社に決定", by=quote.opened_by, at=A_MONDAY)
    assert quote.referrals.get().status == "WITHDRAWN"


def test_a_high_limit_is_referred_for_that_option_only():
    high = Selection(1_000_000_000, 100_000_000, 100_000)
    quote = make_quote(QuoteStatus.REFERRED, code=STANDARD, selection=high)
    assert [reason["code"] for reason in quote.verdict] == ["liability_authority"]
    assert quote.verdict[0]["scope"].startswith("プラン「")
