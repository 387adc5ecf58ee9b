"""The way of a letter through the outbox, one conditional UPDATE at a time.

The row is claimed and committed before anything is sent, and the outcome is noted afterwards. Whoever dies in between
leaves a claim behind; after the lease it becomes UNKNOWN and waits for a person, for nobody here can know whether the
letter left the house.
"""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from core.doors import action
from correspondence.actions.letters import tell
from correspondence.models import Letter
from correspondence.models.letters import LetterQuerySet
from correspondence.rules import MAX_ATTEMPTS, wait_after
from correspondence.states import LetterStatus


@action
def claim_letter(*, letter: Letter, claimant: str, by: User, at: datetime) -> Letter | None:
    """Take a waiting letter for sending. None when somebody else was faster, or it was cancelled."""
    waiting = Letter.objects.filter(pk=letter.pk, status=LetterStatus.QUEUED, not_before__lte=at)
    if not waiting.update(
        status=LetterStatus.SENDING,
        claimed_at=at,
        claimed_by=f"{by.username}@{claimant}"[:80],
        attempts=letter.attempts + 1,
    ):
        return None
    letter.refresh_from_db(fields=["status", "claimed_at", "claimed_by", "attempts"])
    return letter


@action
def note_sent(*, letter: Letter, remark: str, by: User, at: datetime) -> bool:
    """The server took the letter. Also noted when the lease had run out meanwhile: now we do know."""
    # Somebody sent it back to the queue before we could tell: take it from there, it must not go twice.
    _ours(letter, LetterStatus.QUEUED).update(status=LetterStatus.SENDING)
    noted = _ours(letter, LetterStatus.SENDING, LetterStatus.UNKNOWN).update(
        status=LetterStatus.SENT, sent_at=at, sent_by=by, last_error=remark[:500]
    )
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
    _ours(letter, LetterStatus.SENDING).update(
        status=LetterStatus.QUEUED, not_before=at + wait_after(letter.attempts), last_error=reason[:500]
    )


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
