"""Mail that comes back: kept once, tied to its letter, and in the hands of a person."""

import io
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import Agency, Role, User
from accounts.queries import robot
from core.clock import jst, travel
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence import models
from correspondence.actions import handle_bounce, handle_incoming
from correspondence.blanks import BLANK
from correspondence.incoming.receiving import receive
from correspondence.models import Bounce, IncomingMail, Letter, Paper
from correspondence.queries import bounces_open, dead_addresses, mail_to_read
from correspondence.states import BounceDeed, IncomingKind, LetterKind, LetterStatus
from correspondence.tasks import collect_mail
from local.chaos.returned import away, japanese_report, reply, report
from tests.correspondence.conftest import AT, in_status
from tests.correspondence.imapserver import Mailbox, serving
from tests.making import make_customer, make_user

TO = "takasaki@customer.example"
LATER = AT + timedelta(minutes=5)


def arrive(mail: bytes) -> IncomingMail:
    return receive(io.BytesIO(mail), by=robot(), at=LATER)


@pytest.fixture
def sent(make_letter: Callable[..., Letter]) -> Letter:
    return in_status(make_letter, LetterStatus.SENT)


def deal(bounce: Bounce, by: User, deed: BounceDeed = BounceDeed.CALLED, **facts: Any) -> Bounce:
    facts = {"note": "お電話でお伝えしました", **facts}
    return perform(handle_bounce, bounce=bounce, deed=deed, by=by, at=LATER, **facts)


def test_a_bounce_finds_its_letter_and_a_person_and_comes_in_only_once(sent: Letter, clerk: User) -> None:
    mail = arrive(japanese_report(sent.message_id))
    assert arrive(japanese_report(sent.message_id)) == mail
    # Another server tells of the same failure in its own words: kept, but it is no second failure.
    arrive(report(sent.message_id))
    [bounce] = bounces_open(sent.agency)
    assert (bounce.letter, bounce.mail, bounce.address, bounce.is_permanent) == (sent, mail, TO, True)
    assert (bounce.owner, bounce.due_on) == (clerk, jst(LATER).date())
    assert IncomingMail.objects.count() == 2
    assert not mail_to_read(sent.agency)
    sent.refresh_from_db()
    assert sent.status == LetterStatus.SENT  # it was
    assert "届きませんでした: 宛先のメールアドレスが存在しません" in timeline(sent)[0].summary


def test_a_report_about_no_letter_of_ours_is_only_kept_for_a_person(
    make_letter: Callable[..., Letter], agency: Agency, clerk: User
) -> None:
    waiting = make_letter()  # never left the house: whoever tells it came back is lying
    arrive(report(waiting.message_id))
    arrive(report(f"<{'0' * 40}@tate.example>"))
    arrive(b"\x00\x01 no mail at all")
    assert not Bounce.objects.exists()
    kinds = list(mail_to_read(agency).order_by("pk").values_list("kind", flat=True))
    assert kinds == [IncomingKind.BOUNCE, IncomingKind.BOUNCE, IncomingKind.UNREADABLE]
    mail = perform(handle_incoming, mail=mail_to_read(agency)[0], note="迷惑メール", by=clerk, at=LATER)
    assert mail_to_read(agency).count() == 2
    with pytest.raises(Refused, match="記録済み"):
        perform(handle_incoming, mail=mail, note="もう一度", by=clerk, at=LATER)


def test_an_answer_waits_for_a_person_and_an_absence_does_not(sent: Letter) -> None:
    absence, answer = arrive(away(sent.message_id)), arrive(reply(sent.message_id))
    assert (absence.kind, answer.kind) == (IncomingKind.AUTO_REPLY, IncomingKind.REPLY)
    assert list(mail_to_read(sent.agency)) == [answer]
    assert answer.sender == TO
    assert not Bounce.objects.exists()


def test_a_quoted_link_or_code_is_not_kept(make_letter: Callable[..., Letter], settings: Any) -> None:
    link = f"{settings.SITE_URL}/my/abcdef0123456789"
    asked = in_status(lambda: make_letter(kind=LetterKind.INVITATION, body=BLANK), LetterStatus.SENT)
    code = in_status(lambda: make_letter("code", kind=LetterKind.ACCESS_CODE, body=BLANK), LetterStatus.SENT)
    assert arrive(reply(asked.message_id, text=f"開けません。\n> {link}\n")).text == f"開けません。\n> {BLANK}"
    assert "123456" not in arrive(reply(code.message_id, text="コードは 123456 でした。")).text
    arrive(report(asked.message_id))
    with pytest.raises(Refused, match="もう一度作成"):
        deal(Bounce.objects.get(), asked.queued_by, BounceDeed.MENDED, new_address="new@customer.example")


