"""Queue letters, and what a person may decide about one afterwards."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from accounts.models import Agency, User
from core.bulk import insert
from core.doors import action
from core.errors import Refused
from core.history import event
from core.jobs import ring
from core.models import thread_key
from correspondence.models import Letter, LetterAttachment, Paper
from correspondence.permissions import (
    check_can_cancel_letter,
    check_can_retry_letter,
    check_can_settle_letter,
)
from correspondence.rules import check_addresses, check_one_line
from correspondence.signals import letter_waits_again
from correspondence.states import URGENT, LetterKind, LetterStatus

DRAIN = "correspondence.tasks.drain"
AHEAD = timedelta(days=30)  # how far urgent mail stands before the rest of the queue, however long that waits


@dataclass(frozen=True, kw_only=True)
class NewLetter:
    """A letter to queue. ``key`` makes it unique for ever, such as ``renewal:412:notice-60:2026-05-01``."""

    key: str
    kind: LetterKind
    to: Sequence[str]
    subject: str
    body: str
    to_name: str = ""
    cc: Sequence[str] = ()
    reply_to: str = ""
    papers: Sequence[Paper] = field(default_factory=tuple)
    about: Sequence[models.Model | str] = field(default_factory=tuple)  # records, or their keys
    not_before: datetime | None = None
    wording: str = ""


@dataclass(frozen=True)
class Queued:
    """What became of many letters: those in the outbox by key (new or from before), and the refused with
    reasons."""

    letters: dict[str, Letter]
    refused: dict[str, str]


@action
def queue_letter(
    *,
    agency: Agency,
    key: str,
    kind: LetterKind,
    to: Sequence[str],
    subject: str,
    body: str,
    by: User,
    at: datetime,
    to_name: str = "",
    cc: Sequence[str] = (),
    reply_to: str = "",
    papers: Sequence[Paper] = (),
    about: Sequence[models.Model | str] = (),
    wording: str = "",
) -> Letter:
    """Put one letter into the outbox; it is sent after commit.

    The same key again returns the letter that stands.
    """
    new = NewLetter(
        key=key, kind=kind, to=to, subject=subject, body=body, to_name=to_name, cc=cc, reply_to=reply_to,
        papers=papers, about=about, wording=wording,
    )  # fmt: skip
    outcome = queue_letters(letters=[new], agency=agency, by=by, at=at)
    if key in outcome.refused:
        raise Refused(outcome.refused[key])
    return outcome.letters[key]


@action
def queue_letters(*, letters: Sequence[NewLetter], agency: Agency, by: User, at: datetime) -> Queued:
    """Put many letters into the outbox in a handful of statements.

    A bad address refuses its own letter only.
    """
    rows: dict[str, Letter] = {}
    refused: dict[str, str] = {}
    for new in letters:
        try:
            rows[new.key] = _row(new, agency, by, at)
        except Refused as refusal:
            refused[new.key] = refusal.message
    stored = {letter.key: letter for letter in Letter.objects.filter(key__in=list(rows))}
    # A letter from before keeps the words and the enclosures it was queued with.
    fresh = {key: row for key, row in rows.items() if key not in stored}
    insert(fresh.values())
    insert(
        [
            LetterAttachment(letter=fresh[new.key], paper=paper, position=position)
            for new in letters
            if new.key in fresh
            for position, paper in enumerate(new.papers)
        ]
    )
    stored |= fresh
    if fresh:
        ring(DRAIN)
    return Queued(stored, refused)


def _row(new: NewLetter, agency: Agency, by: User, at: datetime) -> Letter:
    recipients = check_addresses(new.to)
    if not recipients:
        raise Refused("宛先のメールアドレスがありません。お客さまの連絡先にメールアドレスを登録してください。")
    subject = check_one_line(new.subject, "件名")
    if not subject.strip() or not new.body.strip():
        raise Refused("件名と本文を入力してください。")
    return Letter(
        agency=agency,
        key=new.key,
        kind=new.kind,
        to=recipients,
        to_name=check_one_line(new.to_name, "宛名"),
        cc=check_addresses(new.cc),
        reply_to="".join(check_addresses([new.reply_to])) if new.reply_to else "",
        subject=subject,
        body=new.body.replace("\r\n", "\n"),
        wording=new.wording,
        message_id=message_id(new.key),
        about=[thing if isinstance(thing, str) else thread_key(thing) for thing in new.about],
        queued_at=at,
        queued_by=by,
        # The queue is read in the order of this column.
        not_before=at - AHEAD if new.kind in URGENT else max(at, new.not_before or at),
    )


def message_id(key: str) -> str:
    """Our Message-ID: follows from the key alone, so the receiving side can be asked about it at any time."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{settings.LETTER_DOMAIN}>"


@action
def cancel_letter(*, letter: Letter, note: str, by: User, at: datetime) -> Letter:
    """Take a waiting letter out of the outbox (取消)."""
    current = _locked(letter)
    check_can_cancel_letter(by, current)
    return _settle(current, LetterStatus.CANCELLED, note, by, at, "letter.cancelled", "を取り消し")


@action
def settle_letter(*, letter: Letter, outcome: LetterStatus, note: str, by: User, at: datetime) -> Letter:
    """Decide a letter in doubt (要確認): it arrived (SENT), it did not and goes out again (QUEUED), or neither
    (CANCELLED). What has become needless meanwhile is taken back instead of going out again."""
    current = _locked(letter)
    check_can_settle_letter(by, current)
    words = {
        LetterStatus.SENT: "を送信済みと確認",
        LetterStatus.QUEUED: "を未達と確認し、再送を指示",
        LetterStatus.CANCELLED: "を取り消し",
    }
    if outcome not in words:
        raise Refused("送信済み・再送・取消のどれかを選んでください。")
    return _settle(current, outcome, note, by, at, "letter.settled", words[outcome])


@action
def retry_letter(*, letter: Letter, note: str, by: User, at: datetime) -> Letter:
    """Put a failed letter back into the outbox, after its cause was mended. Also here: what has become needless
    meanwhile comes back as CANCELLED."""
    current = _locked(letter)
    check_can_retry_letter(by, current)
    return _settle(current, LetterStatus.QUEUED, note, by, at, "letter.retried", "の再送を指示")


def _locked(letter: Letter) -> Letter:
    return Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)


def _settle(letter: Letter, outcome: LetterStatus, note: str, by: User, at: datetime, verb: str, words: str) -> Letter:
    note = check_one_line(note.strip(), "理由")
    if not note:
        raise Refused("理由を入力してください。", field="note")
    letter.status = outcome
    letter.settled_at, letter.settled_by, letter.settlement = at, by, note
    if outcome == LetterStatus.SENT:
        letter.sent_at, letter.sent_by = letter.claimed_at, by
    if outcome == LetterStatus.QUEUED:
        letter.not_before, letter.attempts = at, 0
        ring(DRAIN)
    letter.save()
    tell(letter, verb, f"メール「{letter.subject}」{words}: {note}", by=by, at=at)
    if outcome == LetterStatus.QUEUED:
        letter_waits_again.send(sender=Letter, letter=letter, by=by, at=at)
        letter.refresh_from_db()
    return letter


def tell(letter: Letter, verb: str, summary: str, *, by: User, at: datetime) -> None:
    """A line of history on the letter and on everything it is about."""
    line = event(verb, summary, about=[letter], by=by, at=at)
    line.about = [*line.about, *letter.about]
    line.save()
