"""更改: last year's case brought along, this year's sales and answers asked anew, no gap and no overlap."""

from datetime import date, timedelta

import pytest

from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from policies.changing import Change
from policies.models import Policy
from quotes import actions
from quotes.asking import plan_of
from quotes.facts import facts_from
from quotes.renewing import Why
from quotes.signals import quote_moved
from quotes.states import QuoteStatus
from tests.claims.making import make_claim
from tests.making import A_MONDAY, make_customer
from tests.policies.making import endorse
from tests.quotes.making import STANDARD, apply_for, fill_quote, make_quote

pytestmark = pytest.mark.django_db
EXPIRY = date(2027, 5, 1)
SPRING = A_MONDAY + timedelta(days=340)  # 12 March 2027


@pytest.fixture
def policy():
    return make_quote(QuoteStatus.ISSUED, code=STANDARD).policy


def renew(policy, inception_on=EXPIRY, at=SPRING):
    return perform(
        actions.open_quote, customer=policy.customer, product_version=policy.product_version,
        inception_on=inception_on, renewal_of=policy, by=policy.in_charge, at=at,
    )  # fmt: skip


def test_a_renewal_brings_everything_but_the_sales(policy):
    quote = renew(policy)
    facts = facts_from(quote.facts)
    assert (facts.industry, facts.sales_yen, facts.fiscal_year_end) == ("manufacturing", None, None)
    assert quote.options.get().selection == policy.quote.application.option.selection
    assert quote.options.get().premium_yen is None
    assert all(answer.is_carried for answer in quote.answers.all())
    assert not quote.answers.filter(question_id__in=["answers_true", "not_antisocial"]).exists()


def test_what_the_year_said_otherwise_is_asked_again(policy):
    """A 異動 and a claim of the term speak against last year's answers; without them these are asked as always."""
    on = date(2026, 10, 1)
    grown = Change(added=["株式会社見本物流"], riders=["employee_acts", "additional_insureds"])
    endorse(policy, grown, on=on, at=at_four(on), premium_yen=policy.premium_yen)
    make_claim(policy.in_charge, policy=policy, at=at_four(on) + timedelta(days=30))
    quote = renew(Policy.objects.get())
    why = {ask.id: ask.why for ask in plan_of(quote).asked}
    assert why["subsidiaries"] is Why.CHANGED
    assert why["prior_incident"] is Why.CONTRADICTS
    assert quote.facts["claims_in_term"] == 1


def test_last_years_answers_count_only_after_the_customer_confirmed_them(policy):
    quote = renew(policy)
    with pytest.raises(Refused) as refusal:
        perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=policy.in_charge, at=SPRING)
    assert any("変わりないか確認していない質問" in reason for reason in refusal.value.reasons)
    assert any("売上高" in reason for reason in refusal.value.reasons)
    ids = list(quote.answers.values_list("question_id", flat=True))
    confirmed = perform(
        actions.confirm_carried, quote=quote, question_ids=ids, source="PHONE", given_by="田中 一郎",
        by=policy.in_charge, at=SPRING,
    )  # fmt: skip
    alone = ["prior_incident", "past_attack", "known_circumstances"]
    assert len(confirmed) == len(ids) - len(alone)  # what is past or feared is said one by one
    for name in alone:
        perform(
            actions.confirm_carried, quote=quote, question_ids=[name], source="PHONE", given_by="田中 一郎",
            by=policy.in_charge, at=SPRING,
        )  # fmt: skip
    assert not quote.answers.filter(is_carried=True).exists()


@pytest.mark.parametrize("start", [EXPIRY - timedelta(days=1), EXPIRY + timedelta(days=1)])
def test_a_renewal_neither_leaves_a_gap_nor_overlaps(policy, start):
    with pytest.raises(Refused, match="満期日"):
        renew(policy, inception_on=start)


def test_there_is_one_open_renewal_of_a_policy(policy):
    renew(policy)
    with pytest.raises(Refused, match="更改見積はすでにあります"):
        renew(policy)


def test_a_renewal_is_for_the_customer_of_the_policy(policy):
    stranger = make_customer(policy.in_charge)
    with pytest.raises(Refused, match="別のお客さま"):
        perform(
            actions.open_quote, customer=stranger, product_version=policy.product_version, inception_on=EXPIRY,
            renewal_of=policy, by=policy.in_charge, at=SPRING,
        )  # fmt: skip


def test_issuing_a_renewal_starts_at_the_old_expiry_and_tells_the_rooms_above(policy):
    quote = renew(policy)
    by = policy.in_charge
    fill_quote(quote, by=by, at=SPRING)
    quote = perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=SPRING)
    heard = []

    def listen(sender, quote, before, by, at, **more):
        heard.append((before, quote.status))

    quote_moved.connect(listen)
    try:
        apply_for(quote, by=by, at=SPRING + timedelta(hours=1))
        issued = perform(actions.issue_quote, quote=quote, by=by, at=SPRING + timedelta(hours=4))
    finally:
        quote_moved.disconnect(listen)
    assert issued.policy.starts_at == policy.ends_at == at_four(EXPIRY)
    assert issued.policy.renews == policy
    assert heard == [("OFFERED", "APPLIED"), ("APPLIED", "ISSUED")]
