"""Keep who read or exported what (checks 42)."""

from datetime import datetime

from django.db import models

from accounts.models import User
from core.doors import action
from core.history import record


@action
def note_reading(*, verb: str, summary: str, thing: models.Model, by: User, at: datetime) -> None:
    """One line of history on the thing that was read."""
    record(verb, summary, about=[thing], by=by, at=at)
