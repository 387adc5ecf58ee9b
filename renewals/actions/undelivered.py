"""Mail about a renewal came back (不達): its owner is to phone today, until somebody has dealt with it."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.history import record
from core.models import key_of
from correspondence.models import Bounce, IncomingMail
from correspondence.states import LetterKind
from renewals.actions.moving import about, locked, save
from renewals.models import Renewal


@action
def note_undelivered(*, bounce: Bounce, by: User, at: datetime) -> Renewal | None:
    """Take a bounce over for the renewal its letter is about. None when it is about no single renewal."""
    renewal = renewal_of(bounce)
    if renewal is None:
        return None
    bounce.owner_id = renewal.owner_id
    bounce.save(update_fields=["owner"])
    if not renewal.is_open:
        return renewal
    renewal.is_undelivered = True
    words = f"{renewal.policy.number}: 更改のメールが{bounce.address}に届きませんでした。電話でのご案内が必要です。"
    return save(renewal, "note_undelivered", words, by=by, at=at)


@action
def clear_undelivered(*, bounce: Bounce, by: User, at: datetime) -> Renewal | None:
    """The last open bounce of a renewal was dealt with: its usual next step is back."""
    renewal = renewal_of(bounce)
    if renewal is None or not renewal.is_undelivered:
        return renewal
    if Bounce.objects.open().about(key_of(Renewal, renewal.pk)).exists():
        return renewal
    renewal.is_undelivered = False
    words = f"{renewal.policy.number}: 不達に対応しました({bounce.get_deed_display()})。"
    return save(renewal, "clear_undelivered", words, by=by, at=at)


@action
def take_answer(*, mail: IncomingMail, by: User, at: datetime) -> Renewal | None:
    """A customer answered a letter about a renewal: its owner reads it."""
    renewal = renewal_of(mail)
    if renewal is not None:
        mail.owner_id = renewal.owner_id
        mail.save(update_fields=["owner"])
        record(
            "renewals.take_answer",
            f"{renewal.policy.number}: 更改のメールに返信がありました。",
            about=about(renewal),
            by=by,
            at=at,
        )
    return renewal


def renewal_of(what: Bounce | IncomingMail) -> Renewal | None:
    """The renewal a letter to a customer is about; a report about many is nobody's bad news in particular."""
    assert what.letter is not None  # nobody tells of mail without one
    if what.letter.kind == LetterKind.STAFF_NOTICE:
        return None
    start = key_of(Renewal, "")
    numbers = [int(key.removeprefix(start)) for key in what.letter.about if key.startswith(start)]
    known = Renewal.objects.filter(pk__in=numbers, agency_id=what.agency_id).first() if len(numbers) == 1 else None
    return locked(known) if known else None
