"""A letter that waits in the outbox while the customer goes on says what is not true any more: it is taken back."""

from datetime import timedelta

import pytest

from core.doors import perform
from correspondence.actions import handle_bounce, retry_letter
from correspondence.actions.bounces import note_bounce
from correspondence.actions.outbox import note_and_claim, note_failed, note_refused_for_now
from correspondence.models import Letter
from correspondence.states import LetterStatus
from customers.actions import save_contact
from policies.models import Policy
from products.risks import selection_of
from quotes import actions as quote_actions
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.actions import remind_renewal
from renewals.models import Renewal
from renewals.states import RenewalStatus, RoundKind
from tests.making import make_robot
from tests.policies.making import many_policies
from tests.quotes.making import apply_for, fill_quote, make_version
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run
from tests.renewals.test_following import answer, give_up, renewal_quote

pytestmark = pytest.mark.django_db


def waiting(renewal: Renewal) -> set[str]:
    """Which kinds of letters to the customer still wait; nothing was sent in these tests."""
    letters = Letter.objects.about(renewal).filter(status=LetterStatus.QUEUED).exclude(kind="STAFF_NOTICE")
    return set(letters.values_list("kind", flat=True))


def test_whoever_answers_applies_renews_or_leaves_is_not_written_to_any_more():
    first = make_expiring()
    many_policies(2, first, ends_on=EXPIRY, first_serial=1)
    make_robot(first.agency)
    run(before(60))
    run(before(45))
    renews, leaves, silent = Renewal.objects.select_related("policy", "customer", "owner").order_by("policy_id")
    both = {"RENEWAL_NOTICE", "RENEWAL_REMINDER"}
    assert (waiting(renews), waiting(leaves)) == (both, both)
    when = {"at": at(before(45), 11), "responded_at": at(before(45), 10)}
    answer(renews, **when)
    assert waiting(renews) == {"RENEWAL_NOTICE"}  # still owed to who has only answered
    quote = renewal_quote(renews, QuoteStatus.APPLIED, days=44)
    assert "RENEWAL_NOTICE" in waiting(renews)  # the application may yet fall away
    perform(quote_actions.issue_quote, quote=quote, by=renews.owner, at=at(before(43)))
    assert waiting(renews).isdisjoint(both)
    give_up(answer(leaves, response="OTHER_CARRIER", **when))
    assert waiting(leaves) == set()
    assert waiting(silent) == both
    assert "手続きが先に進んだ" in Letter.objects.about(leaves).filter(status="CANCELLED")[0].settlement


def test_a_reminder_that_is_being_sent_while_the_customer_answers_is_not_tried_again():
    renewal = make_renewal()
    run(before(45))
    renewal.refresh_from_db()
    reminder = Letter.objects.about(renewal).get(kind="RENEWAL_REMINDER")
    facts = {"by": reminder.queued_by, "at": at(before(45), 9)}
    claimed = perform(note_and_claim, sent=None, waiting=[reminder], claimant="worker", **facts)
    answer(renewal, at=at(before(45), 9), responded_at=at(before(45), 9))
    perform(note_refused_for_now, letter=claimed, reason="451", keep_trying=False, **facts)
    reminder.refresh_from_db()
    assert reminder.status == LetterStatus.CANCELLED


def test_a_mail_server_that_is_away_for_weeks_leaves_one_reminder_to_send_and_after_the_expiry_none():
    renewal = make_renewal()
    for day in (45, 30, 14):
        run(before(day))
    reminders = Letter.objects.about(renewal).filter(kind="RENEWAL_REMINDER").order_by("pk")
    assert [letter.status for letter in reminders] == ["CANCELLED", "CANCELLED", "QUEUED"]
    perform(remind_renewal, renewal=renewal, by=renewal.owner, at=at(before(10), 9))
    run(before(10), 10)
    assert [letter.status for letter in reminders.all()] == ["CANCELLED", "CANCELLED", "CANCELLED", "QUEUED"]
    run(EXPIRY, 16, kind=RoundKind.EXPIRY)
    assert waiting(renewal) == set()
    assert "満期を過ぎた" in reminders.all()[3].settlement


