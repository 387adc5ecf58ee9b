"""What an uninsured contract leaves on the desk is put away, a portion at a time."""

from datetime import timedelta

import pytest

from core.doors import perform
from core.models import Event
from portal.models import Invitation
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.actions import mark_uninsured_due, withdraw_left_drafts_due
from renewals.states import RoundKind
from tests.renewals.making import EXPIRY, at, make_renewal, run

pytestmark = pytest.mark.django_db


def test_drafts_of_the_uninsured_are_withdrawn_in_portions_and_what_a_cut_off_round_left_is_caught_up(monkeypatch):
    renewals = [make_renewal() for _ in range(3)]
    make_renewal(expiry=EXPIRY + timedelta(days=30))
    drafts = Quote.objects.filter(status=QuoteStatus.DRAFT).order_by("pk")
    left = set(drafts.filter(renewal_of__in=[renewal.policy_id for renewal in renewals]))
    assert (len(left), drafts.count()) == (3, 4)
    monkeypatch.setattr("renewals.actions.closing.PORTION", 2)
    facts = {"by": renewals[0].owner, "at": at(EXPIRY, 16)}
    assert perform(mark_uninsured_due, **facts) == 3
    assert drafts.count() == 4, "marked at once; nobody's draft is held while 2,000 are written"
    assert perform(withdraw_left_drafts_due, **facts) == 2
    assert drafts.count() == 2, "a portion, and here the round is cut off"
    assert run(EXPIRY + timedelta(days=1)).counts["left_drafts"] == 1
    assert set(Quote.objects.filter(status=QuoteStatus.WITHDRAWN)) == left
    assert Event.objects.filter(verb="quotes.withdraw_quote").count() == 3
    assert {link.status for link in Invitation.objects.filter(quote__in=left)} <= {"REVOKED"}
    assert run(EXPIRY + timedelta(days=1)).counts["left_drafts"] == 0
    assert run(EXPIRY + timedelta(days=1), 17, kind=RoundKind.EXPIRY).counts["left_drafts"] == 0
