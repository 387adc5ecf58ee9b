"""Keep whether the mailbox our letters come back to can be read."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from correspondence.models import Mailbox


@action
def note_visit(*, mailbox: str, trouble: str, by: User, at: datetime) -> Mailbox:
    """Write down a visit; without `trouble` everything is in order again. Two workers at once count as two visits."""
    facts = {"last_attempt_at": at, "last_attempt_by": by}
    row, _ = Mailbox.objects.select_for_update().get_or_create(name=mailbox[:300], defaults=facts)
    row.last_attempt_at, row.last_attempt_by = at, by
    row.failures = row.failures + 1 if trouble else 0
    row.last_error = trouble[:300]
    row.save()
    return row
