"""What follows the notice while nothing comes back: reminders, the expiry day, and the word that cover has ended."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from core.clock import JST, jst
from core.doors import action
from core.periods import at_four
from correspondence.actions import NewLetter, queue_letters
from correspondence.models import Letter
from correspondence.states import LetterKind, WordingKind
from customers.rules import ANY_TIME
from policies.models import Policy
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals import letters
from renewals.actions.enclosing import links_of
from renewals.actions.moving import save_many, write_lines
from renewals.actions.notifying import notice_key
from renewals.actions.taking_back import take_back_reminders
from renewals.actions.writing import by_agency, rows_for_letters, whom_to_mail
from renewals.days import after_expiry_day, wished_hour
from renewals.models import Renewal, RenewalQuerySet
from renewals.planning import Calendars, calendars_on
from renewals.rules import AFTER_EXPIRY, reminder_due
from renewals.states import SILENT_STATUSES, RenewalStatus, Response
from renewals.wordings import kind_of_stage, wordings

# A customer who was not told within this time, because the machine stood still, is phoned instead (checks 28).
# Longer than an agency may be closed on end: its letter waits for the first business day.
_STILL_NEWS = 21


@action
def remind_due(*, on: date, by: User, at: datetime) -> dict[str, int]:
    """Remind while nothing has come back: only the latest stage whose day has come. Without e-mail staff phone."""
    calendars = calendars_on(on)
    reached = Q(pk=None)
    for stage in calendars.stages:
        until = at_four(on + timedelta(days=stage))
        reached |= Q(term_end_at__lte=until) & (Q(last_stage=None) | Q(last_stage__gt=stage))
    farthest = at_four(on + timedelta(days=max(calendars.stages, default=0)))
    silent = _when(
        Renewal.objects.filter(status__in=SILENT_STATUSES, notified_at__isnull=False)
        .filter(reached, term_end_at__gt=at, term_end_at__lte=farthest)
    )  # fmt: skip
    leaves_on = _when_notices_leave(silent)
    stages: dict[int, int] = {}
    for row in silent:
        calendar, workdays = calendars.of(row.policy), calendars.workdays(row.agency_id)
        facts = row.reminder_facts
        if row.pk in leaves_on:
            facts = replace(facts, heard_on=max(facts.heard_on or on, leaves_on[row.pk]))
        due_stage = reminder_due(facts, on, calendar, workdays, row.customer.mail_wish)
        if due_stage is not None:
            stages[row.pk] = due_stage
    # Asked again under the lock: an answer may have come in since.
    due = rows_for_letters(Q(pk__in=list(stages), status__in=SILENT_STATUSES)) if stages else []
    take_back_reminders(due, by=by, at=at)
    mailed = _mail(due, lambda row: f"reminder-{stages[row.pk]}", calendars, stages.__getitem__, by=by, at=at)
    lines = []
    for row in due:
        stage = row.last_stage = stages[row.pk]
        when = f"満期{stage}日前" if stage else "満期当日"
        if row.pk in mailed:
            lines.append((row, f"{row.policy.number}の更改を再度ご案内します({when})。"))
        else:
            row.next_on, row.next_step = on, f"電話で再度ご案内する({when}、メールなし)"
            lines.append((row, f"{row.policy.number}はメールで届けられないため、電話での再案内が必要です。"))
    save_many(due, "last_stage", "next_on", "next_step")
    write_lines("remind_due", lines, by=by, at=at)
    return {"reminders": len(mailed), "calls": len(due) - len(mailed)}


def _when_notices_leave(renewals: Iterable[Renewal]) -> dict[int, date]:
    """The day of a notice that waits for a day its customer asked for: until then he has heard nothing."""
    wished = {notice_key(row): row.pk for row in renewals if row.customer.mail_wish != ANY_TIME}
    if not wished:
        return {}
    found = Letter.objects.filter(key__in=list(wished)).values_list("key", "not_before")
    return {wished[key]: jst(moment).date() for key, moment in found}


@action
def tell_uninsured_due(*, on: date, by: User, at: datetime) -> int:
    """Tell customers that their cover has ended (無保険のお知らせ), once, from the day after the expiry on.

    Not who said that he does not renew, and not who has a new contract, be it one that began later. Who cannot be
    mailed is on the managers' list.
    """
    calendars = calendars_on(on)
    later = Policy.objects.filter(renews=OuterRef("policy_id"))
    resumed = Quote.objects.filter(resumes=OuterRef("policy_id"), status=QuoteStatus.ISSUED)
    ended = _when(
        Renewal.objects.filter(status=RenewalStatus.UNINSURED, term_end_at__lte=at)
        .filter(Q(last_stage=None) | Q(last_stage__gt=AFTER_EXPIRY))
        .filter(term_end_at__gte=at_four(on - timedelta(days=_STILL_NEWS)))
        .exclude(response=Response.NOT_RENEWING)
        .filter(~Exists(later), ~Exists(resumed))
    )  # fmt: skip
    wanted = [
        row.pk
        for row in ended
        if calendars.of(row.policy).day_after
        and after_expiry_day(row.ends_on, calendars.workdays(row.agency_id), row.customer.mail_wish) <= on
    ]
    due = rows_for_letters(Q(pk__in=wanted)) if wanted else []
    mailed = _mail(due, lambda _: "uninsured", calendars, lambda _: AFTER_EXPIRY, by=by, at=at)
    for row in due:
        row.last_stage = AFTER_EXPIRY
    save_many(due, "last_stage")
    lines = [
        (row, f"{row.policy.number}の補償が終了したことをお知らせします。")
        if row.pk in mailed
        else (row, f"{row.policy.number}の補償が終了したことを、電話か書面でお知らせください(メールなし)。")
        for row in due
    ]
    write_lines("tell_uninsured_due", lines, by=by, at=at)
    return len(mailed)


def _when(renewals: RenewalQuerySet) -> RenewalQuerySet:
    """With what says on which day a letter goes; nothing else is read of rows that are not due."""
    return renewals.select_related("policy", "customer").only(
        "agency_id", "term_end_at", "notified_at", "reminded_at", "last_stage", "policy__agency_id",
        "policy__product_version_id",
        "customer__mail_weekdays", "customer__mail_not_days", "customer__mail_from", "customer__mail_until",
    )  # fmt: skip


def _mail(
    due: Sequence[Renewal],
    part: Callable[[Renewal], str],
    calendars: Calendars,
    stage_of: Callable[[int], int],
    *,
    by: User,
    at: datetime,
) -> set[int]:
    """Queue these letters, one text per stage; returns which renewals' customers are mailed."""
    words, mailed = wordings(), set[int]()
    for agency, rows in by_agency(due):
        contacts, new = whom_to_mail(agency, rows, at), {}
        # The same link as in the notice, as long as it opens: nobody has to dig that out.
        links = links_of(rows, contacts, LetterKind.RENEWAL_REMINDER, at)
        for row in rows:
            if row.pk not in contacts:
                continue
            contact, stage, link = contacts[row.pk], stage_of(row.pk), links.get(row.pk)
            has_ended = stage == AFTER_EXPIRY
            kind = LetterKind.COVER_ENDED if has_ended else LetterKind.RENEWAL_REMINDER
            wording = words.of(agency.pk, WordingKind.UNINSURED if has_ended else kind_of_stage(stage))
            today = at.astimezone(JST).date()
            values = letters.values_of(row, contact.name, today, calendars.of(row.policy), has_link=link is not None)
            text = letters.customer_letter(wording, values)
            # The day was chosen by its rule; of the wish only the hours are left, and the expiry comes first.
            midnight = datetime.combine(today + timedelta(days=1), time.min, tzinfo=JST)
            until = midnight if has_ended else min(midnight, row.term_end_at)
            new[row.pk] = NewLetter(
                key=f"renewal:{row.pk}:{part(row)}:{row.ends_on}", kind=kind,
                to=[contact.email], to_name=f"{row.customer.name} {contact.name}", subject=text.subject,
                body=text.body, wording=text.wording, reply_to=letters.reply_address(row),
                about=[row, row.policy, row.customer, *([link] if link else [])],
                not_before=wished_hour(at, until, row.customer.mail_wish),
            )  # fmt: skip
        outcome = queue_letters(letters=list(new.values()), agency=agency, by=by, at=at)
        mailed |= {pk for pk, letter in new.items() if letter.key in outcome.letters}
    return mailed
