"""Beat rings with nothing but the time (config/celery.py has the timetable)."""

from celery import shared_task

from accounts.queries import robot
from core.clock import now
from core.doors import perform
from portal.actions import expire_invitations_due, remind_due
from portal.actions.inviting import TYPESET
from portal.queries import papers_to_read
from portal.reading import make_bytes
from quotes.models import Quote


@shared_task(name=TYPESET, ignore_result=True)
def typeset(quote: int) -> None:
    """Make the papers of an application while its link travels. A lost bell costs the customer seconds, no more: the
    page that shows a paper makes it."""
    make_bytes(papers_to_read(Quote.objects.get(pk=quote)), now())


@shared_task(name="portal.tasks.invitation_round", ignore_result=True)
def invitation_round() -> dict[str, int]:
    """Links that are over end, reminders go out. Rung every hour of the day: a second run does nothing."""
    by, at = robot(), now()
    return {
        "expired": perform(expire_invitations_due, by=by, at=at),
        "reminded": perform(remind_due, by=by, at=at),
    }
