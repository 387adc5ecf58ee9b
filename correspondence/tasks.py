"""The doors of the post: the outbox, where nothing is sent inside a transaction, and the mailbox that fills up."""

import logging
import os
import random
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator

from celery import shared_task
from django.conf import settings

from accounts.models import User
from accounts.queries import robot
from core import clock
from core.doors import perform
from correspondence.actions.archive import bytes_of
from correspondence.actions.mailbox import note_visit
from correspondence.actions.outbox import mark_stale_letters_due, note_and_claim
from correspondence.blanks import BlankLost, body_of
from correspondence.incoming.mailbox import MailboxAway, collect, name_of
from correspondence.incoming.receiving import receive
from correspondence.models import Letter
from correspondence.queries import due_letters
from correspondence.shelf import RenderingFailed
from correspondence.states import LetterStatus
from correspondence.transport import Enclosure, Outcome, Result, Wire

log = logging.getLogger(__name__)

# One run stops well before the task's time limit; beat comes again after 20 seconds.
RUN_SECONDS = 600
# So many letters are looked at together, for so long: then the queue may have something more urgent.
WINDOW = 20
WINDOW_SECONDS = 1.0


@shared_task(name="correspondence.tasks.drain", ignore_result=True)
def drain() -> dict[str, int]:
    """Send what is due. Returns how many letters went which way."""
    by = robot()
    counts: Counter[str] = Counter()
    counts["stale"] = perform(mark_stale_letters_due, by=by, at=clock.now())
    with Wire() as wire:
        for outcome in _sent(Window(), wire, by):
            counts[outcome.result.name] += 1
    sent = {name: count for name, count in counts.items() if count}
    if sent:
        log.info("outbox: %s", sent)
    return sent


def _sent(window: "Window", wire: Wire, by: User) -> Iterator[Outcome]:
    """Letter after letter. What became of one is committed together with the claim of the next, before that leaves."""
    claimant = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-60:]
    stop_at = time.monotonic() + RUN_SECONDS
    last: tuple[Letter, Outcome] | None = None
    while True:
        reachable = last is None or last[1].result is not Result.UNREACHABLE
        # Without a server the others wait too: no use in asking for each of them.
        ready = window.ready() if reachable and time.monotonic() < stop_at else []
        facts = {"sent": last, "waiting": ready, "claimant": claimant, "by": by, "at": clock.now()}
        letter: Letter | None = perform(note_and_claim, **facts) if last or ready else None
        last = None
        if letter is not None:
            last = letter, _hand_over(letter, wire, window.spoilt.get(letter.pk, ""))
            yield last[1]
        elif not reachable or time.monotonic() >= stop_at or not window.renew():
            return


def _hand_over(letter: Letter, wire: Wire, spoilt: str) -> Outcome:
    """The one attempt to send a letter that is ours; its papers exist."""
    try:
        body = body_of(letter, at=clock.now())
    except BlankLost as lost:
        return Outcome(Result.REFUSED, str(lost))
    if spoilt:
        return Outcome(Result.REFUSED, f"添付書類を作れません。{spoilt}")
    enclosures = [
        Enclosure(one.paper.filename, bytes_of(one.paper, at=clock.now())) for one in letter.attachments.all()
    ]
    return wire.send(letter, enclosures, body=body, at=clock.now())


class Window:
    """The next letters as one worker sees them. Several look at the same ones; each claims what is still free.

    Papers are typeset before the claim: the lease has to cover nothing but the sending.
    """

    def __init__(self) -> None:
        self.spoilt: dict[int, str] = {}  # whose papers cannot be made, and why
        self._whole: list[Letter] = []
        self._until = 0.0

    def ready(self) -> list[Letter]:
        """Those that can be sent at once. Empty when it is time to look again."""
        if time.monotonic() >= self._until:
            return []
        self._whole = [letter for letter in self._whole if letter.status == LetterStatus.QUEUED]
        return self._whole

    def renew(self) -> bool:
        """Look at the queue again; where no letter is complete, make one so. False when none waits."""
        letters = due_letters(clock.now(), limit=WINDOW)
        self._whole = [letter for letter in letters if self._is_whole(letter)]
        if letters and not self._whole:
            self._whole = [random.choice(letters)]  # noqa: S311 - no secret; two workers seldom typeset the same
            self._complete(self._whole[0])
        self._until = time.monotonic() + WINDOW_SECONDS
        return bool(letters)

    def _is_whole(self, letter: Letter) -> bool:
        papers = (one.paper for one in letter.attachments.all())
        return letter.pk in self.spoilt or all(paper.content_id is not None for paper in papers)

    def _complete(self, letter: Letter) -> None:
        try:
            for one in letter.attachments.all():
                bytes_of(one.paper, at=clock.now())
        except RenderingFailed as failure:
            self.spoilt[letter.pk] = str(failure)


@shared_task(name="correspondence.tasks.collect_mail", ignore_result=True)
def collect_mail() -> int:
    """Empty the mailbox our letters come back to. Returns how many were kept; without a mailbox there is nothing."""
    if not settings.BOUNCE_IMAP_URL:
        return 0
    by = robot()
    try:
        visit = collect(settings.BOUNCE_IMAP_URL, lambda mail: receive(mail, by=by, at=clock.now()))
        kept, trouble = visit.kept, f"{visit.left}件のメールを取り込めません。" if visit.left else ""
    except MailboxAway as away:
        log.error("the mailbox for returned mail cannot be read: %s", away)
        kept, trouble = 0, str(away)
    # After three visits in vain the desk and /healthz say so.
    perform(note_visit, mailbox=name_of(settings.BOUNCE_IMAP_URL), trouble=trouble, by=by, at=clock.now())
    return kept
