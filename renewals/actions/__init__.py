"""The verbs on renewals. Those that end in `_due` are steps of a round: set-based, idempotent, each returns a count."""

from renewals.actions.answering import open_renewal_quote, record_response
from renewals.actions.assigning import assign_renewal, reassign_due
from renewals.actions.batching import ask_batch
from renewals.actions.closing import close_renewal, mark_uninsured, mark_uninsured_due, withdraw_left_drafts_due
from renewals.actions.correcting import cancel_renewals, take_new_cover
from renewals.actions.following_up import remind_due, tell_uninsured_due
from renewals.actions.handing_on import hand_on_due
from renewals.actions.leaving import record_leaving
from renewals.actions.notifying import file_notices_due, record_notice_posted
from renewals.actions.offering import prepare_terms_due, renew_terms
from renewals.actions.opening import open_renewal, open_renewals_due
from renewals.actions.planning import plan_letters, publish_wording, send_test_mail, set_closing_day
from renewals.actions.presenting import present_quote
from renewals.actions.readdressing import readdress_notices_due
from renewals.actions.reminding import remind_renewal
from renewals.actions.reporting import escalate_due, tell_staff_due

__all__ = [
    "ask_batch",
    "assign_renewal",
    "cancel_renewals",
    "close_renewal",
    "escalate_due",
    "file_notices_due",
    "hand_on_due",
    "mark_uninsured",
    "mark_uninsured_due",
    "open_renewal",
    "open_renewal_quote",
    "open_renewals_due",
    "plan_letters",
    "present_quote",
    "publish_wording",
    "reassign_due",
    "prepare_terms_due",
    "readdress_notices_due",
    "record_leaving",
    "record_notice_posted",
    "record_response",
    "remind_due",
    "remind_renewal",
    "renew_terms",
    "send_test_mail",
    "set_closing_day",
    "tell_staff_due",
    "tell_uninsured_due",
    "take_new_cover",
    "withdraw_left_drafts_due",
]
