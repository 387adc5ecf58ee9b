"""The notice, the reminders, the report to managers and the morning mail to staff.

Papers, letters and history of a whole round are written in bulk; the keys make each of them happen once, however
often the round runs or is cut off.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Q

from accounts.models import Agency, User
from accounts.queries import managers
from core.clock import jst
from core.doors import action
from core.periods import at_four
from correspondence.actions import NewLetter, NewPaper, file_papers, queue_letter, queue_letters
from correspondence.models import Letter
from correspondence.queries import dead_addresses
from correspondence.states import LetterKind, PaperKind
from customers.queries import back_on_paper, reachable_contact
from renewals import letters
from renewals.actions.moving import locked, save, save_many, set_duty, write_lines
from renewals.days import notice_horizon
from renewals.models import Renewal
from renewals.papers import TEMPLATE, notice_page
from renewals.permissions import check_can_record_posting
from renewals.planning import Calendars, calendars_on
from renewals.queries import duties_of, unsent_notices
from renewals.rules import reminder_due
from renewals.states import SILENT_STATUSES, RenewalStatus, Way

_BY_POST = "メールで届けられないため郵送してください。"


def notice_key(renewal: Renewal) -> str:
    """The one notice of a renewal: contract × term × kind (practice 5-2)."""
    return f"renewal:{renewal.pk}:notice-60:{renewal.ends_on}"


@action
def file_notices_due(*, on: date, by: User, at: datetime) -> dict[str, int]:
    """File the renewal paper of every open renewal within the window and mail it; without e-mail it waits for 郵送."""
    calendars = calendars_on(on)
    due = _for_letters(
        Q(status=RenewalStatus.OPEN, noticed_at__isnull=True, term_end_at__gt=at)
        & calendars.ending_by(partial(notice_horizon, on))
    )
    mailed = posted = 0
    for agency, rows in by_agency(due):
        papers = file_papers(
            papers=[
                NewPaper(
                    key=f"renewal:{row.pk}:notice:{row.ends_on}",
                    kind=PaperKind.RENEWAL_NOTICE,
                    template=TEMPLATE,
                    page=notice_page(row, made_on=on, calendar=calendars.of(row.policy)),
                    subject=row.policy.number,
                    dated_on=on,
                    counterparty=row.customer.name,
                    amount_yen=row.policy.premium_yen,
                    about=[row, row.policy, row.customer],
                )
                for row in rows
            ],
            agency=agency, by=by, at=at,
        )  # fmt: skip
        new, on_paper = {}, back_on_paper([row.customer_id for row in rows], at)
        dead = dead_addresses(agency)
        for row, paper in zip(rows, papers, strict=True):
            contact = reachable_contact(row.customer, dead)
            if contact is not None and contact.email and row.customer_id not in on_paper:
                text = letters.notice_letter(row, contact, on, calendars.of(row.policy))
                new[row.pk] = NewLetter(
                    key=notice_key(row), kind=LetterKind.RENEWAL_NOTICE, to=[contact.email],
                    to_name=f"{row.customer.name} {contact.name}", subject=text.subject, body=text.body,
                    reply_to=letters.reply_address(row), papers=[paper], about=[row, row.policy, row.customer],
                )  # fmt: skip
        outcome = queue_letters(letters=list(new.values()), agency=agency, by=by, at=at)
        by_mail = [row for row in rows if row.pk in new and new[row.pk].key in outcome.letters]
        mailing = {row.pk for row in by_mail}
        by_post = [row for row in rows if row.pk not in mailing]
        made = {"noticed_at": at, "noticed_by": by}
        sent = {"status": RenewalStatus.NOTIFIED, "notified_at": at, "notified_by": by}
        _update(by_mail, on, calendars, **made, **sent, way=Way.EMAIL)
        _update(by_post, on, calendars, **made, way=Way.POST)
        write_lines(
            "file_notices_due",
            [
                *((row, f"{row.policy.number}の更改のご案内をメールで送ります。") for row in by_mail),
                *((row, f"{row.policy.number}の更改のご案内を作成しました。{_BY_POST}") for row in by_post),
            ],
            by=by, at=at,
        )  # fmt: skip
        mailed, posted = mailed + len(by_mail), posted + len(by_post)
    return {"notices": mailed, "by_post": posted}


@action
def remind_due(*, on: date, by: User, at: datetime) -> dict[str, int]:
    """Remind while nothing has come back: only the latest stage whose day has come. Without e-mail staff phone."""
    calendars = calendars_on(on)
    reached = Q(pk=None)
    for stage in calendars.stages:
        until = at_four(on + timedelta(days=stage))
        reached |= Q(term_end_at__lte=until) & (Q(last_stage=None) | Q(last_stage__gt=stage))
    silent = (
        Renewal.objects.filter(status__in=SILENT_STATUSES, notified_at__isnull=False, term_end_at__gt=at)
        .filter(reached, term_end_at__lte=at_four(on + timedelta(days=max(calendars.stages, default=0))))
        .select_related("policy")
        .only("pk", "term_end_at", "notified_at", "last_stage", "policy__agency_id", "policy__product_version_id")
    )
    stages: dict[int, int] = {}
    for row in silent:
        due_stage = reminder_due(row.reminder_facts, on, calendars.of(row.policy), calendars.workdays(row.agency_id))
        if due_stage is not None:
            stages[row.pk] = due_stage
    # Asked again under the lock: an answer may have come in since.
    due = _for_letters(Q(pk__in=list(stages), status__in=SILENT_STATUSES)) if stages else []
    mailed = called = 0
    for agency, rows in by_agency(due):
        new, dead = {}, dead_addresses(agency)
        for row in rows:
            contact, stage = reachable_contact(row.customer, dead), stages[row.pk]
            if contact is not None and contact.email:
                text = letters.reminder_letter(row, contact, stage, on, calendars.of(row.policy))
                new[row.pk] = NewLetter(
                    key=f"renewal:{row.pk}:reminder-{stage}:{row.ends_on}", kind=LetterKind.RENEWAL_REMINDER,
                    to=[contact.email], to_name=f"{row.customer.name} {contact.name}", subject=text.subject,
                    body=text.body, reply_to=letters.reply_address(row), about=[row, row.policy, row.customer],
                )  # fmt: skip
        outcome = queue_letters(letters=list(new.values()), agency=agency, by=by, at=at)
        lines = []
        for row in rows:
            row.last_stage = stages[row.pk]
            if row.pk in new and new[row.pk].key in outcome.letters:
                mailed += 1
                lines.append((row, f"{row.policy.number}の更改を再度ご案内します(満期{row.last_stage}日前)。"))
            else:
                called += 1
                row.next_on, row.next_step = on, f"電話で再度ご案内する(満期{row.last_stage}日前、メールなし)"
                lines.append((row, f"{row.policy.number}はメールで届けられないため、電話での再案内が必要です。"))
        save_many(rows, "last_stage", "next_on", "next_step")
        write_lines("remind_due", lines, by=by, at=at)
    return {"reminders": mailed, "calls": called}


@action
def escalate_due(*, on: date, by: User, at: datetime) -> int:
    """Report notices that are not on their way to the managers, from the calendar's day on; once each."""
    due = list(unsent_notices(on, at).filter(escalated_at__isnull=True))
    for agency, rows in by_agency(due):
        _update(rows, on, calendars_on(on), escalated_at=at, escalated_by=by)
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


