"""What happens by itself, and what the database does not let happen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from accounts.queries import robot
from core import clock
from core.doors import perform, sentence_for
from core.errors import Refused
from correspondence.models import Letter
from customers.queries import primary_contact
from portal import actions
from portal.models import Invitation
from portal.states import INVITATION_MOVES, InvitationStatus, Purpose
from portal.tasks import invitation_round
from quotes import actions as quote_actions
from tests.making import make_customer, make_user
from tests.portal.making import link_for, make_open_quote, send_link

pytestmark = pytest.mark.django_db


def test_reminders_go_out_once_and_a_link_ends_on_its_day():
    now = clock.now()
    quote = make_open_quote(at=now)
    invitation = send_link(quote, at=now)

    def run(days):
        at = now + timedelta(days=days)
        return (
            perform(actions.expire_invitations_due, by=robot(), at=at),
            perform(actions.remind_due, by=robot(), at=at),
        )

    assert [run(1), run(3), run(3), run(9), run(13), run(13)] == [(0, 0), (0, 1), (0, 0), (0, 1), (0, 1), (0, 0)]
    assert Letter.objects.filter(kind="INVITATION").count() == 4
    assert [run(15), run(16)] == [(1, 0), (0, 0)]
    invitation.refresh_from_db()
    assert (invitation.status, invitation.closed_by.is_robot) == ("EXPIRED", True)
    assert invitation_round() == {"expired": 0, "reminded": 0}
    # A new link may follow, and counts its own days.
    assert send_link(quote).pk != invitation.pk


def test_a_link_sent_again_counts_its_days_and_its_reminders_anew():
    now = clock.now()
    invitation = send_link(make_open_quote(at=now), at=now)

    def at_day(verb, days, **facts):
        return perform(verb, by=robot(), at=now + timedelta(days=days), **facts)

    assert at_day(actions.remind_due, 3) == 1
    perform(actions.resend_invitation, invitation=invitation, by=invitation.sent_by, at=now + timedelta(days=4))
    assert [at_day(actions.remind_due, days) for days in (5, 7, 8)] == [0, 1, 0]
    assert [at_day(actions.expire_invitations_due, days) for days in (15, 18)] == [0, 1]


def test_a_link_that_was_revoked_is_not_even_sent():
    invitation = send_link(make_open_quote())
    perform(actions.revoke_invitation, invitation=invitation, reason="宛先違い", by=invitation.sent_by, at=clock.now())
    with pytest.raises(AssertionError, match="no link"):
        link_for()
    assert "無効になった" in Letter.objects.get().last_error


def test_a_quote_that_moves_on_takes_its_link_back():
    quote = make_open_quote()
    invitation = send_link(quote)
    perform(quote_actions.withdraw_quote, quote=quote, reason="見送り", by=quote.in_charge, at=clock.now())
    invitation.refresh_from_db()
    assert (invitation.status, invitation.closed_reason) == ("REVOKED", "見積が「取下げ」になりました。")


def test_who_may_send_which_link_to_whom():
    quote = make_open_quote()
    facts = {"quote": quote, "at": clock.now()}
    auditor = make_user(quote.agency, Role.AUDITOR)
    gone = primary_contact(quote.customer)
    gone.left = True
    stranger = primary_contact(make_customer(quote.in_charge))
    elsewhere = {"name": "山田 花子", "email": "hanako@customer.example"}
    for purpose, more, words in [
        (Purpose.APPLICATION, {"by": quote.in_charge, **elsewhere, "reason": "決裁者"}, "提示できる状態"),
        (Purpose.QUESTIONNAIRE, {"by": auditor, **elsewhere, "reason": "決裁者"}, "閲覧のみ"),
        (Purpose.QUESTIONNAIRE, {"by": quote.in_charge, **elsewhere}, "理由を入力"),
        (Purpose.QUESTIONNAIRE, {"by": quote.in_charge, "contact": gone}, "在籍しているご担当者"),
        (Purpose.QUESTIONNAIRE, {"by": quote.in_charge, "contact": stranger}, "在籍しているご担当者"),
        (
            Purpose.QUESTIONNAIRE,
            {"by": quote.in_charge, **elsewhere, "email": "hanako", "reason": "決裁者"},
            "正しくありません",
        ),
        (
            Purpose.QUESTIONNAIRE,
            {"by": quote.in_charge, "name": "私", "email": quote.in_charge.email, "reason": "試し"},
            "代理店で働く人",
        ),
    ]:
        with pytest.raises(Refused, match=words):
            perform(actions.invite, purpose=purpose, **facts, **more)
    perform(
        actions.invite, purpose=Purpose.QUESTIONNAIRE, **facts, by=quote.in_charge, **elsewhere, reason="決裁者のため"
    )
    with pytest.raises(Refused, match="すでに送っています"):
        send_link(quote)


def test_the_database_knows_the_moves_and_keeps_the_deeds():
    send_link(make_open_quote())
    for target in InvitationStatus:
        if target in INVITATION_MOVES[InvitationStatus.SENT] or target == InvitationStatus.SENT:
            continue
        with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE portal_invitation SET status = %s", [str(target)])
        assert "この状態からは行えない" in sentence_for(error.value)
    for statement in (
        "UPDATE portal_invitation SET status = 'REVOKED'",  # without who and why
        "UPDATE portal_visitor SET email = 'other@customer.example'",
        "DELETE FROM portal_visitor",
        "DELETE FROM portal_invitation",
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert sentence_for(error.value).endswith("。")
    assert Invitation.objects.get().status == "SENT"
