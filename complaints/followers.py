"""What complaints do when a room below them has something to tell."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.queries import Succession
from accounts.signals import work_handed_on
from complaints import actions
from complaints.models import Complaint


@receiver(work_handed_on, sender=User)
def open_complaints_are_handed_on(succession: Succession, by: User, at: datetime, **_: Any) -> int:
    """A complaint is not left with somebody who is not there."""
    return sum(
        actions.hand_over_complaints(complaints=rows, to=to, by=by, at=at)
        for rows, to in succession.stranded(Complaint.objects.still_open(), "owner")
    )
