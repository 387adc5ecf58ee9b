"""How a claim ends, as the insurer or the customer told us."""

from datetime import datetime

from accounts.models import User
from claims.actions.shared import lock, tell
from claims.models import Claim
from claims.permissions import check_can_close_claim, check_can_withdraw_claim, check_reports_of_lost_funds
from claims.states import ClaimStatus, ClosingReason
from core.doors import action
from core.errors import Refused


@action
def close_claim(*, claim: Claim, reason: str, note: str, seen_version: int, by: User, at: datetime) -> Claim:
    """Finish a claim (完了) with what the insurer decided."""
    current = lock(claim, seen_version)
    check_can_close_claim(by, current)
    check_reports_of_lost_funds(current, reason)
    current.closing_reason = ClosingReason(reason)
    _end(current, ClaimStatus.CLOSED, note, by, at)
    summary = f"事故{current.number}を完了にしました({current.get_closing_reason_display()})。{current.closing_note}"
    tell(current, "close_claim", summary, by=by, at=at)
    return current


@action
def withdraw_claim(*, claim: Claim, note: str, seen_version: int, by: User, at: datetime) -> Claim:
    """The customer takes the notice back (取下げ)."""
    current = lock(claim, seen_version)
    check_can_withdraw_claim(by, current)
    _end(current, ClaimStatus.WITHDRAWN, note, by, at)
    tell(current, "withdraw_claim", f"事故{current.number}を取下げにしました。{current.closing_note}", by=by, at=at)
    return current


def _end(claim: Claim, status: ClaimStatus, note: str, by: User, at: datetime) -> None:
    if not note.strip():
        raise Refused("理由を入力してください。", field="note")
    claim.status = status
    claim.closing_note = note.strip()
    claim.closed_at, claim.closed_by = at, by
    claim.next_action, claim.next_on = "", None
    claim.version += 1
    claim.save()
