"""A renewal moves with its quote, in the same transaction, and ends with the new contract or with a reason."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from accounts.queries import robot
from core.doors import perform
from core.errors import Refused, Stale
from core.history import timeline
from correspondence.actions import handle_bounce
from correspondence.incoming.receiving import receive
from correspondence.models import Bounce, Letter
from correspondence.states import BounceDeed
from customers.actions import save_contact
from local.chaos.returned import report
from policies.models import Policy
from quotes import actions as quote_actions
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.actions import cancel_renewals, close_renewal, open_renewal, open_renewal_quote, record_response
from renewals.models import Renewal
from renewals.states import RENEWAL_MOVES, RenewalStatus
from tests.making import make_customer, make_robot
from tests.quotes.making import make_quote
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db


def renewal_quote(renewal: Renewal, status: str = QuoteStatus.OFFERED, *, days: int = 40) -> Quote:
    """A quote for this renewal in a state, walked there by the office's actions."""
    make_robot(renewal.agency)
    quote = make_quote(
        status, by=renewal.owner, customer=renewal.customer, inception_on=renewal.ends_on, at=at(before(days), 10),
        renewal_of=renewal.policy,
    )  # fmt: skip
    renewal.refresh_from_db()
    return quote


def answer(renewal: Renewal, **facts) -> Renewal:
    facts = {
        "renewal": renewal, "seen_version": renewal.version, "response": "RENEW", "channel": "PHONE",
        "person": "田中 一郎", "note": "条件は前年と同じ", "responded_at": at(before(50), 10), "by": renewal.owner,
        "at": at(before(50), 11),
    } | facts  # fmt: skip
    return perform(record_response, **facts)


def give_up(renewal: Renewal, outcome: str = "LOST", reason: str = "保険料", days: int = 30, **facts) -> Renewal:
    facts = {"seen_version": renewal.version, "by": renewal.owner, "at": at(before(days), 10)} | facts
    return perform(close_renewal, renewal=renewal, outcome=outcome, reason=reason, **facts)


def test_an_answer_is_noted_with_person_way_and_time_and_stops_the_reminders():
    renewal = answer(make_renewal())
    assert renewal.status == RenewalStatus.RESPONDED
    assert renewal.next_step == "今年の売上高を確認し、更改の見積を提示する"
    assert run(before(45)).counts["reminders"] == 0
    assert any("田中 一郎様から回答" in event.summary for event in timeline(renewal.customer))


def test_the_latest_answer_counts_and_the_history_keeps_both():
    renewal = answer(make_renewal())
    renewal = answer(renewal, response="OTHER_CARRIER", note="他社の見積待ち")
    assert renewal.response == "OTHER_CARRIER"
    assert sum("から回答" in event.summary for event in timeline(renewal)) == 2


def test_an_answer_from_the_future_is_refused_at_its_field():
    with pytest.raises(Refused, match="未来") as refusal:
        answer(make_renewal(), responded_at=at(before(49)))
    assert refusal.value.field == "responded_at"


def test_an_answer_on_a_stale_page_is_refused():
    renewal = make_renewal()
    answer(renewal)
    with pytest.raises(Stale):
        answer(renewal)


def test_the_quote_of_a_renewal_starts_at_the_old_expiry_and_is_opened_once():
    renewal = answer(make_renewal())
    facts = {"renewal": renewal, "by": renewal.owner, "at": at(before(40), 10)}
    quote = perform(open_renewal_quote, **facts)
    assert quote.inception_on == EXPIRY
    assert quote.renewal_of == renewal.policy
    assert perform(open_renewal_quote, **facts) == quote


def test_offered_applied_and_issued_carry_the_renewal_to_its_successor():
    renewal = make_renewal()
    renewal_quote(renewal)
    assert renewal.status == RenewalStatus.QUOTED
    other = make_renewal()
    renewal_quote(other, QuoteStatus.APPLIED)
    assert other.status == RenewalStatus.APPLIED
    third = make_renewal()
    quote = renewal_quote(third, QuoteStatus.ISSUED)
    assert third.status == RenewalStatus.RENEWED
    assert third.successor == quote.policy
    assert third.successor.starts_at == third.term_end_at
    assert third.next_on is None


def test_a_renewed_policy_is_not_uninsured_at_its_expiry():
    renewal = make_renewal()
    renewal_quote(renewal, QuoteStatus.ISSUED)
    counts = run(EXPIRY, 16, 1).counts
    renewal.refresh_from_db()
    assert (counts["uninsured"], counts["expired"]) == (0, 1)
    assert renewal.status == RenewalStatus.RENEWED


