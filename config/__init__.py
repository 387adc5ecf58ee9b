"""The house as a whole: settings, addresses, the access table, Celery and its timetable. Sees all, seen by none."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
