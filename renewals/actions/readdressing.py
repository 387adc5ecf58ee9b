"""A notice may wait for weeks for a day its customer asked for; meanwhile its reader may leave."""

from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from core.doors import action
from core.models import key_of
from correspondence.actions import cancel_letter, queue_letters
from correspondence.models import Letter
from correspondence.queries import dead_addresses
from correspondence.states import LetterKind, LetterStatus
from renewals.actions.notifying import notice_anew
from renewals.actions.resending import move_link
from renewals.actions.writing import by_agency, rows_for_letters, whom_to_mail
from renewals.models import Renewal
from renewals.states import OPEN_STATUSES

_MOVED = "宛先のご担当者が変わったため、今のご担当者宛てに作り直します。"


@action
def readdress_notices_due(*, on: date, by: User, at: datetime) -> int:
    """Write waiting notices anew whose reader has left or has another address, or whose address proved dead: to whoever
    is to be mailed now. Where that is nobody the letter stays, and what comes back is a person's task."""
    start, waiting = key_of(Renewal, ""), dict[int, Letter]()
    letters = Letter.objects.filter(status=LetterStatus.QUEUED, kind=LetterKind.RENEWAL_NOTICE, not_before__gt=at)
    for letter in letters.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        waiting |= {int(key.removeprefix(start)): letter for key in letter.about if key.startswith(start)}
    if not waiting:
        return 0
    moved = 0
    for agency, rows in by_agency(rows_for_letters(Q(pk__in=list(waiting), status__in=OPEN_STATUSES))):
        contacts = whom_to_mail(agency, rows, at)
        dead = dead_addresses(agency, among={waiting[row.pk].to[0] for row in rows})
        for row in rows:
            letter, there = waiting[row.pk], {one.email.lower() for one in row.customer.contacts.all() if not one.left}
            if row.pk not in contacts or letter.to[0].lower() in there - dead:
                continue
            cancel_letter(letter=letter, note=_MOVED, by=by, at=at)
            move_link(row, letter.to[0], contacts[row.pk], by, at)
            new = replace(notice_anew(row, contacts[row.pk], at), key=f"renewal:{row.pk}:notice-after:{letter.pk}")
            moved += len(queue_letters(letters=[new], agency=agency, by=by, at=at).letters)
    return moved
