"""Beat rings with nothing but the time; the day is read here (config/celery.py has the timetable)."""

import logging
import os
import socket
import time
import uuid
from datetime import date

from celery import shared_task
from django.db import InterfaceError, OperationalError

from accounts.queries import robot
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.jobs import ring
from renewals.actions.batching import (
    TASK,
    claim_batch,
    do_line,
    finish_batch,
    refuse_line,
    release_batch,
    take_back_stale_batches_due,
)
from renewals.models import Batch
from renewals.queries import is_round_finished
from renewals.round import LONGEST_REST, has_leapt, run_round
from renewals.states import BatchStatus, LineStatus, RoundKind

log = logging.getLogger(__name__)

# The outbox waits for the same workers: a long batch lets go in between and rings for itself again.
BATCH_SECONDS = 60


@shared_task(name="renewals.tasks.nightly_round")
def nightly_round() -> None:
    """The morning's round. Rung again every hour: a run that was missed or cut off is caught up, a whole one is not
    repeated."""
    on = today()
    if not is_round_finished(on, RoundKind.NIGHTLY):
        _run(on, RoundKind.NIGHTLY)


@shared_task(name="renewals.tasks.expiry_round")
def expiry_round() -> None:
    """At 16:00 and hourly after it: what is not renewed is 無保険, and the old contracts are 満期."""
    _run(today(), RoundKind.EXPIRY)


def _run(on: date, kind: RoundKind) -> None:
    """By itself only where the clock can be believed; the desk and `/healthz` tell of the round that did not run."""
    if has_leapt(on):
        log.error("no round of %s: the last whole one is more than %s days ago", on, LONGEST_REST.days)
        return
    run_round(on=on, at=now(), by=robot(), kind=kind)


@shared_task(name=TASK, ignore_result=True)
def work_batches() -> int:
    """Work off what waits (一括処理). Returns how many batches were finished."""
    perform(take_back_stale_batches_due, by=robot(), at=now())
    claimant = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-80:]
    stop_at, finished = time.monotonic() + BATCH_SECONDS, 0
    while time.monotonic() < stop_at:
        waiting = Batch.objects.filter(status=BatchStatus.PENDING).order_by("pk").first()
        if waiting is None:
            break
        batch = perform(claim_batch, batch=waiting, claimant=claimant, at=now())
        if batch is not None:
            finished += _work_off(batch, claimant, stop_at)
    return finished


def _work_off(batch: Batch, claimant: str, stop_at: float) -> bool:
    """Line by line from the first that waits. True when the batch was finished here."""
    for line in batch.lines.filter(status=LineStatus.WAITING).order_by("pk"):
        if time.monotonic() > stop_at:
            perform(release_batch, batch=batch, claimant=claimant, at=now())
            ring(TASK)
            return False
        try:
            mine = perform(do_line, batch=batch, line=line, claimant=claimant, at=now())
        except Refused as refusal:
            reason = " ".join([refusal.message, *refusal.reasons])
            mine = perform(refuse_line, batch=batch, line=line, reason=reason, claimant=claimant, at=now())
        except (InterfaceError, OperationalError):
            raise  # the database went away: another worker goes on with this line
        except Exception:
            # One row's defect must not hold up the others; the log has it.
            log.exception("line %s of batch %s failed", line.pk, batch.pk)
            reason = "処理中に問題が起きました。この行を画面で確認し、管理者に連絡してください。"
            mine = perform(refuse_line, batch=batch, line=line, reason=reason, claimant=claimant, at=now())
        if not mine:
            return False
    return bool(perform(finish_batch, batch=batch, claimant=claimant, by=robot(), at=now()))