def test_a_withdrawn_quote_takes_the_renewal_back_to_where_it_stood():
    notified, answered = make_renewal(), answer(make_renewal())
    for renewal, status in ((notified, RenewalStatus.NOTIFIED), (answered, RenewalStatus.RESPONDED)):
        quote = renewal_quote(renewal)
        perform(
            quote_actions.withdraw_quote, quote=quote, reason="条件の見直し", by=renewal.owner, at=at(before(30), 10)
        )
        renewal.refresh_from_db()
        assert renewal.status == status
        assert renewal.quote is None


def test_a_quote_that_lapses_at_night_takes_the_renewal_back_too():
    renewal = make_renewal()
    quote = renewal_quote(renewal, days=58)
    assert run(quote.valid_until + timedelta(days=1)).counts["lapsed_quotes"] == 1
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.NOTIFIED


def test_a_quote_for_a_policy_nobody_opened_yet_opens_its_renewal():
    policy = make_expiring()
    make_robot(policy.agency)
    make_quote(
        QuoteStatus.OFFERED, by=policy.in_charge, customer=policy.customer, inception_on=EXPIRY,
        at=at(before(80), 10), renewal_of=policy,
    )  # fmt: skip
    assert policy.renewal.status == RenewalStatus.QUOTED
    run(before(60))
    assert Renewal.objects.get() == policy.renewal


def test_an_issue_that_fails_leaves_the_renewal_where_it_was():
    renewal = make_renewal()
    quote = renewal_quote(renewal, QuoteStatus.APPLIED)
    with pytest.raises(Refused, match="満期を過ぎたため"):
        perform(quote_actions.issue_quote, quote=quote, by=renewal.owner, at=renewal.term_end_at)
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.APPLIED
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("outcome", ["LOST", "DECLINED", "STOPPED"])
def test_a_renewal_is_given_up_with_a_reason_and_nothing_follows(outcome):
    renewal = give_up(make_renewal(), outcome)
    assert renewal.status == outcome
    assert renewal.outcome_by == renewal.owner
    assert run(EXPIRY, 16, 1).counts["uninsured"] == 0
    renewal.refresh_from_db()
    assert renewal.status == outcome


def test_giving_up_withdraws_the_open_quote():
    renewal = make_renewal()
    quote = renewal_quote(renewal)
    give_up(renewal)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.WITHDRAWN


def test_giving_up_over_an_application_is_refused():
    renewal = make_renewal()
    renewal_quote(renewal, QuoteStatus.APPLIED)
    with pytest.raises(Refused, match="申込を受けています"):
        give_up(renewal)


@pytest.mark.parametrize(("outcome", "reason", "words"), [("LOST", " ", "理由"), ("RENEWED", "x", "選んでください")])
def test_an_outcome_needs_a_reason_and_a_name_we_know(outcome, reason, words):
    with pytest.raises(Refused, match=words) as refusal:
        give_up(make_renewal(), outcome, reason)
    assert refusal.value.field == ("reason" if outcome == "LOST" else "outcome")


def test_after_four_on_the_expiry_day_a_renewal_is_a_new_contract():
    renewal = make_renewal()
    late = {"renewal": renewal, "by": renewal.owner, "at": renewal.term_end_at}
    with pytest.raises(Refused, match="新しい契約として"):
        perform(open_renewal_quote, **late)
    run(EXPIRY, 16, 1)
    with pytest.raises(Refused, match="新しい契約として"):
        perform(open_renewal_quote, **late)


def test_a_renewal_may_be_opened_by_hand_some_months_ahead_and_once():
    policy = make_expiring()
    facts = {"policy": policy, "by": policy.in_charge}
    with pytest.raises(Refused, match="120日前から"):
        perform(open_renewal, **facts, at=at(before(121), 10))
    renewal = perform(open_renewal, **facts, at=at(before(120), 10))
    assert perform(open_renewal, **facts, at=at(before(119), 10)) == renewal
    assert run(before(100)).counts["notices"] == 0
    assert run(before(60)).counts == run(before(60)).counts | {"opened": 0, "terms": 1, "notices": 1}


