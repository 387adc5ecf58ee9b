"""The verbs of the customer's page, one subject per file. The robot acts for visitors; each line names the visitor."""

from portal.actions.answering import (
    answer_as_customer,
    confirm_carried_as_customer,
    explain_as_customer,
    hand_in_document,
    sign_questionnaire,
)
from portal.actions.applying import confirm_point, consent_by_link, note_page, sign_application, take_application
from portal.actions.entering import ask_code, enter, go_on, leave, note_seen, note_trouble, use_code
from portal.actions.inviting import (
    admit_visitor,
    introduce_colleague,
    invite,
    prepare_invitation,
    resend_invitation,
    revoke_invitation,
)
from portal.actions.renewing import Sales, answer_renewal
from portal.actions.rounds import expire_invitations_due, remind_due

__all__ = [
    "Sales",
    "admit_visitor",
    "answer_as_customer",
    "answer_renewal",
    "ask_code",
    "confirm_carried_as_customer",
    "confirm_point",
    "consent_by_link",
    "enter",
    "expire_invitations_due",
    "explain_as_customer",
    "go_on",
    "hand_in_document",
    "introduce_colleague",
    "invite",
    "leave",
    "note_page",
    "note_seen",
    "note_trouble",
    "prepare_invitation",
    "remind_due",
    "resend_invitation",
    "revoke_invitation",
    "sign_application",
    "sign_questionnaire",
    "take_application",
    "use_code",
]
