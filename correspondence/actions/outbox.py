"""The way of a letter through the outbox, one conditional UPDATE at a time.

The row is claimed and committed before anything is sent, and the outcome is noted afterwards. Whoever dies in between
leaves a claim behind; after the lease it becomes UNKNOWN and waits for a person, for nobody here can know whether the
letter left the house.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import User
from core.doors import action
from correspondence.actions.bounces import note_bounce, recipient_meant
from correspondence.actions.letters import tell
from correspondence.incoming.diagnosing import diagnose
from correspondence.models import Letter
from correspondence.models.letters import LetterQuerySet
from correspondence.rules import MAX_ATTEMPTS, wait_after
from correspondence.signals import letter_waits_again
from correspondence.states import LetterStatus
from correspondence.transport import Outcome, Result

# The first of them that still waits, whoever else looks at the same ones.
_CLAIM = """
UPDATE correspondence_letter
SET status = %(sending)s, claimed_at = %(at)s, claimed_by = %(claimant)s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM correspondence_letter
    WHERE id = ANY(%(letters)s) AND status = %(queued)s AND not_before <= %(at)s
    ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts
"""


@action
def note_and_claim(
    *, sent: tuple[Letter, Outcome] | None, waiting: Sequence[Letter], claimant: str, by: User, at: datetime
) -> Letter | None:
    """Write down what became of the last letter, and take the next of those that wait: one commit for both, and still
    no more than one letter in the hands of a worker at any moment. None when nothing was left to take."""
    if sent is not None:
        note_outcome(letter=sent[0], outcome=sent[1], by=by, at=at)
    if not waiting:
        return None
    return _claim(waiting, claimant, by, at)


@action
def note_outcome(*, letter: Letter, outcome: Outcome, by: User, at: datetime) -> None:
    """What is certain about one attempt."""
    match outcome.result:
        case Result.SENT:
            note_sent(letter=letter, remark=outcome.reason, by=by, at=at)
        case Result.REFUSED:
            note_failed(letter=letter, reason=outcome.reason, by=by, at=at)
        case Result.UNKNOWN:
            note_unknown(letter=letter, reason=outcome.reason, by=by, at=at)
        case Result.LATER | Result.UNREACHABLE:
            keep_trying = outcome.result is Result.UNREACHABLE
            note_refused_for_now(letter=letter, reason=outcome.reason, by=by, at=at, keep_trying=keep_trying)
    if outcome.result in {Result.SENT, Result.REFUSED}:
        _note_missed(letter, outcome, by, at)


def _note_missed(letter: Letter, outcome: Outcome, by: User, at: datetime) -> None:
    """Whom the server refused at the door (不達), without a mail that would say so later.

    A letter nobody took, where no address is to blame, is a failure alone: its cause is mended and it goes again.
    """
    for said, answer in outcome.missed:
        is_permanent, words = diagnose(answer)
        address = recipient_meant(letter, [said])
        if address is not None and (is_permanent or outcome.result is Result.SENT):
            note_bounce(letter=letter, address=address, is_permanent=is_permanent, reason=words, by=by, at=at)


def _claim(waiting: Sequence[Letter], claimant: str, by: User, at: datetime) -> Letter | None:
    known = {letter.pk: letter for letter in waiting}
    name = f"{by.username}@{claimant}"[:80]
    facts: dict[str, Any] = {"letters": list(known), "sending": LetterStatus.SENDING, "queued": LetterStatus.QUEUED}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {**facts, "claimant": name, "at": at})
        found = cursor.fetchone()
    if found is None:
        return None
    letter = known[found[0]]
    letter.status, letter.attempts, letter.claimed_at, letter.claimed_by = LetterStatus.SENDING, found[1], at, name
    return letter


@action
def note_sent(*, letter: Letter, remark: str, by: User, at: datetime) -> bool:
    """The server took the letter. Also noted when the lease had run out meanwhile: now we do know."""
    done = {"status": LetterStatus.SENT, "sent_at": at, "sent_by": by, "last_error": remark[:500]}
    noted = _ours(letter, LetterStatus.SENDING, LetterStatus.UNKNOWN).update(**done)
    # Somebody sent it back to the queue before we could tell: take it from there, it must not go twice.
    if not noted and _ours(letter, LetterStatus.QUEUED).update(status=LetterStatus.SENDING):
        noted = _ours(letter, LetterStatus.SENDING).update(**done)
    recipients = "、".join(letter.to)
    if noted:
        words = f"メール「{letter.subject}」を{recipients}に送信"
        tell(letter, "letter.sent", f"{words}({remark})" if remark else words, by=by, at=at)
    else:
        tell(
            letter,
            "letter.sent_late",
            f"メール「{letter.subject}」は、処理が決まった後に送信済みと分かりました。二重送付でないか確認してください",
            by=by,
            at=at,
        )
    return bool(noted)


@action
def note_refused_for_now(*, letter: Letter, reason: str, by: User, at: datetime, keep_trying: bool) -> None:
    """Nothing was sent; the letter rests and goes again. A letter the server keeps refusing fails in the end."""
    if letter.attempts >= MAX_ATTEMPTS and not keep_trying:
        note_failed(letter=letter, reason=f"{letter.attempts}回送信を試みましたが届きません。{reason}", by=by, at=at)
        return
    waits = {"status": LetterStatus.QUEUED, "not_before": at + wait_after(letter.attempts)}
    if _ours(letter, LetterStatus.SENDING).update(**waits, last_error=reason[:500]):
        letter_waits_again.send(sender=Letter, letter=letter, by=by, at=at)


@action
def note_failed(*, letter: Letter, reason: str, by: User, at: datetime) -> None:
    """The letter cannot be sent as it is; a person must mend something."""
    if _ours(letter, LetterStatus.SENDING).update(status=LetterStatus.FAILED, last_error=reason[:500]):
        tell(letter, "letter.failed", f"メール「{letter.subject}」を送信できません: {reason}", by=by, at=at)


@action
def note_unknown(*, letter: Letter, reason: str, by: User, at: datetime) -> None:
    """The connection broke at the one moment when nobody can tell; a person decides."""
    if _ours(letter, LetterStatus.SENDING).update(status=LetterStatus.UNKNOWN, last_error=reason[:500]):
        tell(letter, "letter.unknown", f"メール「{letter.subject}」は要確認: {reason}", by=by, at=at)


@action
def mark_stale_letters_due(*, by: User, at: datetime) -> int:
    """Claims older than the lease become UNKNOWN; their worker died or hangs. Returns how many."""
    before = at - timedelta(seconds=settings.LETTER_LEASE_SECONDS)
    stale = Letter.objects.select_for_update(skip_locked=True).filter(
        status=LetterStatus.SENDING, claimed_at__lt=before
    )
    letters = list(stale)
    for letter in letters:
        reason = "送信の途中で処理が止まりました。届いたかどうかを相手先に確認してください。"
        note_unknown(letter=letter, reason=reason, by=by, at=at)
    return len(letters)


def _ours(letter: Letter, *statuses: LetterStatus) -> LetterQuerySet:
    """The row, as long as it is in our hands."""
    return Letter.objects.filter(pk=letter.pk, status__in=statuses, claimed_by=letter.claimed_by)
