"""What every verb begins and ends with: the lock, and the line of history on the quote and the customer."""

from datetime import datetime
from typing import Any

from accounts.models import User
from core.errors import Refused
from core.history import record
from core.models import key_of, thread_key
from correspondence.actions import queue_letter
from correspondence.states import LetterKind
from customers.models import Customer
from portal.letters import office_letter
from portal.models import Invitation, Visitor
from portal.states import InvitationStatus
from quotes.models import Quote

CLOSED = "この手続きは、いまは行えません。画面を開き直して状態を確認するか、代理店へお電話ください。"


def locked(invitation: Invitation) -> Invitation:
    """The invitation's row, locked until the door closes; its quote first, as every verb on quotes does."""
    Quote.objects.select_for_update(of=("self",)).only("pk").get(pk=invitation.quote_id)
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("quote__customer", "quote__agency", "quote__in_charge", "agency")
        .get(pk=invitation.pk)
    )


def locked_for(visitor: Visitor, at: datetime) -> Invitation:
    """The same for somebody inside. What he may do depends on what became of the invitation meanwhile."""
    row = locked(visitor.invitation)
    if row.status == InvitationStatus.SIGNED:
        raise Refused("内容はすでに確定しています。変更が必要なときは、代理店へお電話ください。")
    if row.status != InvitationStatus.OPENED or not row.is_live(at):
        raise Refused(CLOSED)
    return row


def about(invitation: Invitation) -> list[str]:
    """Whose timelines show it: the quote's, the customer's and its own."""
    quote = invitation.quote
    return [thread_key(quote), key_of(Customer, quote.customer_id), thread_key(invitation)]


def tell(invitation: Invitation, verb: str, summary: str, *, by: User, at: datetime, **details: Any) -> None:
    record(f"portal.{verb}", summary, about=about(invitation), by=by, at=at, invitation=invitation.pk, **details)


def tell_office(invitation: Invitation, news: str, *, by: User, at: datetime) -> None:
    """A line of history is read by whoever looks; what waits for the office also goes to the person in charge."""
    person = invitation.quote.in_charge
    if person.email:
        text = office_letter(invitation, news)
        queue_letter(
            agency=invitation.agency, key=f"invitation:{invitation.pk}:office:{at:%Y%m%d%H%M%S%f}",
            kind=LetterKind.STAFF_NOTICE, to=[person.email], to_name=person.name, subject=text.subject, body=text.body,
            about=[invitation.quote], by=by, at=at,
        )  # fmt: skip


def close(invitation: Invitation, to: InvitationStatus, reason: str, *, by: User, at: datetime) -> None:
    """Revoked or expired: every link and visit is dead from now on."""
    invitation.status = to
    invitation.closed_at, invitation.closed_by, invitation.closed_reason = at, by, reason[:200]
    invitation.save(update_fields=["status", "closed_at", "closed_by", "closed_reason"])
    words = f"お客さま用リンク({invitation.get_purpose_display()})が「{to.label}」になりました: {reason}"
    tell(invitation, to.lower(), words, by=by, at=at)
