"""The way of a letter: queued once, sent once, and honest about what nobody can know."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from accounts.models import Agency, User
from core import clock
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence.actions import (
    NewLetter,
    handle_bounce,
    queue_letters,
    retry_letter,
)
from correspondence.actions.letters import message_id
from correspondence.models import Letter, LetterAttachment, Paper
from correspondence.queries import bounces_open, dead_addresses, letters_in_doubt
from correspondence.rules import MAX_ATTEMPTS
from correspondence.states import BounceDeed, LetterKind
from correspondence.tasks import drain
from correspondence.transport import Enclosure, compose
from tests.correspondence.conftest import AT
from tests.correspondence.mailserver import Mailbox, free_port, running

LetterMaker = Callable[..., Letter]
PaperMaker = Callable[..., Paper]
TO = "takasaki@customer.example"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with running(box) as port:
        settings.EMAIL_BACKEND = "correspondence.transport.WatchedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield box


def test_a_letter_is_queued_once_and_keeps_its_first_words(make_letter: LetterMaker) -> None:
    first = make_letter()
    again = make_letter(body="別の本文", at=AT + timedelta(hours=1))
    assert again == first
    assert again.body.startswith("髙橋 一郎 様")


@pytest.mark.parametrize(
    "facts",
    [
        {"subject": "件名\r\nBcc: spy@evil.example"},
        {"to": ["a@b.example\nBcc: spy@evil.example"]},
        {"to": ["no address"]},
        {"to": []},
        {"cc": ["a@b.example\r\nX: y"]},
        {"reply_to": "a@b.example\r\nX: y"},
        {"to_name": "髙橋\nBcc: spy@evil.example"},
        {"subject": " "},
        {"body": ""},
        {"to": [f"{n}@b.example" for n in range(21)]},
    ],
)
def test_smuggled_headers_and_wrong_addresses_are_refused(make_letter: LetterMaker, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        make_letter(**facts)
    assert not Letter.objects.exists()


def test_the_database_refuses_a_smuggled_header_too(make_letter: LetterMaker, agency: Agency) -> None:
    letter = make_letter()
    letter.pk, letter.key, letter.message_id = None, "x", "<x>"
    letter.subject = "件名\nBcc: spy@evil.example"
    with pytest.raises(IntegrityError, match="headers_are_one_line"), transaction.atomic():
        letter.save()


def test_many_letters_take_few_statements_and_a_bad_address_stops_only_itself(
    agency: Agency, clerk: User, make_paper: PaperMaker, django_assert_max_num_queries: Any
) -> None:
    paper = make_paper()
    new = [
        NewLetter(
            key=f"renewal:{n}:notice", kind=LetterKind.RENEWAL_NOTICE, subject="更改のご案内", body="本文",
            to=["bad address" if n == 7 else f"c{n}@customer.example"], papers=[paper],
        )
        for n in range(300)
    ]  # fmt: skip
    with django_assert_max_num_queries(6):
        outcome = perform(queue_letters, letters=new, agency=agency, by=clerk, at=AT)
    assert list(outcome.refused) == ["renewal:7:notice"]
    assert len(outcome.letters) == Letter.objects.count() == LetterAttachment.objects.count() == 299
    perform(queue_letters, letters=new, agency=agency, by=clerk, at=AT + timedelta(days=1))
    assert Letter.objects.count() == LetterAttachment.objects.count() == 299


def test_a_letter_arrives_with_its_papers_and_their_japanese_names(
    mailbox: Mailbox, make_letter: LetterMaker, make_paper: PaperMaker
) -> None:
    paper = make_paper()
    name = "髙﨑𠮷田㈱グループ会計事務所ホールディングス 久美子"  # longer than a header's line
    letter = make_letter(papers=[paper], to=["tanaka@日本語.example"], to_name=name, cc=["boss@customer.example"])
    assert drain() == {"SENT": 1}
    letter.refresh_from_db()
    assert (letter.status, letter.sent_by.is_robot, letter.last_error) == ("SENT", True, "")
    [message] = mailbox.messages
    assert message["Message-ID"] == letter.message_id == message_id(letter.key)
    assert message["Auto-Submitted"] == "auto-generated"
    assert name in str(message["To"])
    assert "<tanaka@xn--wgv71a119e.example>" in str(message["To"])
    assert message["Cc"] == "boss@customer.example"
    assert message["Reply-To"] == letter.agency.email
    assert letter.agency.name in str(message["From"])
    text, pdf = message.iter_parts()  # type: ignore[attr-defined]
    assert text.get_content().replace("\r\n", "\n").strip() == letter.body
    assert pdf.get_filename() == "保険証券_C-2026-000123_r1.pdf"
    paper.refresh_from_db()
    assert pdf.get_content() == bytes(paper.content.pdf)
    assert [event.verb for event in timeline(letter)] == ["letter.sent"]


def test_many_letters_share_one_connection(mailbox: Mailbox, make_letter: LetterMaker) -> None:
    for n in range(5):
        make_letter(f"x:{n}")
    assert drain() == {"SENT": 5}
    assert mailbox.sessions == 1


def test_a_second_run_sends_nothing(mailbox: Mailbox, make_letter: LetterMaker) -> None:
    make_letter()
    drain()
    assert drain() == {}
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_server_that_refuses_for_now_is_asked_again_later(
    mailbox: Mailbox, make_letter: LetterMaker, stage: str
) -> None:
    letter = make_letter()
    getattr(mailbox, stage)[TO] = "451 greylisted"
    assert drain() == {"LATER": 1}
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("QUEUED", 1)
    assert letter.not_before > clock.now()
    assert "451" in letter.last_error
    assert drain() == {}  # it rests


def test_a_letter_refused_for_now_again_and_again_fails_in_the_end(mailbox: Mailbox, make_letter: LetterMaker) -> None:
    letter = make_letter()
    mailbox.rcpt[TO] = "450 mailbox busy"
    for _ in range(MAX_ATTEMPTS):
        Letter.objects.update(not_before=AT)
        drain()
    letter.refresh_from_db()
    assert letter.status == "FAILED"
    assert f"{MAX_ATTEMPTS}回" in letter.last_error


@pytest.mark.parametrize(("stage", "answer"), [("rcpt", "554 5.7.1 Relay denied"), ("data", "550 no such user")])
def test_a_server_that_refuses_for_good_fails_the_letter_with_its_reason(
    mailbox: Mailbox, make_letter: LetterMaker, agency: Agency, clerk: User, stage: str, answer: str
) -> None:
    letter = make_letter()
    getattr(mailbox, stage)[TO] = answer
    assert drain() == {"REFUSED": 1}
    letter.refresh_from_db()
    assert letter.status == "FAILED"
    assert answer in letter.last_error
    assert [event.verb for event in timeline(letter)] == ["letter.failed"]
    assert list(letters_in_doubt(agency)) == [letter]
    assert not bounces_open(agency)  # no address is to blame
    getattr(mailbox, stage).clear()
    perform(retry_letter, letter=letter, note="アドレスが開通した", by=clerk, at=clock.now())
    assert drain() == {"SENT": 1}
    letter.refresh_from_db()
    assert (letter.status, letter.settlement) == ("SENT", "アドレスが開通した")


def test_an_address_refused_at_the_door_is_a_bounce_until_somebody_finds_it_to_be_none(
    mailbox: Mailbox, make_letter: LetterMaker, agency: Agency, clerk: User
) -> None:
    letter = make_letter()
    mailbox.rcpt[TO] = "550 5.1.1 <takasaki@customer.example>: User unknown"
    assert drain() == {"REFUSED": 1}
    [bounce] = bounces_open(agency)
    assert (bounce.letter, bounce.mail, bounce.address, bounce.is_permanent) == (letter, None, TO, True)
    assert bounce.owner == clerk
    assert "宛先のメールアドレスが存在しません" in bounce.diagnostic
    assert dead_addresses(agency) == {TO}
    assert not letters_in_doubt(agency)  # one task, not two
    retry = {"letter": letter, "note": "開通した", "by": clerk, "at": clock.now()}
    with pytest.raises(Refused, match="不達に対応する"):
        perform(retry_letter, **retry)
    perform(handle_bounce, bounce=bounce, deed=BounceDeed.DISMISSED, note="先方の設定の誤り", by=clerk, at=clock.now())
    assert list(letters_in_doubt(agency)) == [letter]
    mailbox.rcpt.clear()
    perform(retry_letter, **retry)
    assert drain() == {"SENT": 1}


def test_one_refused_recipient_beside_others_is_told(
    mailbox: Mailbox, make_letter: LetterMaker, agency: Agency
) -> None:
    letter = make_letter(to=[TO, "gone@customer.example"])
    mailbox.rcpt["gone@customer.example"] = "550 gone"
    drain()
    letter.refresh_from_db()
    assert letter.status == "SENT"
    assert "gone@customer.example" in letter.last_error
    assert [bounce.address for bounce in bounces_open(agency)] == ["gone@customer.example"]


@pytest.mark.parametrize("answer", ["cut", "cut-before"])
def test_a_line_cut_while_handing_over_waits_for_a_person(
    mailbox: Mailbox, make_letter: LetterMaker, answer: str
) -> None:
    letter = make_letter()
    mailbox.data[TO] = answer
    assert drain() == {"UNKNOWN": 1}
    letter.refresh_from_db()
    assert letter.status == "UNKNOWN"
    mailbox.data.clear()
    assert drain() == {}  # never sent again by itself
    assert len(mailbox.messages) == (answer == "cut")


def test_a_line_cut_before_the_text_is_tried_again(mailbox: Mailbox, make_letter: LetterMaker) -> None:
    letter = make_letter()
    mailbox.rcpt[TO] = "cut"
    assert drain() == {"UNREACHABLE": 1}
    letter.refresh_from_db()
    assert letter.status == "QUEUED"


def test_a_server_that_is_away_delays_and_loses_nothing(
    mailbox: Mailbox, make_letter: LetterMaker, settings: Any
) -> None:
    letters = [make_letter(f"x:{n}") for n in range(3)]
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    assert drain() == {"UNREACHABLE": 1}  # the other two are not even tried
    assert set(Letter.objects.values_list("status", flat=True)) == {"QUEUED"}
    settings.EMAIL_PORT = there
    Letter.objects.update(not_before=AT)
    assert drain() == {"SENT": len(letters)}


def test_a_paper_that_cannot_be_made_fails_its_letter_and_loses_nothing(
    mailbox: Mailbox, make_letter: LetterMaker, make_paper: PaperMaker, settings: Any
) -> None:
    letter = make_letter(papers=[make_paper()])
    forms = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": engine["DIRS"][:1]} for engine in forms]  # the form is gone
    assert drain() == {"REFUSED": 1}
    letter.refresh_from_db()
    assert letter.status == "FAILED"
    assert "添付書類を作れません" in letter.last_error
    settings.TEMPLATES = forms
    perform(retry_letter, letter=letter, note="様式を直した", by=letter.queued_by, at=clock.now())
    assert drain() == {"SENT": 1}


def test_a_broker_that_is_down_does_not_stop_the_office(
    child_environment: dict[str, str], mailbox: Mailbox, make_letter: LetterMaker
) -> None:
    make_letter("first")
    script = (
        "import django; django.setup()\n"
        "from core.doors import perform; from core import clock\n"
        "from accounts.models import User\n"
        "from correspondence.actions import queue_letter\n"
        "by = User.objects.get(username='clerk')\n"
        "perform(queue_letter, agency=by.agency, key='second', kind='OTHER', to=['a@customer.example'],\n"
        "        subject='x', body='y', by=by, at=clock.now())\n"
    )
    environment = {**child_environment, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    assert drain() == {"SENT": 2}  # the sweep needs no bell


def test_files_put_in_at_the_end_give_the_bytes_of_the_standard_way(make_letter: LetterMaker) -> None:
    pdf = bytes(range(256)) * 300 + b"\n.\r\n"
    enclosures = [Enclosure("更改のご案内.pdf", pdf), Enclosure("同じ.pdf", pdf), Enclosure("空.pdf", b"x")]
    ours = compose(make_letter(), enclosures, at=AT)
    standard = EmailMessage(
        ours.subject, ours.body, ours.from_email, ours.to, headers=ours.extra_headers, reply_to=ours.reply_to,
        attachments=ours.attachments,
    )  # fmt: skip

    def written(message: EmailMessage) -> bytes:
        return re.sub(rb"={15}\d+==", b"boundary", message.message().as_bytes(linesep="\r\n"))

    assert written(ours) == written(standard)
    assert ours.attachments[0].content == pdf


def test_lines_that_begin_with_a_dot_arrive_as_they_were_written(mailbox: Mailbox, make_letter: LetterMaker) -> None:
    body = "一行目\n.\n..二つ\n最後"
    make_letter(body=body)
    make_letter("plain", body="点のない本文")
    assert drain() == {"SENT": 2}
    texts = [message.get_content().replace("\r\n", "\n").strip() for message in mailbox.messages]
    assert texts == [body, "点のない本文"]
