"""The doors through which workers come: effect runs are worked off here, in batches, nothing held in memory."""

import logging
import os
import socket
import time
import uuid
from collections import Counter

from celery import shared_task

from accounts.queries import robot
from core import clock
from core.doors import perform
from core.jobs import ring
from products.drafting import book_in
from quotes.actions.measuring import (
    TASK,
    claim_effect,
    fail_effect,
    finish_effect,
    note_batch,
    release_effect,
    take_back_stale_effects_due,
    which_options,
    which_policies,
)
from quotes.covers import Books, options_after, policies_after
from quotes.measuring import BATCH, Tally
from quotes.models import EffectRun
from quotes.states import EffectStatus

log = logging.getLogger(__name__)

# The outbox waits for the same workers: a long run lets go in between and rings for itself again.
RUN_SECONDS = 120


@shared_task(name=TASK, ignore_result=True)
def measure_effects() -> int:
    """Work off what waits. Returns how many runs were finished."""
    perform(take_back_stale_effects_due, by=robot(), at=clock.now())
    claimant = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-80:]
    stop_at, finished = time.monotonic() + RUN_SECONDS, 0
    while time.monotonic() < stop_at:
        waiting = EffectRun.objects.filter(status=EffectStatus.PENDING).order_by("pk").first()
        if waiting is None:
            break
        run = perform(claim_effect, run=waiting, claimant=claimant, at=clock.now())
        if run is None:
            continue
        try:
            finished += _measure(run, claimant, stop_at)
        except Exception:
            # The row must not stay "running" until its lease ends; the log has the defect.
            log.exception("effect run %s failed", run.pk)
            reason = "計算中に問題が起きました。管理者に連絡してください。"
            perform(fail_effect, run=run, reason=reason, claimant=claimant, by=robot(), at=clock.now())
    return finished


def _measure(run: EffectRun, claimant: str, stop_at: float) -> bool:
    """Go on from where the run stands. True when it was finished here."""
    draft = run.draft
    book = book_in(draft) if draft.version == run.draft_version or not _is_text_changed(run) else None
    if book is None:
        reason = "試算の途中で下書きが変更されました。もう一度試算してください。"
        perform(fail_effect, run=run, reason=reason, claimant=claimant, by=robot(), at=clock.now())
        return False
    books, counts, done = Books(), Counter(run.counts), run.done
    policy_after, option_after = run.policy_after, run.option_after
    which, others = which_policies(draft, run.agency_id), which_options(draft, run.agency_id)
    while True:
        covers = policies_after(policy_after, which, BATCH)
        if covers:
            policy_after = covers[-1].key
        else:
            covers = options_after(option_after, others, BATCH)
            if not covers:
                return bool(perform(finish_effect, run=run, claimant=claimant, by=robot(), at=clock.now()))
            option_after = covers[-1].key
        tally = Tally(counts)
        tally.add(run, covers, books, book)
        done += len(covers)
        if not perform(
            note_batch, run=run, lines=tally.lines, counts=counts, done=done, policy_after=policy_after,
            option_after=option_after, claimant=claimant, at=clock.now(),
        ):  # fmt: skip
            return False
        if time.monotonic() > stop_at:
            perform(release_effect, run=run, claimant=claimant, at=clock.now())
            ring(TASK)
            return False


def _is_text_changed(run: EffectRun) -> bool:
    """The version also grows when a draft is submitted or sent back; its text is the same then."""
    return run.draft.changes.filter(version__gt=run.draft_version).exists()
