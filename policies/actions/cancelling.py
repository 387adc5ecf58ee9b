"""解約等: a contract ends before its term is over, with the refund its book says, the paper and the letter."""

from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import record
from core.periods import at_four
from policies.actions.telling import tell_customer
from policies.letters import cancellation_letter
from policies.models import Cancellation, Policy
from policies.papers import file_cancellation
from policies.permissions import check_can_cancel_policy
from policies.queries import refund_at
from policies.rules import EndWish, end_day
from policies.signals import policies_cancelled
from policies.states import PolicyStatus


@action
def cancel_policy(
    *,
    policy: Policy,
    seen_version: int,
    end: str,
    on: date | None,
    requested_on: date,
    requested_by: str,
    reason: str,
    known_on: date | None = None,
    seen_balance_yen: int | None = None,
    by: User,
    at: datetime,
) -> Cancellation:
    """End a contract at 16:00 of a day of its term, today's or one to come; 無効 and 取消 end it where it began.

    The status says 解約 from now on, so that nobody renews or endorses it; cover runs until the hour recorded.
    `seen_balance_yen` is what the person saw (due less earned): another sum is refused, not recorded behind his back.
    """
    locked = Policy.objects.select_for_update(of=("self",)).select_related(
        "agency", "customer", "in_charge", "product_version__product"
    ).get(pk=policy.pk)  # fmt: skip
    check_can_cancel_policy(by, locked, at)
    if locked.version != seen_version:
        raise Stale
    if not requested_by.strip() or not reason.strip():
        raise Refused(
            "申し出た方と理由を入力してください。", field="reason" if requested_by.strip() else "requested_by"
        )
    today = jst(at).date()
    last_day = end_day(EndWish(end, on, requested_on, known_on), locked.end_facts, today)
    found = refund_at(locked, end, last_day, today)
    if seen_balance_yen is not None and seen_balance_yen != found.due_yen - found.earned_yen:
        raise Refused("返還保険料が、画面で確認した金額から変わりました。計算し直した金額を確認してください。")
    ended = Cancellation.objects.create(
        agency=locked.agency, policy=locked, end=end, ends_at=at_four(last_day), requested_on=requested_on,
        requested_by=requested_by.strip(), reason=reason.strip(), known_on=known_on, method=found.method,
        due_yen=found.due_yen, earned_yen=found.earned_yen, refund_yen=found.refund_yen, owed_yen=found.owed_yen,
        lines=[line.as_json() for line in found.lines], recorded_at=at, recorded_by=by,
    )  # fmt: skip
    locked.status, locked.cancelled_at, locked.cancelled_by = PolicyStatus.CANCELLED, ended.ends_at, by
    locked.version += 1
    locked.save(update_fields=["status", "cancelled_at", "cancelled_by", "version"])
    paper = file_cancellation(locked, ended, by=by, at=at)
    words = (
        f"{locked.number}を{ended.get_end_display()}により{last_day:%Y-%m-%d}午後4時で終了しました"
        f"({ended.reason})。返還{ended.refund_yen:,}円・未払込{ended.owed_yen:,}円。"
    )
    record("policies.cancel_policy", words, about=[locked, locked.customer], by=by, at=at, end=end)
    tell_customer(locked, paper, cancellation_letter(locked, ended), key="cancelled", by=by, at=at)
    policies_cancelled.send(
        sender=Policy, policies=[locked], reason=f"{ended.get_end_display()}: {ended.reason}", by=by, at=at
    )
    return ended