def test_only_those_who_were_written_to_can_be_missed(make_letter: Callable[..., Letter]) -> None:
    two = in_status(lambda: make_letter(to=[TO, "boss@customer.example"]), LetterStatus.SENT)
    arrive(report(two.message_id, to="stranger@customer.example"))
    assert not Bounce.objects.exists()
    assert mail_to_read(two.agency).count() == 1
    arrive(report(two.message_id, to="BOSS@customer.example"))
    assert [bounce.address for bounce in Bounce.objects.all()] == ["boss@customer.example"]
    # Forwarded elsewhere: of a letter to one person it is clear who is meant.
    one = in_status(lambda: make_letter("second"), LetterStatus.SENT)
    arrive(report(one.message_id, to="forwarded@elsewhere.example"))
    assert Bounce.objects.get(letter=one).address == TO


def test_a_new_address_is_kept_with_the_contact_and_the_letter_goes_there(
    make_letter: Callable[..., Letter], make_paper: Callable[..., Paper], clerk: User
) -> None:
    customer = make_customer(clerk, email=TO.upper())
    contact = customer.contacts.get()
    letter = in_status(lambda: make_letter(about=[customer], papers=[make_paper()]), LetterStatus.SENT)
    arrive(report(letter.message_id))
    bounce = Bounce.objects.get()
    for wrong, sentence in [("", "新しい宛先"), (TO, "同じ"), ("a@b.example\nBcc: c@d.example", "正しくありません")]:
        with pytest.raises(Refused, match=sentence) as refusal:
            deal(bounce, clerk, BounceDeed.MENDED, new_address=wrong)
        assert refusal.value.field in {"new_address", None}
    bounce = deal(bounce, clerk, BounceDeed.MENDED, new_address="takahashi@customer.example")
    contact.refresh_from_db()
    assert contact.email == "takahashi@customer.example"
    again = bounce.again
    assert (again.to, again.body, again.about, again.status) == ([contact.email], letter.body, letter.about, "QUEUED")
    assert list(again.papers.all()) == list(letter.papers.all())
    assert dead_addresses(letter.agency) == {TO}
    assert not bounces_open(letter.agency)
    with pytest.raises(Refused, match="記録済み"):
        deal(bounce, clerk)


def test_a_full_mailbox_and_what_a_person_found_to_be_no_bounce_kill_no_address(
    make_letter: Callable[..., Letter], clerk: User, auditor: User
) -> None:
    full = in_status(make_letter, LetterStatus.SENT)
    arrive(report(full.message_id, status="5.2.2", said="smtp; 552 mailbox full"))
    assert not dead_addresses(full.agency)
    forged = in_status(lambda: make_letter("second", to=["Other@customer.example"]), LetterStatus.SENT)
    arrive(report(forged.message_id, to="other@customer.example"))
    assert dead_addresses(full.agency, among=["OTHER@customer.example", "x@y.example"]) == {"other@customer.example"}
    assert not dead_addresses(full.agency, among=["x@y.example"])
    bounce = Bounce.objects.get(letter=forged)
    with pytest.raises(Refused, match="理由|内容"):
        deal(bounce, clerk, BounceDeed.DISMISSED, note=" ")
    with pytest.raises(Refused):
        deal(bounce, auditor, BounceDeed.DISMISSED)
    deal(bounce, clerk, BounceDeed.DISMISSED, note="先方に届いていました")
    assert not dead_addresses(full.agency)


