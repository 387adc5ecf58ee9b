"""The way of an effect run, one conditional UPDATE at a time.

A worker claims the row, works a batch outside any transaction, and commits the batch's lines, counts and place
together. Whoever dies in between leaves a claim behind; after the lease the run is taken up from its last batch.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from core.bulk import insert
from core.doors import action
from core.errors import Refused
from core.history import record
from core.jobs import ring
from policies.models import Policy
from policies.states import PolicyStatus
from products.drafting import problems_in
from products.models import ProductDraft
from products.permissions import check_can_write_books
from products.states import OPEN_DRAFTS
from quotes.models import EffectLine, EffectRun, QuoteOption
from quotes.states import OPEN_STATUSES, EffectStatus

TASK = "quotes.tasks.measure_effects"
# A batch takes seconds; a claim nobody renewed for so long belongs to a worker that is gone.
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3


@action
def ask_effect(*, draft: ProductDraft, by: User, at: datetime) -> EffectRun:
    """Have worked out what the draft would change. While a run on the same text goes on, that one is the answer; a
    run on an older text is stopped."""
    check_can_write_books(by)
    row = ProductDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.status not in OPEN_DRAFTS:
        raise Refused("作成中か承認待ちの下書きだけ、影響を試算できます。")
    if problems_in(row):
        raise Refused("商品ブックに問題があるため、影響を試算できません。「検査」で問題を確認し、直してください。")
    going = EffectRun.objects.visible_to(by).filter(
        draft=row, status__in=[EffectStatus.PENDING, EffectStatus.RUNNING]
    )  # fmt: skip
    for run in going.select_for_update():
        if run.draft_version == row.version:
            return run
        run.status, run.finished_at = EffectStatus.CANCELLED, at
        run.save(update_fields=["status", "finished_at"])
    total = policies_of(row, by.agency_id).count() + options_of(row, by.agency_id).count()
    run = EffectRun(
        agency_id=by.agency_id, draft=row, draft_version=row.version, total=total, asked_at=at, asked_by=by
    )  # fmt: skip
    run.save()
    record("quotes.ask_effect", f"{row}の影響の試算を始めました({total:,}件)。", about=[row, run], by=by, at=at)
    ring(TASK)
    return run


@action
def cancel_effect(*, run: EffectRun, by: User, at: datetime) -> EffectRun:
    """Stop a run. The worker notices at its next batch."""
    check_can_write_books(by)
    row = EffectRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if row.is_open:
        row.status, row.finished_at = EffectStatus.CANCELLED, at
        row.save(update_fields=["status", "finished_at"])
        record("quotes.cancel_effect", "影響の試算を中止しました。", about=[row.draft, row], by=by, at=at)
    return row


@action
def claim_effect(*, run: EffectRun, claimant: str, at: datetime) -> EffectRun | None:
    """Take a waiting run. None when somebody else was faster, or it was stopped."""
    waiting = EffectRun.objects.filter(pk=run.pk, status=EffectStatus.PENDING)
    if not waiting.update(
        status=EffectStatus.RUNNING, claimed_at=at, claimed_by=claimant[:80], attempts=run.attempts + 1,
        started_at=run.started_at or at,
    ):  # fmt: skip
        return None
    return EffectRun.objects.select_related("draft").get(pk=run.pk)


@action
def note_batch(
    *, run: EffectRun, lines: Sequence[EffectLine], counts: Mapping[str, int], done: int, policy_after: int,
    option_after: int, claimant: str, at: datetime,
) -> bool:  # fmt: skip
    """Keep a batch: its lines, the counts so far, and the place to go on from. False when the run is not ours any
    more: it was stopped, or given to another worker."""
    if not _ours(run, claimant).update(
        counts=dict(counts), done=done, policy_after=policy_after, option_after=option_after, claimed_at=at, attempts=1
    ):
        return False
    insert(lines)
    return True


@action
def finish_effect(*, run: EffectRun, claimant: str, by: User, at: datetime) -> bool:
    """Every cover was looked at."""
    done = _ours(run, claimant).update(status=EffectStatus.DONE, finished_at=at)
    if done:
        record("quotes.finish_effect", f"{run.draft}の影響の試算が終わりました。", about=[run.draft, run], by=by, at=at)
    return bool(done)


@action
def fail_effect(*, run: EffectRun, reason: str, claimant: str, by: User, at: datetime) -> None:
    """The run cannot be finished; the reason says what to do."""
    failed = _ours(run, claimant).update(status=EffectStatus.FAILED, finished_at=at, failure=reason[:400])
    if failed:
        words = f"{run.draft}の影響の試算に失敗しました: {reason}"
        record("quotes.fail_effect", words, about=[run.draft, run], by=by, at=at)


@action
def release_effect(*, run: EffectRun, claimant: str, at: datetime) -> None:
    """This worker's time is up; the next one goes on."""
    _ours(run, claimant).update(status=EffectStatus.PENDING, claimed_at=at, claimed_by="", attempts=0)


@action
def take_back_stale_effects_due(*, by: User, at: datetime) -> int:
    """Runs whose worker is gone wait again; those that lost three workers in a row at one place fail. Returns how
    many were taken back."""
    stale = EffectRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status=EffectStatus.RUNNING, claimed_at__lt=at - LEASE
    )
    count = 0
    for run in stale.select_related("draft"):
        count += 1
        if run.attempts >= MOST_ATTEMPTS:
            reason = "計算の途中で処理が続けて止まりました。管理者に連絡し、原因を確認してから試算し直してください。"
            fail_effect(run=run, reason=reason, claimant=run.claimed_by, by=by, at=at)
        else:
            _ours(run, run.claimed_by).update(status=EffectStatus.PENDING, claimed_by="")
    return count


def policies_of(draft: ProductDraft, agency_id: int) -> QuerySet[Policy]:
    """The agency's contracts in force of the draft's product."""
    return Policy.objects.filter(which_policies(draft, agency_id))


def options_of(draft: ProductDraft, agency_id: int) -> QuerySet[QuoteOption]:
    """The options of the agency's open quotes of the draft's product."""
    return QuoteOption.objects.filter(which_options(draft, agency_id))


def which_policies(draft: ProductDraft, agency_id: int) -> Q:
    return Q(
        agency_id=agency_id, status=PolicyStatus.IN_FORCE, product_version__product__code=draft.product_code
    )  # fmt: skip


def which_options(draft: ProductDraft, agency_id: int) -> Q:
    return Q(
        quote__agency_id=agency_id,
        quote__status__in=[str(status) for status in OPEN_STATUSES],
        quote__product_version__product__code=draft.product_code,
    )


def _ours(run: EffectRun, claimant: str) -> QuerySet[EffectRun]:
    """The row, as long as it is in our hands."""
    return EffectRun.objects.filter(pk=run.pk, status=EffectStatus.RUNNING, claimed_by=claimant[:80])
