"""Links follow what happens to the quote, in the same transaction: a link asks only what is still to be answered."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from portal.actions.moving import close
from portal.models import Invitation
from portal.states import InvitationStatus, Purpose
from quotes.models import Quote
from quotes.signals import quote_moved
from quotes.states import QuoteStatus

# As long as the quote is here, the link has something to ask.
_ASKED_WHILE = {Purpose.QUESTIONNAIRE: QuoteStatus.DRAFT, Purpose.APPLICATION: QuoteStatus.OFFERED}


@receiver(quote_moved, sender=Quote)
def follow_quote(*, quote: Quote, before: str, by: User, at: datetime, **_: Any) -> None:
    """Judged, revised, applied for on paper, lapsed or withdrawn: the open link that this ends is taken back."""
    rows = Invitation.objects.open().filter(quote=quote).select_for_update(of=("self",)).select_related("quote")
    for invitation in rows:
        if quote.status != _ASKED_WHILE[Purpose(invitation.purpose)]:
            reason = f"見積が「{quote.get_status_display()}」になりました。"
            close(invitation, InvitationStatus.REVOKED, reason, by=by, at=at)
