"""Keep a mail that came in, find the letter it is about, and note what did not arrive."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from correspondence.actions.bounces import note_bounce, recipient_meant, writer_of
from correspondence.actions.letters import tell
from correspondence.blanks import BLANK
from correspondence.incoming.arriving import Arrived
from correspondence.incoming.diagnosing import diagnose
from correspondence.incoming.reading import TEXT_KEPT, Failure, Reading
from correspondence.models import IncomingMail, Letter
from correspondence.permissions import check_can_handle_incoming
from correspondence.rules import check_one_line
from correspondence.signals import letter_answered
from correspondence.states import URGENT, IncomingKind


@action
def keep_mail(*, arrived: Arrived, reading: Reading, by: User, at: datetime) -> IncomingMail:
    """Keep one mail; the same bytes again return the row that stands, and nothing else happens.

    Only a letter that left this house, by its Message-ID, can have come back or been answered.
    """
    letter = _letter_of(reading)
    kind = IncomingKind.OTHER if reading.kind == IncomingKind.REPLY and letter is None else reading.kind
    mail, is_new = IncomingMail.objects.get_or_create(
        sha256=arrived.sha256,
        defaults={
            "agency_id": letter.agency_id if letter else by.agency_id, "size": arrived.size, "received_at": at,
            "received_by": by, "kind": kind, "letter": letter, "sender": reading.sender, "subject": reading.subject,
            "text": _harmless(reading.text, letter), "owner": writer_of(letter) if letter else None,
        },
    )  # fmt: skip
    if not is_new or letter is None:
        return mail
    if kind == IncomingKind.BOUNCE:
        for address, failure in _missed(letter, reading):
            note_bounce(
                letter=letter, address=address, is_permanent=failure.is_permanent,
                reason=_harmless(failure.diagnostic, letter), mail=mail, by=by, at=at,
            )  # fmt: skip
    elif kind == IncomingKind.REPLY:
        tell(letter, "letter.answered", f"メール「{letter.subject}」にお客さまから返信がありました", by=by, at=at)
        letter_answered.send(sender=IncomingMail, mail=mail, by=by, at=at)
    elif kind in {IncomingKind.DELAY, IncomingKind.AUTO_REPLY}:
        words = f"メール「{letter.subject}」に{mail.get_kind_display()}が届きました"
        tell(letter, "letter.echoed", words, by=by, at=at)
    return mail


def _letter_of(reading: Reading) -> Letter | None:
    found = {
        letter.message_id: letter
        for letter in Letter.objects.filter(message_id__in=reading.letters, attempts__gt=0).select_related("queued_by")
    }
    return next((found[name] for name in reading.letters if name in found), None)


def _missed(letter: Letter, reading: Reading) -> Iterator[tuple[str, Failure]]:
    """The failures with the address as the letter has it."""
    for failure in reading.failures or (Failure((), *diagnose(reading.text[:300])),):
        if (known := recipient_meant(letter, failure.addresses)) is not None:
            yield known, failure


def _harmless(text: str, letter: Letter | None) -> str:
    """The text without what only its reader may see: answers and failures quote the letter with its link or code."""
    text = re.sub(rf"{re.escape(settings.SITE_URL)}/\S+", BLANK, text)
    if letter is not None and letter.kind in URGENT:
        text = re.sub(r"(?<!\d)\d{6}(?!\d)", BLANK, text)
    return text[:TEXT_KEPT]


@action
def handle_incoming(*, mail: IncomingMail, note: str, by: User, at: datetime) -> IncomingMail:
    """A person read it; `note` says what came of it."""
    row = IncomingMail.objects.select_for_update(of=("self",)).select_related("letter").get(pk=mail.pk)
    check_can_handle_incoming(by, row)
    row.note = check_one_line(note.strip(), "対応の内容")
    if not row.note:
        raise Refused("対応の内容を入力してください。", field="note")
    row.handled_at, row.handled_by = at, by
    row.save()
    summary = f"受信メール「{row}」に対応しました: {row.note}"
    concerned = row.letter.about if row.letter else []
    record("correspondence.handle_incoming", summary, about=[row, *concerned], by=by, at=at)
    return row
