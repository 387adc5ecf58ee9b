"""Mail that waits for somebody who cannot work any more goes to his successor."""

from datetime import date, datetime

from accounts.models import User
from accounts.queries import Succession, able_to_carry
from core.doors import action
from correspondence.actions.letters import tell
from correspondence.models import Bounce, IncomingMail


@action
def hand_over_mail(*, on: date, by: User, at: datetime) -> int:
    """Give 不達 and answers that wait for a person who left, was shut out or may not write to a successor. Returns how
    many; what nobody can take stays, and shows in the office's view."""
    succession, given = Succession(on), 0
    for waiting in (Bounce.objects.open(), IncomingMail.objects.waiting()):
        stranded = waiting.filter(owner__isnull=False).exclude(able_to_carry(on, "owner__"))
        for row in stranded.select_for_update(of=("self",)).select_related("owner", "letter").order_by("pk"):
            assert row.owner is not None
            assert row.letter is not None  # only what is about a letter was given to anybody
            before, successor = row.owner, succession.after(row.owner, row.agency_id)
            if successor is None:
                continue
            row.owner = successor
            row.save(update_fields=["owner"])
            words = f"{before.name}さんが担当できなくなったため、「{row}」への対応を{successor.name}さんが引き継ぎます"
            tell(row.letter, "letter.handed_over", words, by=by, at=at)
            given += 1
    return given
