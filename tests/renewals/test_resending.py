"""A notice came back and a person learns the right address: what goes there is the notice as it stands today."""

import io
from datetime import timedelta

import pytest
from django.core import mail

from core import clock
from core.doors import perform
from core.errors import Refused
from correspondence.actions import handle_bounce
from correspondence.incoming.receiving import receive
from correspondence.models import Bounce
from correspondence.states import BounceDeed, LetterKind
from correspondence.tasks import drain
from local.chaos.returned import report
from renewals.inspection import find
from renewals.models import Renewal
from tests.making import make_robot
from tests.policies.making import cancel
from tests.portal.making import come_in
from tests.renewals.test_by_link import make_insured, notified

pytestmark = pytest.mark.django_db

DEAD, NEW = "tanaka@customer.example", "soumu@customer.example"


def bounced() -> tuple[Renewal, Bounce]:
    """A 簡易 notice with its link, told to be undeliverable."""
    renewal = notified(make_insured())
    letter = renewal.policy.agency.letters.get(kind=LetterKind.RENEWAL_NOTICE)
    raw = report(letter.message_id, to=DEAD)
    receive(io.BytesIO(raw), by=make_robot(renewal.agency), at=clock.now())
    return renewal, Bounce.objects.get(letter=letter)


def deal(bounce: Bounce, by: object) -> Bounce:
    return perform(
        handle_bounce, bounce=bounce, deed=BounceDeed.MENDED, note="電話で宛先を伺った", new_address=NEW, by=by,
        at=clock.now(),
    )  # fmt: skip


def test_the_right_address_gets_the_notice_with_its_premium_and_a_link_that_opens():
    renewal, bounce = bounced()
    again = deal(bounce, renewal.owner).again
    assert (again.to, again.kind) == ([NEW], LetterKind.RENEWAL_NOTICE)
    assert again.papers.count() == 2  # 更改のご案内 and 更改条件のご提案
    drain()
    sent = mail.outbox[-1]
    assert NEW in sent.recipients()[0]
    assert f"{renewal.policy.premium_yen:,}円" in sent.body
    customer = come_in(NEW)
    assert "更改のお手続き" in customer.get().content.decode()
    (row,) = find(on=clock.today(), first=renewal.ends_on, last=renewal.ends_on)
    assert (row.where, row.notices) == ("MAILED", 1)
    assert renewal.quote.invitations.open().count() == 1  # the dead address's link is closed


def test_nothing_is_sent_again_about_a_renewal_that_has_ended():
    renewal, bounce = bounced()
    cancel(renewal.policy, clock.today() + timedelta(days=3), at=clock.now())
    with pytest.raises(Refused, match="解約済"):
        deal(bounce, renewal.owner)
    bounce.refresh_from_db()
    assert bounce.is_open
