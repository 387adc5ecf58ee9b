"""The way of a 一括処理: asked for once, worked off line by line, never a line twice.

A worker claims the batch and does each line in a transaction of its own, in which it also renews its claim and writes
the line's result: the deed is there exactly when its result is. Whoever dies leaves a claim behind; after the lease
another goes on with the first line that waits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from core.bulk import insert
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.jobs import ring
from renewals.actions.answering import open_renewal_quote
from renewals.actions.assigning import assign_renewal
from renewals.actions.presenting import present_quote
from renewals.actions.reminding import remind_renewal
from renewals.models import Batch, BatchLine, Renewal
from renewals.permissions import check_can_ask_batch, check_can_carry
from renewals.states import BatchStatus, BatchVerb, LineStatus

TASK = "renewals.tasks.work_batches"
# A line takes a second at most; a claim nobody renewed for so long belongs to a worker that is gone.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
MOST_ROWS = 2000


@action
def ask_batch(
    *, key: UUID, verb: str, rows: Sequence[int], owner: User | None = None, note: str = "", by: User, at: datetime
) -> Batch:
    """Have one deed done on many renewals, given by their numbers. The same form sent twice is one batch."""
    known = Batch.objects.visible_to(by).filter(key=key, asked_by=by).first()
    if known is not None:
        return known
    check_can_ask_batch(by, verb)
    if verb == BatchVerb.ASSIGN:
        if owner is None:
            raise Refused("新しい担当者を選んでください。", field="owner")
        check_can_carry(owner, by.agency_id, at)
    if not rows:
        raise Refused("更改を1件以上選んでください。")
    if len(set(rows)) > MOST_ROWS:
        raise Refused(f"一度に処理できるのは{MOST_ROWS:,}件までです。条件で絞り込んでください。")
    found = (
        Renewal.objects.visible_to(by).filter(pk__in=rows).order_by("term_end_at", "pk").values_list("pk", flat=True)
    )
    chosen = list(found)
    if len(chosen) != len(set(rows)):
        raise Refused("選んだ更改の一部が見つかりません。一覧を開き直して、選び直してください。")
    batch = Batch.objects.create(
        agency_id=by.agency_id, key=key, verb=verb, owner=owner if verb == BatchVerb.ASSIGN else None,
        note=note[:200], total=len(chosen), asked_at=at, asked_by=by,
    )  # fmt: skip
    insert(BatchLine(batch=batch, renewal_id=pk) for pk in chosen)
    words = f"更改{len(chosen):,}件の一括処理({batch.get_verb_display()})を始めました。"
    record("renewals.ask_batch", words, about=[batch], by=by, at=at, note=note)
    ring(TASK)
    return batch


@action
def claim_batch(*, batch: Batch, claimant: str, at: datetime) -> Batch | None:
    """Take a waiting batch. None when another worker was faster."""
    waiting = Batch.objects.filter(pk=batch.pk, status=BatchStatus.PENDING)
    if not waiting.update(
        status=BatchStatus.RUNNING, claimed_at=at, claimed_by=claimant[:80], attempts=batch.attempts + 1,
        started_at=batch.started_at or at,
    ):  # fmt: skip
        return None
    return Batch.objects.select_related("asked_by", "owner").get(pk=batch.pk)


@action
def do_line(*, batch: Batch, line: BatchLine, claimant: str, at: datetime) -> bool:
    """Do one line and write its result. False when the batch is not ours any more. Raises what the deed refuses; the
    caller writes that down with `refuse_line`."""
    if not _ours(batch, claimant).update(claimed_at=at, attempts=0):
        return False
    row = BatchLine.objects.select_for_update(of=("self",)).select_related("renewal__policy").get(pk=line.pk)
    if row.status != LineStatus.WAITING:
        return True
    by = batch.asked_by
    if not by.is_active or by.has_left(jst(at).date()):
        raise Refused(f"依頼した{by.name}さんは退職したか、利用停止中です。ほかの人が依頼し直してください。")
    _write(row, LineStatus.DONE, _deed(batch, row.renewal, at), at)
    return True


@action
def refuse_line(*, batch: Batch, line: BatchLine, reason: str, claimant: str, at: datetime) -> bool:
    """Write down why a line was not done. False when the batch is not ours any more."""
    if not _ours(batch, claimant).update(claimed_at=at, attempts=0):
        return False
    row = BatchLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if row.status == LineStatus.WAITING:
        _write(row, LineStatus.REFUSED, reason, at)
    return True


@action
def finish_batch(*, batch: Batch, claimant: str, by: User, at: datetime) -> bool:
    """No line waits any more."""
    if batch.lines.filter(status=LineStatus.WAITING).exists():
        return False
    done = _ours(batch, claimant).update(status=BatchStatus.DONE, finished_at=at)
    if done:
        refused = batch.lines.filter(status=LineStatus.REFUSED).count()
        words = f"更改の一括処理({batch.get_verb_display()})が終わりました: 完了{batch.total - refused:,}件"
        words += f"、できなかったもの{refused:,}件。" if refused else "。"
        record("renewals.finish_batch", words, about=[batch], by=by, at=at)
    return bool(done)


@action
def release_batch(*, batch: Batch, claimant: str, at: datetime) -> None:
    """This worker's time is up; the next one goes on."""
    _ours(batch, claimant).update(status=BatchStatus.PENDING, claimed_at=at, claimed_by="")


@action
def take_back_stale_batches_due(*, by: User, at: datetime) -> int:
    """Batches whose worker is gone wait again. A line at which three workers in a row died is refused, or it would
    hold up all behind it. Returns how many were taken back."""
    stale = Batch.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status=BatchStatus.RUNNING, claimed_at__lt=at - LEASE
    )
    count = 0
    for batch in stale:
        count += 1
        if batch.attempts >= MOST_ATTEMPTS:
            first = batch.lines.filter(status=LineStatus.WAITING).order_by("pk").first()
            if first is not None:
                _write(
                    first,
                    LineStatus.REFUSED,
                    "処理が続けて止まりました。この行を画面で確認し、管理者に連絡してください。",
                    at,
                )
            batch.attempts = 0
        batch.status, batch.claimed_by = BatchStatus.PENDING, ""
        batch.save(update_fields=["status", "claimed_by", "attempts"])
    return count


def _deed(batch: Batch, renewal: Renewal, at: datetime) -> str:
    """Do what the batch is for, in the name of who asked. Returns what was done, as a sentence."""
    by = batch.asked_by
    match batch.verb:
        case BatchVerb.ASSIGN:
            assert batch.owner is not None  # a constraint of the batch
            assign_renewal(renewal=renewal, owner=batch.owner, note=batch.note, by=by, at=at)
            return f"{batch.owner.name}さんの担当にしました。"
        case BatchVerb.REMIND:
            letter = remind_renewal(renewal=renewal, by=by, at=at)
            return f"{letter.to_name}様への再案内のメールを作成しました。順に送信します。"
        case BatchVerb.QUOTE:
            quote = open_renewal_quote(renewal=renewal, by=by, at=at)
            return f"見積{quote.number}を開きました({quote.get_status_display()})。"
    _, words = present_quote(renewal=renewal, by=by, at=at)
    return words


def _write(line: BatchLine, status: LineStatus, result: str, at: datetime) -> None:
    line.status, line.result, line.finished_at = status, result[:400], at
    line.save(update_fields=["status", "result", "finished_at"])


def _ours(batch: Batch, claimant: str) -> QuerySet[Batch]:
    """The row, as long as it is in our hands."""
    return Batch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING, claimed_by=claimant[:80])