def test_a_letter_that_failed_is_taken_back_when_somebody_sends_it_again_after_the_renewal_has_ended(client):
    renewal = make_renewal()
    notice = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    facts = {"by": notice.queued_by, "at": at(before(59), 9)}
    claimed = perform(note_and_claim, sent=None, waiting=[notice], claimant="worker", **facts)
    perform(note_failed, letter=claimed, reason="554", **facts)
    give_up(renewal)
    client.force_login(renewal.owner)
    page = client.post(f"{notice.get_absolute_url()}retry/", {"note": "直しました"}, follow=True).content.decode()
    notice.refresh_from_db()
    assert notice.status == LetterStatus.CANCELLED
    assert "送信しませんでした" in page


@pytest.mark.parametrize("stands", ["waits", "is being sent", "failed"])
def test_the_notice_sent_to_another_address_takes_the_place_of_the_older_one(stands):
    """The server put the notice off again and again, and then refused the reminder for good."""
    renewal = make_renewal()
    run(before(45))
    notice = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    reminder = Letter.objects.about(renewal).get(kind="RENEWAL_REMINDER")
    facts = {"by": notice.queued_by, "at": at(before(45), 9)}
    if stands != "waits":
        notice = perform(note_and_claim, sent=None, waiting=[notice], claimant="worker", **facts)
    if stands == "failed":
        perform(note_failed, letter=notice, reason="554", **facts)
    bounce = perform(
        note_bounce, letter=reminder, address=reminder.to[0], is_permanent=True, reason="550", **facts
    )  # fmt: skip
    facts = {"by": renewal.owner, "at": at(before(44), 10)}
    contact = {"name": "後任 花子", "email": "new@customer.example"}
    perform(save_contact, customer=renewal.customer, contact=None, facts=contact, **facts)
    deed = {"deed": "MENDED", "note": "電話で伺った", "new_address": "new@customer.example"}
    again = perform(handle_bounce, bounce=bounce, **deed, **facts).again
    if stands == "is being sent":
        perform(note_refused_for_now, letter=notice, reason="451", keep_trying=False, **facts)
    elif stands == "failed":
        perform(retry_letter, letter=notice, note="もう一度", **facts)
    notice.refresh_from_db()
    assert notice.status == LetterStatus.CANCELLED
    assert "新しい案内に替えた" in notice.settlement
    run(before(43))
    notices = Letter.objects.about(renewal).filter(kind="RENEWAL_NOTICE").exclude(pk=notice.pk)
    assert [letter.pk for letter in notices] == [again.pk]


def begin_anew(policy: Policy, days: int) -> Quote:
    """A new contract from today, after the old one has ended."""
    by, moment = policy.in_charge, at(before(days), 9)
    quote = perform(
        quote_actions.open_quote, customer=policy.customer, product_version=make_version(), by=by, at=moment,
        inception_on=before(days), resumes=policy,
    )  # fmt: skip
    fill_quote(quote, by=by, at=moment)
    plan = make_version().book.plans[0]
    perform(quote_actions.add_option, quote=quote, selection=selection_of(plan), by=by, at=moment)
    quote.refresh_from_db()
    quote = perform(quote_actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=moment)
    quote = apply_for(quote, by=by, at=moment)
    return perform(quote_actions.issue_quote, quote=quote, by=by, at=moment + timedelta(hours=4))


@pytest.mark.parametrize("told_first", [True, False])
def test_nobody_with_a_new_contract_is_told_that_his_cover_has_ended(told_first):
    renewal = make_renewal()
    run(before(0), 16, 30)
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.UNINSURED
    if told_first:
        assert run(before(-1)).counts["ended"] == 1
    begin_anew(Policy.objects.get(pk=renewal.policy_id), -1)
    assert run(before(-1), 17).counts["ended"] == 0
    letters = Letter.objects.about(renewal).filter(kind="COVER_ENDED")
    assert [letter.status for letter in letters] == ([LetterStatus.CANCELLED] if told_first else [])