def reach(status: str) -> Renewal:
    """A renewal in a state, walked there by the office's actions."""
    match status:
        case RenewalStatus.OPEN:
            return make_renewal(customer=make_customer(email=None))
        case RenewalStatus.RESPONDED:
            return answer(make_renewal())
        case RenewalStatus.QUOTED | RenewalStatus.APPLIED | RenewalStatus.RENEWED:
            quote_status = {"QUOTED": "OFFERED", "APPLIED": "APPLIED", "RENEWED": "ISSUED"}[status]
            renewal = make_renewal()
            renewal_quote(renewal, quote_status)
            return renewal
        case RenewalStatus.LOST | RenewalStatus.DECLINED | RenewalStatus.STOPPED:
            return give_up(make_renewal(), status)
        case RenewalStatus.CANCELLED:
            renewal = make_renewal()
            facts = {"policies": [renewal.policy], "reason": "廃業のため解約", "by": renewal.owner}
            perform(cancel_renewals, **facts, at=at(before(30), 10))
            renewal.refresh_from_db()
            return renewal
        case RenewalStatus.UNINSURED:
            renewal = make_renewal()
            run(EXPIRY, 16, 1)
            renewal.refresh_from_db()
            return renewal
    return make_renewal()


@pytest.mark.parametrize("start", list(RenewalStatus))
def test_the_database_refuses_every_move_the_table_does_not_name(start):
    renewal = reach(start)
    assert renewal.status == start
    for target in RenewalStatus:
        if target == start or target in RENEWAL_MOVES[start]:
            continue
        with pytest.raises(IntegrityError, match="status_moves"), transaction.atomic():
            Renewal.objects.filter(pk=renewal.pk).update(status=target)
    # Whatever is in work has its next day, whatever ended without a contract its reason.
    emptied, name = ({"next_on": None, "next_step": ""}, "work_has_a_next_day") if renewal.is_open else (
        {"outcome_reason": ""}, "given_up_with_a_reason"
    )  # fmt: skip
    if start != RenewalStatus.RENEWED:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Renewal.objects.filter(pk=renewal.pk).update(**emptied)


def test_a_notice_that_came_back_is_a_call_for_its_owner_until_it_is_dealt_with():
    renewal = make_renewal()
    letter = Letter.objects.about(renewal).get()
    Letter.objects.filter(pk=letter.pk).update(attempts=1)  # it left the house
    came = at(before(60), 9)
    receive(BytesIO(report(letter.message_id, to=letter.to[0])), by=robot(), at=came)
    renewal.refresh_from_db()
    assert (renewal.next_on, renewal.next_step) == (before(60), "電話で更改をご案内する(メール不達)")
    assert renewal.status == RenewalStatus.NOTIFIED
    bounce = Bounce.objects.get()
    assert bounce.owner == renewal.owner
    assert "電話でのご案内が必要" in timeline(renewal.policy)[0].summary
    # An answer by another way does not make the address good again.
    assert answer(renewal).next_step == "電話で更改をご案内する(メール不達)"
    facts = {"deed": BounceDeed.CALLED, "note": "お電話しました", "by": renewal.owner, "at": at(before(50), 12)}
    perform(handle_bounce, bounce=bounce, **facts)
    renewal.refresh_from_db()
    assert renewal.next_step == "今年の売上高を確認し、更改の見積を提示する"
    assert "不達に対応しました(電話で伝えた)" in timeline(renewal.policy)[0].summary


def test_an_address_that_is_dead_is_written_to_no_more_and_a_new_one_is_tried():
    renewal = make_renewal()
    customer, first = renewal.customer, Letter.objects.get(kind="RENEWAL_NOTICE")
    Letter.objects.update(attempts=1)
    receive(BytesIO(report(first.message_id, to=first.to[0])), by=robot(), at=at(before(60), 9))
    assert run(before(45)).counts["reminders"] == 0  # a call instead: there is nobody else to write to
    other = {"name": "山田 二郎", "email": "yamada@customer.example", "is_primary": False}
    save = {"customer": customer, "by": renewal.owner, "at": at(before(44), 10)}
    perform(save_contact, contact=None, facts=other, **save)
    assert run(before(30)).counts["reminders"] == 1
    assert Letter.objects.filter(kind="RENEWAL_REMINDER").latest("pk").to == ["yamada@customer.example"]
    perform(
        save_contact, contact=customer.contacts.get(is_primary=True), facts={"email": "new@customer.example"}, **save
    )
    assert run(before(14)).counts["reminders"] == 1
    assert Letter.objects.filter(kind="RENEWAL_REMINDER").latest("pk").to == ["new@customer.example"]
