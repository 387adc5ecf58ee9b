"""Beat rings with nothing but the time; the day is read here (config/celery.py has the timetable)."""

from celery import shared_task

from accounts.queries import robot
from core.clock import now, today
from renewals.queries import is_round_finished
from renewals.round import run_round
from renewals.states import RoundKind


@shared_task(name="renewals.tasks.nightly_round")
def nightly_round() -> None:
    """The morning's round. Rung again every hour: a run that was missed or cut off is caught up, a whole one is not
    repeated."""
    on = today()
    if not is_round_finished(on, RoundKind.NIGHTLY):
        run_round(on=on, at=now(), by=robot())


@shared_task(name="renewals.tasks.expiry_round")
def expiry_round() -> None:
    """At 16:00 and hourly after it: what is not renewed is 無保険, and the old contracts are 満期."""
    run_round(on=today(), at=now(), by=robot(), kind=RoundKind.EXPIRY)