def test_the_database_keeps_what_was_told_and_done(sent: Letter, clerk: User) -> None:
    arrive(report(sent.message_id))
    bounce = deal(Bounce.objects.get(), clerk)
    for table, facts, name in [
        (Bounce, {"address": "x@y.example"}, "frozen_columns"),
        (Bounce, {"handled_at": AT}, "set_once"),
        (Bounce, {"deed": "MENDED"}, "mended_is_sent_again"),
        (Bounce, {"note": ""}, "handled_by_a_person"),
        (IncomingMail, {"letter": None}, "frozen_columns"),
        (IncomingMail, {"note": "x"}, "handled_by_a_person"),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            table.objects.update(**facts)
    with pytest.raises(IntegrityError, match="undeletable"), transaction.atomic():
        bounce.delete()


def test_the_pipe_keeps_a_mail_and_asks_for_patience_while_the_database_is_away(
    sent: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pipe(mail: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail)))
        call_command("receive_mail")

    pipe(report(sent.message_id))
    assert Bounce.objects.count() == 1
    # A table that is not there is as good as a database that does not answer.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE correspondence_incomingmail RENAME TO away")
    with pytest.raises(SystemExit) as end:
        pipe(reply(sent.message_id))
    assert end.value.code == os.EX_TEMPFAIL


def test_the_mailbox_is_emptied_and_marked_only_when_all_is_kept(
    sent: Letter, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert collect_mail() == 0  # none is set
    box = Mailbox(report(sent.message_id), b"\xff\xfe", reply(sent.message_id))
    with serving(box) as port:
        settings.BOUNCE_IMAP_URL = f"imap://bounce%40tate.example:wrong@127.0.0.1:{port}/INBOX"
        assert collect_mail() == 0
        assert "wrong password" in caplog.text
        settings.BOUNCE_IMAP_URL = f"imap://bounce%40tate.example:{quote(box.password)}@127.0.0.1:{port}/INBOX"
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE correspondence_incomingmail RENAME TO away")
            assert collect_mail() == 0
            assert box.seen == set()
            cursor.execute("ALTER TABLE away RENAME TO correspondence_incomingmail")
        assert collect_mail() == 3
        assert box.seen == {1, 2, 3}
        box.seen.clear()  # the answer of the server was lost on the way: they come again
        assert collect_mail() == 3
    assert IncomingMail.objects.count() == 3
    assert Bounce.objects.count() == 1


def test_a_mailbox_that_cannot_be_read_three_times_or_is_not_visited_any_more_is_an_alarm(
    sent: Letter, clerk: User, client: Client, settings: Any
) -> None:
    boss = make_user(sent.agency, Role.MANAGER)
    box = Mailbox(reply(sent.message_id))

    def alarms() -> tuple[bool, bool]:
        """Whether the manager's desk and `/healthz` tell of it; a clerk's desk never does."""
        client.force_login(clerk)
        assert "受信箱" not in client.get("/").text
        client.force_login(boss)
        shown = "受信箱" in client.get("/").text
        return shown, not client.get("/healthz").json()["mailbox"]

    with serving(box) as port, travel(LATER):
        address = f"imap://bounce%40tate.example:{{}}@127.0.0.1:{port}/INBOX"
        settings.BOUNCE_IMAP_URL = address.format("wrong")
        assert alarms() == (False, False)  # nobody has come to it yet
        collect_mail()
        collect_mail()
        assert alarms() == (False, False)
        collect_mail()
        assert alarms() == (True, True)
        page = client.get("/").text
        assert "bounce@tate.example" in page
        assert "wrong password" in page  # why, in the server's words
        assert client.get("/healthz").status_code == 503
        settings.BOUNCE_IMAP_URL = address.format(quote(box.password))
        assert collect_mail() == 1
        assert alarms() == (False, False)
        # A mail that nobody can keep is a visit in vain as well.
        box.mails[2] = away(sent.message_id)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE correspondence_incomingmail RENAME TO away")
            assert [collect_mail() for _ in range(3)] == [0, 0, 0]
            cursor.execute("ALTER TABLE away RENAME TO correspondence_incomingmail")
        assert alarms() == (True, True)
        assert "1件のメールを取り込めません" in client.get("/").text
        assert collect_mail() == 1
        assert alarms() == (False, False)
    with travel(LATER + timedelta(minutes=16)):  # no worker, no beat
        assert alarms() == (True, True)


@pytest.mark.parametrize("url", ["imaps://x@host:port/", "imaps://[x@host/", "http://x@host/", "imaps://host/INBOX"])
def test_a_mailbox_whose_address_is_nonsense_is_one_that_cannot_be_read(
    agency: Agency, settings: Any, url: str
) -> None:
    settings.BOUNCE_IMAP_URL = url
    assert collect_mail() == 0
    assert models.Mailbox.objects.get().last_error.startswith("BOUNCE_IMAP_URL must read")
