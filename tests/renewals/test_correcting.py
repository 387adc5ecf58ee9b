"""What happens to a contract after the notice changes its renewal by itself, and the customer hears of it once."""

import pytest

from core.doors import perform
from core.history import timeline
from correspondence.models import Letter
from correspondence.states import LetterStatus
from policies.states import EndKind
from quotes.states import QuoteStatus
from renewals.actions import open_renewal
from renewals.states import RenewalStatus
from tests.policies.making import cancel
from tests.renewals.making import at, before, make_expiring, make_renewal, run
from tests.renewals.test_following import renewal_quote

pytestmark = pytest.mark.django_db


def sent(letter):
    """As the drain leaves a letter that went out."""
    facts = {"claimed_at": letter.queued_at, "claimed_by": "worker"}
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SENDING, **facts)
    facts = {"sent_at": letter.queued_at, "sent_by": letter.queued_by}
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SENT, **facts)


def test_a_cancelled_contract_takes_its_renewal_and_its_quote_with_it_and_takes_the_notice_back_once():
    renewal = make_renewal()
    quote = renewal_quote(renewal, QuoteStatus.APPLIED)
    notice = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    sent(notice)
    cancel(renewal.policy, before(20), at=at(before(20), 10), reason="事業の譲渡")
    renewal.refresh_from_db()
    quote.refresh_from_db()
    assert (renewal.status, quote.status) == (RenewalStatus.CANCELLED, QuoteStatus.WITHDRAWN)
    assert renewal.outcome_reason == "解約(契約者の申出): 事業の譲渡"
    assert (renewal.next_on, renewal.outcome_by) == (None, renewal.policy.in_charge)
    taken_back = Letter.objects.get(key=f"renewal:{renewal.pk}:taken-back")
    assert "更改のご案内は" in taken_back.body
    assert "取り消します" in taken_back.body
    # Nothing more is written to the customer about a renewal, and no other one is opened.
    counts = run(before(14)).counts
    assert (counts["opened"], counts["notices"], counts["reminders"]) == (0, 0, 0)
    assert Letter.objects.filter(key__startswith=f"renewal:{renewal.pk}:").count() == 2


def test_a_notice_that_still_waits_is_taken_out_of_the_outbox_and_needs_no_excuse():
    renewal = make_renewal()
    cancel(renewal.policy, before(20), at=at(before(59), 10), end=EndKind.REPLACED)
    notice = Letter.objects.get(key__startswith=f"renewal:{renewal.pk}:notice")
    assert notice.status == LetterStatus.CANCELLED
    assert not Letter.objects.filter(key__endswith=":taken-back").exists()


def test_a_contract_that_ended_before_the_notice_gets_none():
    policy = make_expiring()
    renewal = perform(open_renewal, policy=policy, by=policy.in_charge, at=at(before(100), 10))
    cancel(policy, before(30), at=at(before(61), 10))
    assert run(before(60)).counts["notices"] == 0
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.CANCELLED
    assert timeline(renewal)[0].verb == "renewals.cancel_renewal"
