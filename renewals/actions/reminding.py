"""Reminding one customer by hand (再案内), beside the reminders of the round."""

from datetime import datetime, time, timedelta

from accounts.models import User
from core.clock import JST, jst
from core.doors import action
from core.errors import Refused
from correspondence.actions import NewLetter, queue_letters
from correspondence.models import Letter
from correspondence.states import LetterKind
from renewals import letters
from renewals.actions.enclosing import links_of
from renewals.actions.moving import locked, save
from renewals.actions.taking_back import take_back_reminders
from renewals.actions.writing import whom_to_mail
from renewals.days import wished_hour
from renewals.models import Renewal
from renewals.permissions import check_can_remind
from renewals.planning import calendar_of
from renewals.wordings import kind_of_stage, wordings


@action
def remind_renewal(*, renewal: Renewal, by: User, at: datetime) -> Letter:
    """Queue a reminder to the customer's primary contact. Once a day, whether the round or a person asked for it."""
    row = locked(renewal)
    check_can_remind(by, row, at)
    on = jst(at).date()
    contact = whom_to_mail(row.agency, [row], at).get(row.pk)
    if contact is None:
        raise Refused("メールをお送りできるご担当者がいません。電話で再案内してください。")
    midnight = datetime.combine(on, time.min, tzinfo=JST)
    today = Letter.objects.about(row).filter(
        kind__in=[LetterKind.RENEWAL_REMINDER, LetterKind.RENEWAL_NOTICE], queued_at__gte=midnight
    )
    if today.exists():
        raise Refused("今日はすでにご案内のメールがあります。明日以降に再案内してください。")
    left = (row.ends_on - on).days
    wording = wordings().of(row.agency_id, kind_of_stage(left))
    link = links_of([row], {row.pk: contact}, LetterKind.RENEWAL_REMINDER, at).get(row.pk)
    values = letters.values_of(row, contact.name, on, calendar_of(row, on), has_link=link is not None)
    text = letters.customer_letter(wording, values)
    key = f"renewal:{row.pk}:reminder-by-hand:{on}"
    until = min(midnight + timedelta(days=1), row.term_end_at)
    new = NewLetter(
        key=key, kind=LetterKind.RENEWAL_REMINDER, to=[contact.email], to_name=f"{row.customer.name} {contact.name}",
        subject=text.subject, body=text.body, wording=text.wording, reply_to=letters.reply_address(row),
        about=[row, row.policy, row.customer, *([link] if link else [])],
        not_before=wished_hour(at, until, row.customer.mail_wish),
    )  # fmt: skip
    take_back_reminders([row], by=by, at=at)
    queued = queue_letters(letters=[new], agency=row.agency, by=by, at=at)
    if key in queued.refused:
        raise Refused(queued.refused[key])
    row.reminded_at, row.reminded_by = at, by
    save(row, "remind_renewal", f"{row.policy.number}の更改を再度ご案内します(満期まであと{left}日)。", by=by, at=at)
    return queued.letters[key]
