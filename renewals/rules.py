"""Decisions about renewals: which reminder is due, what comes next and when, which column of the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from customers.rules import ANY_TIME, MailWish
from renewals.calendar import RenewalCalendar
from renewals.days import BANK_DAYS, Workdays, stage_day
from renewals.states import OPEN_STATUSES, UNNOTICED_STATUSES, RenewalStatus, Response, Way

# The stage of the letter that says that cover has ended.
AFTER_EXPIRY = -1


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What decides whether a reminder is due."""

    ends_on: date
    heard_on: date | None  # from us last: the notice, or a reminder by hand after it
    last_stage: int | None


def reminder_due(
    facts: ReminderFacts, on: date, calendar: RenewalCalendar, workdays: Workdays = BANK_DAYS, wish: MailWish = ANY_TIME
) -> int | None:
    """The stage (45, 30, 14, 7, or 0 on the expiry day) whose day has come and that was not sent, or None.

    Only the latest: after days of standstill one letter goes out, not four. A stage whose day had come when he last
    heard from us is left alone, or he would hear from us twice within a day.
    """
    if facts.heard_on is None:
        return None
    if on > facts.ends_on:
        return None
    reached = [
        stage
        for stage in calendar.stages
        if stage_day(facts.ends_on, stage, workdays, wish) <= on
        and facts.heard_on < facts.ends_on - timedelta(days=stage)
    ]
    latest = min(reached, default=None)
    if latest is None or (facts.last_stage is not None and facts.last_stage <= latest):
        return None
    return latest


def answer_by(ends_on: date, on: date, calendar: RenewalCalendar) -> date:
    """返答期限 of a letter written on that day; a late letter still leaves a few days, never past the expiry day."""
    planned = ends_on - timedelta(days=calendar.answer_by)
    return planned if planned > on else min(on + timedelta(days=calendar.late_answer), ends_on)


@dataclass(frozen=True, slots=True)
class Duty:
    """What staff do next, and from which day."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """What decides the next duty."""

    status: str
    ends_on: date
    way: str = ""
    is_posted: bool = False
    response: str = ""
    is_undelivered: bool = False
    reminded_on: date | None = None
    correction: str = ""
    by_link: bool = False
    needs_another_product: bool = False


def next_duty(facts: DutyFacts, on: date, calendar: RenewalCalendar) -> Duty | None:
    """The next thing somebody does for a renewal; None when it is closed."""
    if facts.status not in OPEN_STATUSES:
        return None
    if facts.is_undelivered:
        return Duty(on, "電話で更改をご案内する(メール不達)")
    if facts.status in UNNOTICED_STATUSES and facts.way == Way.POST and not facts.is_posted:
        return Duty(on, "更改のご案内を印刷して郵送する")
    if facts.correction:
        return Duty(on, f"案内の後の変更をお客さまに説明する({facts.correction})"[:100])
    soon = min(on + timedelta(days=calendar.follow_up), facts.ends_on)
    match facts.status:
        case RenewalStatus.OPEN:
            return Duty(max(on, facts.ends_on - timedelta(days=calendar.notice)), "更改のご案内を送る")
        case RenewalStatus.NOTIFIED | RenewalStatus.RESPONDED if facts.needs_another_product:
            return Duty(on, "この商品では更改できないため、理由を伝えて後継商品を提案する")
        case RenewalStatus.NOTIFIED:
            call_from = facts.ends_on - timedelta(days=calendar.notice_sent_by)
            if facts.reminded_on is not None:  # whoever was just reminded is given some days
                call_from = max(call_from, facts.reminded_on + timedelta(days=calendar.follow_up))
            return Duty(max(on, min(call_from, facts.ends_on)), "返答がなければ電話で意向を確認する")
        case RenewalStatus.RESPONDED if facts.response == Response.RENEW and facts.by_link:
            return Duty(on, "お客さまの回答を確認し、電話のうえ更改の見積を判定する")
        case RenewalStatus.RESPONDED if facts.response == Response.RENEW:
            return Duty(on, "今年の売上高を確認し、更改の見積を提示する")
        case RenewalStatus.RESPONDED if facts.response == Response.NOT_RENEWING:
            return Duty(on, "理由を確認し、結果(他社・辞退)を記録する")
        case RenewalStatus.RESPONDED:
            return Duty(soon, "検討の状況を確認する")
        case RenewalStatus.QUOTED:
            return Duty(soon, "見積への返答を確認し、申込を受ける")
    return Duty(on, "満期までに証券を発行する")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A column of the board: how near the expiry is. `days` is None once it has passed."""

    code: str
    label: str
    days: int | None


def buckets(calendar: RenewalCalendar) -> tuple[Bucket, ...]:
    """Overdue first, then from near to far: 7, 14, 30, 45, 60 days, and what was opened earlier."""
    near_first = sorted(calendar.buckets)
    return (
        Bucket("overdue", "満期経過", None),
        *(Bucket(str(days), f"{days}日以内", days) for days in near_first),
        Bucket("later", f"{near_first[-1]}日より先", 10_000),
    )


def bucket_of(ends_on: date, on: date, columns: Sequence[Bucket]) -> Bucket:
    """The column of an expiry day. The expiry day itself is not overdue: cover runs until 16:00."""
    left = (ends_on - on).days
    if left < 0:
        return columns[0]
    return next(column for column in columns[1:] if column.days is not None and left <= column.days)
