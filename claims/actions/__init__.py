"""The verbs on claims: take in, link, correct, hand off, follow, end. Each leaves a line of history."""

from claims.actions.ending import close_claim, withdraw_claim
from claims.actions.following import (
    add_document,
    add_note,
    add_report,
    note_reference,
    plan_next_step,
    record_demand,
)
from claims.actions.handing_off import hand_off_claim, resend_claim
from claims.actions.handing_over import hand_over_claims
from claims.actions.intake import correct_claim, link_claim, open_claim

__all__ = [
    "add_document",
    "add_note",
    "add_report",
    "close_claim",
    "correct_claim",
    "hand_off_claim",
    "hand_over_claims",
    "link_claim",
    "note_reference",
    "open_claim",
    "plan_next_step",
    "record_demand",
    "resend_claim",
    "withdraw_claim",
]
