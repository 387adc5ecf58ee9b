"""The doors of the post: the outbox, where nothing is sent inside a transaction, and the mailbox that fills up."""

import logging
import os
import random
import socket
import time
import uuid
from collections import Counter

from celery import shared_task
from django.conf import settings

from accounts.models import User
from accounts.queries import robot
from core import clock
from core.doors import perform
from correspondence.actions.archive import bytes_of
from correspondence.actions.outbox import (
    claim_letter,
    mark_stale_letters_due,
    note_failed,
    note_refused_for_now,
    note_sent,
    note_unknown,
)
from correspondence.blanks import BlankLost, body_of
from correspondence.incoming.mailbox import MailboxAway, collect
from correspondence.incoming.receiving import receive
from correspondence.models import Letter
from correspondence.queries import due_letters
from correspondence.rendering import RenderingFailed
from correspondence.states import URGENT
from correspondence.transport import Enclosure, Outcome, Result, Wire

log = logging.getLogger(__name__)

# One run stops well before the task's time limit; beat comes again after 20 seconds.
RUN_SECONDS = 600
# Several workers pick at random among the first, so that they seldom typeset papers for the same letter.
WINDOW = 20


@shared_task(name="correspondence.tasks.drain", ignore_result=True)
def drain() -> dict[str, int]:
    """Send what is due. Returns how many letters went which way."""
    by = robot()
    claimant = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-60:]
    counts: Counter[str] = Counter()
    counts["stale"] = perform(mark_stale_letters_due, by=by, at=clock.now())
    stop_at = time.monotonic() + RUN_SECONDS
    with Wire() as wire:
        while time.monotonic() < stop_at:
            waiting = due_letters(clock.now(), limit=WINDOW)
            if not waiting:
                break
            # Somebody sits before the screen and waits for his code: it goes before the morning's hundreds.
            first = [letter for letter in waiting if letter.kind in URGENT] or waiting
            result = _deliver(random.choice(first), wire, claimant, by)  # noqa: S311 - no secret
            counts[result] += 1
            if result == Result.UNREACHABLE.name:
                break  # the others wait for the server too: no use in asking for each of them
    sent = {name: count for name, count in counts.items() if count}
    if sent:
        log.info("outbox: %s", sent)
    return sent


def _deliver(letter: Letter, wire: Wire, claimant: str, by: User) -> str:
    """Papers first, then the claim, then the wire: the lease has to cover nothing but the sending."""
    enclosures: list[Enclosure] = []
    lacking = body = ""
    try:
        body = body_of(letter, at=clock.now())
        for attachment in letter.attachments.all():
            pdf = bytes_of(attachment.paper, at=clock.now())
            enclosures.append(Enclosure(attachment.paper.filename, pdf))
    except RenderingFailed as failure:
        lacking = f"添付書類を作れません。{failure}"
    except BlankLost as lost:
        lacking = str(lost)
    if perform(claim_letter, letter=letter, claimant=claimant, by=by, at=clock.now()) is None:
        return "TAKEN"
    if lacking:
        perform(note_failed, letter=letter, reason=lacking, by=by, at=clock.now())
        return Result.REFUSED.name
    outcome = wire.send(letter, enclosures, body=body, at=clock.now())
    _note(letter, outcome, by)
    return outcome.result.name


def _note(letter: Letter, outcome: Outcome, by: User) -> None:
    at = clock.now()
    match outcome.result:
        case Result.SENT:
            perform(note_sent, letter=letter, remark=outcome.reason, by=by, at=at)
        case Result.REFUSED:
            perform(note_failed, letter=letter, reason=outcome.reason, by=by, at=at)
        case Result.UNKNOWN:
            perform(note_unknown, letter=letter, reason=outcome.reason, by=by, at=at)
        case Result.LATER | Result.UNREACHABLE:
            perform(
                note_refused_for_now,
                letter=letter,
                reason=outcome.reason,
                by=by,
                at=at,
                keep_trying=outcome.result is Result.UNREACHABLE,
            )


@shared_task(name="correspondence.tasks.collect_mail", ignore_result=True)
def collect_mail() -> int:
    """Empty the mailbox our letters come back to. Returns how many were kept; without a mailbox there is nothing."""
    if not settings.BOUNCE_IMAP_URL:
        return 0
    by = robot()
    try:
        return collect(settings.BOUNCE_IMAP_URL, lambda mail: receive(mail, by=by, at=clock.now()))
    except MailboxAway as away:
        log.error("the mailbox for returned mail cannot be read: %s", away)
        return 0
