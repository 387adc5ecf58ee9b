"""The verbs on quotes, one subject per file. Each locks, checks, decides, writes, records and tells."""

from quotes.actions.answering import Saved, attach_evidence, confirm_carried, save_answers
from quotes.actions.applying import apply
from quotes.actions.authorizing import end_authority, grant_authority
from quotes.actions.closing import lapse_quotes_due, revise_quote, take_back_quote, withdraw_quote
from quotes.actions.conditioning import meet_condition, ring_conditions_due, waive_condition
from quotes.actions.deciding import accept_referral, accept_with_conditions, change_premium, decline_referral
from quotes.actions.explaining import explain_contradiction
from quotes.actions.following import follow_contract
from quotes.actions.handing_over import hand_over_quotes
from quotes.actions.issuing import issue_quote
from quotes.actions.measuring import ask_effect, cancel_effect
from quotes.actions.opening import open_quote, save_facts
from quotes.actions.options import add_option, remove_option
from quotes.actions.quoting import record_carrier_answer
from quotes.actions.referring import (
    answer_question,
    ask_back,
    escalate_referral,
    hand_over_referral,
    take_referral,
)
from quotes.actions.sending import send_quotation
from quotes.actions.stepping import record_step
from quotes.actions.submitting import submit_quote

__all__ = [
    "Saved",
    "accept_referral",
    "accept_with_conditions",
    "add_option",
    "answer_question",
    "apply",
    "ask_effect",
    "attach_evidence",
    "cancel_effect",
    "ask_back",
    "change_premium",
    "confirm_carried",
    "decline_referral",
    "end_authority",
    "escalate_referral",
    "follow_contract",
    "grant_authority",
    "hand_over_quotes",
    "hand_over_referral",
    "explain_contradiction",
    "issue_quote",
    "lapse_quotes_due",
    "meet_condition",
    "open_quote",
    "record_carrier_answer",
    "record_step",
    "remove_option",
    "revise_quote",
    "ring_conditions_due",
    "save_answers",
    "save_facts",
    "send_quotation",
    "submit_quote",
    "take_back_quote",
    "take_referral",
    "waive_condition",
    "withdraw_quote",
]
