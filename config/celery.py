"""Celery and its timetable. Beat rings with nothing but the time; the tasks read the date themselves."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("tate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_scheduler = "config.timetable:SteadyScheduler"

app.conf.beat_schedule = {
    # The outbox is swept often: the bell after commit is only a hurry-up.
    "drain-outbox": {"task": "correspondence.tasks.drain", "schedule": 20.0, "options": {"expires": 20}},
    # What came back is somebody's task within five minutes.
    "collect-mail": {"task": "correspondence.tasks.collect_mail", "schedule": 60.0, "options": {"expires": 60}},
    # What a draft of a book would change: the bell is rung when somebody asks; this finds what a dead worker left.
    "effects": {"task": "quotes.tasks.measure_effects", "schedule": 60.0, "options": {"expires": 60}},
    # One deed on many renewals: rung for when asked; this finds what a dead worker left.
    "batches": {"task": "renewals.tasks.work_batches", "schedule": 60.0, "options": {"expires": 60}},
    # Links to the customer's page: ends on their day, reminders in the hours of the office.
    "invitations": {"task": "portal.tasks.invitation_round", "schedule": crontab(hour="9-18", minute=5)},
    "nightly-round": {"task": "renewals.tasks.nightly_round", "schedule": crontab(hour=6, minute=0)},
    # 無保険 is marked at 16:00 of the expiry day; hourly afterwards catches what a stopped machine missed.
    "expiry-at-four": {"task": "renewals.tasks.expiry_round", "schedule": crontab(hour="16-23", minute=1)},
    # A morning that beat slept through is caught up within the hour; a second round does nothing.
    "round-catch-up": {"task": "renewals.tasks.nightly_round", "schedule": crontab(hour="7-20", minute=10)},
}
