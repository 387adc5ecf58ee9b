"""Beat rings with nothing but the time (config/celery.py has the timetable)."""

from celery import shared_task

from accounts.queries import robot
from core.clock import now
from core.doors import perform
from portal.actions import expire_invitations_due, remind_due


@shared_task(name="portal.tasks.invitation_round", ignore_result=True)
def invitation_round() -> dict[str, int]:
    """Links that are over end, reminders go out. Rung every hour of the day: a second run does nothing."""
    by, at = robot(), now()
    return {
        "expired": perform(expire_invitations_due, by=by, at=at),
        "reminded": perform(remind_due, by=by, at=at),
    }
