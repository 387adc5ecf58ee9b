"""The rounds (定時処理): every step in its own transaction, every step idempotent.

Cut off anywhere, a later run does what is left; days that were missed are caught up, because each step asks what is
due by now, not what happened since yesterday.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from core.doors import action, perform
from policies.actions import expire_policies_due
from quotes.actions import lapse_quotes_due, ring_conditions_due
from renewals import actions
from renewals.models import Round
from renewals.states import RoundKind

log = logging.getLogger(__name__)

# Any number, the same in every process: two rounds at once take turns at each step.
_ONE_AT_A_TIME = 20_260_500

# A machine that was off for longer goes on when a person has looked at the clock: `manage.py round`.
LONGEST_REST = timedelta(days=35)

Step = tuple[str, Callable[..., Any], bool]  # name of its count, the action, whether it wants the day

_MORNING: tuple[Step, ...] = (
    ("opened", actions.open_renewals_due, True),
    # Before any letter: it names whoever answers the telephone.
    ("reassigned", actions.reassign_due, True),
    ("handed_on", actions.hand_on_due, True),
    ("readdressed", actions.readdress_notices_due, True),
    ("terms", actions.prepare_terms_due, True),
    ("notices", actions.file_notices_due, True),
    ("reminders", actions.remind_due, True),
    ("escalated", actions.escalate_due, True),
)
# 無保険 is marked before the policies expire, so that its letters and its count are those of this step.
_AT_FOUR: tuple[Step, ...] = (
    ("lapsed_quotes", lapse_quotes_due, True),
    ("uninsured", actions.mark_uninsured_due, False),
    ("expired", expire_policies_due, False),
    # Last: whoever ends a policy marks its renewal, and both leave drafts behind.
    ("left_drafts", actions.withdraw_left_drafts_due, False),
)
_DIGEST: tuple[Step, ...] = (
    ("ended", actions.tell_uninsured_due, True),
    ("conditions", ring_conditions_due, True),
    ("told", actions.tell_staff_due, True),
)

STEPS: dict[RoundKind, tuple[Step, ...]] = {
    RoundKind.NIGHTLY: (*_MORNING, *_AT_FOUR, *_DIGEST),
    # Opened first here too: no policy may expire without a renewal that says what became of it.
    RoundKind.EXPIRY: (_MORNING[0], *_AT_FOUR),
}

# These do a portion at a time, each in a transaction of its own, until one finds nothing left to do.
IN_PORTIONS = frozenset({"terms", "left_drafts"})

LABELS = {
    "opened": "更改を開始",
    "reassigned": "担当を引継ぎ",
    "ownerless": "担当者が見つからない",
    "handed_on": "お客さま・見積・事故・苦情を引継ぎ",
    "readdressed": "待っている案内の宛先を変更",
    "terms": "条件案を作成",
    "notices": "案内をメール",
    "by_post": "案内を郵送待ち",
    "reminders": "再案内",
    "calls": "電話での再案内",
    "ended": "補償終了のお知らせ",
    "escalated": "未送付を報告",
    "lapsed_quotes": "見積の期限切れ",
    "uninsured": "無保険",
    "expired": "満期",
    "left_drafts": "残った見積を取下げ",
    "conditions": "引受条件の期日",
    "told": "担当者へ連絡",
}


def run_round(*, on: date, at: datetime, by: User, kind: RoundKind = RoundKind.NIGHTLY) -> Round:
    """Run every step for the day `on` at the moment `at`. Returns the run with its counts; every run is kept."""
    run = perform(start_round, on=on, kind=kind, by=by, at=at)
    counts: dict[str, int] = {}
    for name, verb, wants_day in STEPS[kind]:
        facts: dict[str, Any] = {"by": by, "at": at} | ({"on": on} if wants_day else {})
        done = more = perform(_step, verb=verb, facts=facts)
        while more and name in IN_PORTIONS:
            more = perform(_step, verb=verb, facts=facts)
            done += more
        counts |= done if isinstance(done, dict) else {name: done}
    log.info("round of %s (%s): %s", on, kind, counts)
    return perform(finish_round, run=run, counts=counts, by=by, at=at)


def _step(*, verb: Callable[..., Any], facts: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    return verb(**facts)


@action
def start_round(*, on: date, kind: RoundKind, by: User, at: datetime) -> Round:
    """Note that a run began, and over which days it goes; one that was cut off stays visible as such."""
    return Round.objects.create(on=on, kind=kind, since=first_day_left(on, kind), until=on, started_at=at, by=by)


def first_day_left(on: date, kind: RoundKind) -> date:
    """The first day no whole run has gone over. A clock that jumped back finds its own day alone."""
    whole = Round.objects.filter(kind=kind, finished_at__isnull=False, on__lte=on).order_by("-on").first()
    return min(whole.on + timedelta(days=1), on) if whole else on


def has_leapt(on: date) -> bool:
    """Whether the day lies so far after the last whole round that it is more likely the clock's mistake than a rest of
    the machine. What a round does a year too early (無保険, 満期, its letters) nobody can take back."""
    whole = Round.objects.filter(finished_at__isnull=False).order_by("-on").first()
    return whole is not None and on - whole.on > LONGEST_REST


@action
def finish_round(*, run: Round, counts: dict[str, int], by: User, at: datetime) -> Round:
    """Note what the run did."""
    run.counts, run.finished_at = counts, at
    run.save(update_fields=["counts", "finished_at"])
    return run
