"""Tell the insurer: file the paper, queue the letter."""

from datetime import datetime
from typing import Any

from accounts.models import User
from claims import letters
from claims.actions.shared import lock, tell
from claims.models import Claim
from claims.papers import file_claim_notice
from claims.permissions import check_can_hand_off_claim, check_can_resend_claim
from claims.rules.steps import Step, after_hand_off
from claims.states import ClaimStatus
from core.clock import jst
from core.doors import action
from correspondence.actions import queue_letter


@action
def hand_off_claim(*, claim: Claim, step: Step | None = None, by: User, at: datetime) -> Claim:
    """Hand a claim to the insurer (保険会社への連絡): 事故連絡票 filed, e-mail with it in the outbox.

    A second hand-off is refused. Whether the mail arrived shows its letter; that the insurer has it, its reference.
    """
    current = lock(claim)
    check_can_hand_off_claim(by, current)
    next_step = step or after_hand_off(jst(at).date())
    current.status = ClaimStatus.HANDED_OFF
    current.handed_off_at, current.handed_off_by, current.told_edition = at, by, current.edition
    current.next_action, current.next_on = next_step.action, next_step.on
    current.version += 1
    current.save()
    _send(current, letters.hand_off(current), by, at)
    tell(current, "hand_off_claim", f"事故{current.number}を保険会社へ連絡しました(メール)。", by=by, at=at)
    return current


@action
def resend_claim(*, claim: Claim, by: User, at: datetime) -> Claim:
    """Tell the insurer what changed since (訂正の連絡): a new 事故連絡票 in a new letter."""
    current = lock(claim)
    check_can_resend_claim(by, current)
    current.told_edition = current.edition
    current.version += 1
    current.save()
    _send(current, letters.follow_up(current), by, at)
    tell(current, "resend_claim", f"事故{current.number}の訂正を保険会社へ連絡しました(メール)。", by=by, at=at)
    return current


def _send(claim: Claim, letter: dict[str, Any], by: User, at: datetime) -> None:
    paper = file_claim_notice(claim, by, at)
    about = [thing for thing in (claim, claim.customer, claim.policy) if thing is not None]
    queue_letter(agency=claim.agency, papers=[paper], about=about, by=by, at=at, **letter)
