"""What staff are told by mail: notices that did not go, and every morning the work of the day."""

from collections import defaultdict
from datetime import date, datetime

from accounts.models import User
from accounts.queries import managers
from core.doors import action
from correspondence.actions import NewLetter, queue_letters
from correspondence.models import Letter
from correspondence.states import LetterKind
from renewals import letters
from renewals.actions.moving import write_lines
from renewals.actions.writing import by_agency, tell_managers, update_many
from renewals.models import Renewal
from renewals.planning import calendars_on
from renewals.queries import duties_of, unsent_notices


@action
def escalate_due(*, on: date, by: User, at: datetime) -> int:
    """Report notices that are not on their way to the managers, from the calendar's day on; once each."""
    due = list(unsent_notices(on, at).filter(escalated_at__isnull=True))
    calendars = calendars_on(on)
    for agency, rows in by_agency(due):
        update_many(rows, on, calendars, escalated_at=at, escalated_by=by)
        text = letters.escalation_letter(rows, on)
        tell_managers(agency, f"renewal-escalation:{agency.pk}:{on}:{rows[0].pk}", text, rows, by=by, at=at)
        write_lines(
            "escalate_due",
            [(row, f"{row.policy.number}の案内が未送付のため、管理者に報告しました。") for row in rows],
            by=by, at=at,
        )  # fmt: skip
    return len(due)


@action
def tell_staff_due(*, on: date, by: User, at: datetime) -> int:
    """Mail everybody in charge today's renewals, once a day. The work of people who left goes to the managers."""
    told = 0
    for agency, rows in by_agency(duties_of(on)):
        per_owner: dict[User, list[Renewal]] = defaultdict(list)
        for row in rows:
            per_owner[row.owner].append(row)
        bosses = [boss.email for boss in managers(agency, on) if boss.email]
        new = []
        for owner, work in per_owner.items():
            away = owner.has_left(on) or not owner.is_active or not owner.email
            to = bosses if away else [owner.email]
            if not to:
                continue  # nobody can be told by mail; the desk and the board show the same work
            name = "管理者" if away else owner.name
            text = letters.digest_letter(name, work, on, absent=owner.name if away else "")
            new.append(
                NewLetter(
                    key=f"renewal-digest:{owner.pk}:{on}", kind=LetterKind.STAFF_NOTICE, to=to, to_name=name,
                    subject=text.subject, body=text.body, about=[owner],
                )
            )  # fmt: skip
        known = set(Letter.objects.filter(key__in=[letter.key for letter in new]).values_list("key", flat=True))
        outcome = queue_letters(letters=[one for one in new if one.key not in known], agency=agency, by=by, at=at)
        told += len(outcome.letters)
    return told