@action
def record_notice_posted(*, renewal: Renewal, seen_version: int, by: User, at: datetime) -> Renewal:
    """Note that the printed notice was put in the post (郵送)."""
    row = locked(renewal, seen_version)
    check_can_record_posting(by, row)
    row.notified_at, row.notified_by = at, by
    if row.status == RenewalStatus.OPEN:
        row.status = RenewalStatus.NOTIFIED
    return save(row, "record_notice_posted", f"{row.policy.number}の更改のご案内を郵送しました。", by=by, at=at)


def _for_letters(wanted: Q) -> list[Renewal]:
    """Rows locked, with everything a letter or paper says about them, in a fixed number of statements."""
    return list(
        Renewal.objects.filter(wanted)
        .select_for_update(of=("self",))
        .select_related("policy", "customer")
        .defer("policy__instalments", "customer__search_text", "customer__search_bigrams")
        # Few people and agencies for many rows: read once, not joined to every row.
        .prefetch_related("agency", "owner", "customer__contacts")
        .order_by("term_end_at", "pk")
    )


def by_agency(rows: Iterable[Renewal]) -> Iterable[tuple[Agency, list[Renewal]]]:
    found: dict[int, list[Renewal]] = defaultdict(list)
    for row in rows:
        found[row.agency_id].append(row)
    return [(group[0].agency, group) for group in found.values()]


def _update(rows: list[Renewal], on: date, calendars: Calendars, **facts: object) -> None:
    """Write the same facts on many rows, with each row's own next duty."""
    for row in rows:
        for name, value in facts.items():
            setattr(row, name, value)
        set_duty(row, on, calendars.of(row.policy))
    save_many(rows, *facts, "next_on", "next_step")


def tell_managers(agency: Agency, key: str, text: letters.Text, rows: list[Renewal], *, by: User, at: datetime) -> None:
    """One mail to all managers at work; without any, to the agency's own address."""
    to = [boss.email for boss in managers(agency, jst(at).date()) if boss.email] or [agency.email]
    queue_letter(
        agency=agency, key=key, kind=LetterKind.STAFF_NOTICE, to=to, to_name="管理者", subject=text.subject,
        body=text.body, about=[thing for row in rows for thing in (row, row.policy)], by=by, at=at,
    )  # fmt: skip
