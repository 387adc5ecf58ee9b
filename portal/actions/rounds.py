"""What happens by itself: links end on their day, reminders go out."""

from datetime import datetime, timedelta

from accounts.models import User
from core.clock import jst
from core.doors import action
from portal.actions.inviting import post
from portal.actions.moving import close, tell
from portal.letters import reminder_letter
from portal.models import Invitation
from portal.models.invitations import InvitationQuerySet
from portal.rules import reminder_due
from portal.states import InvitationStatus


def _open() -> InvitationQuerySet:
    rows = Invitation.objects.open().select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("agency", "quote__customer", "quote__agency", "quote__in_charge").order_by("pk")


@action
def expire_invitations_due(*, by: User, at: datetime) -> int:
    """Every open link whose time is over becomes 期限切れ. Returns how many."""
    due = list(_open().filter(valid_until__lte=at))
    for invitation in due:
        close(invitation, InvitationStatus.EXPIRED, "有効期限までに手続きが終わりませんでした。", by=by, at=at)
    return len(due)


@action
def remind_due(*, by: User, at: datetime) -> int:
    """One mail for the latest reminder whose day has come; the key sends each once. Returns how many are new. A link
    that came with another room's letter is reminded of by that room."""
    sent = 0
    for invitation in _open().filter(valid_until__gt=at, in_another_letter=False):
        last_on = jst(invitation.valid_until - timedelta(seconds=1)).date()
        stage = reminder_due(jst(invitation.sent_at).date(), last_on, jst(at).date())
        if not stage or f"{invitation.mailing}:{stage}" in invitation.reminded:
            continue
        visitor = invitation.visitors.exclude(admitted_at=None).first()
        assert visitor is not None  # the first one is admitted with the invitation
        visitor.invitation = invitation
        post(visitor, reminder_letter(visitor), stage, by=by, at=at)
        invitation.reminded = [*invitation.reminded, f"{invitation.mailing}:{stage}"]
        invitation.save(update_fields=["reminded"])
        tell(invitation, "remind_due", f"{visitor.name}様へ再案内を送りました。", by=by, at=at, stage=stage)
        sent += 1
    return sent
