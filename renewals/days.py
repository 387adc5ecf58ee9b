"""On which day a letter of the calendar goes: business days, and the days the customer asked for.

Pure: days in, days out. The notice moves to the business day before, every other letter to the next one; none past its
last day.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from functools import lru_cache

from core.bank_days import is_bank_day
from core.clock import jst
from customers.rules import ANY_TIME, MailWish
from renewals.calendar import RenewalCalendar

_LONGEST_REST = 15  # days; whoever closes for longer still writes to the customers on the planned day


@dataclass(frozen=True, slots=True)
class Workdays:
    """An agency's business days (営業日): bank days, less those on which it closes itself (休業日)."""

    closed: frozenset[date] = frozenset()

    def is_open(self, on: date) -> bool:
        return on not in self.closed and _is_bank_day(on)

    def on_or_before(self, on: date) -> date:
        """That day or the last business day before it."""
        return self._walk(on, -1)

    def on_or_after(self, on: date) -> date:
        """That day or the next business day."""
        return self._walk(on, 1)

    def _walk(self, on: date, step: int) -> date:
        days = (on + timedelta(days=step * count) for count in range(_LONGEST_REST + 1))
        return next((day for day in days if self.is_open(day)), on)


BANK_DAYS = Workdays()
_is_bank_day = lru_cache(maxsize=4096)(is_bank_day)


def notice_day(ends_on: date, calendar: RenewalCalendar, workdays: Workdays) -> date:
    """When the notice goes: so many days before the expiry, or on the business day before."""
    return workdays.on_or_before(ends_on - timedelta(days=calendar.notice))


def notice_horizon(on: date, calendar: RenewalCalendar, workdays: Workdays) -> date:
    """The last expiry day whose notice has come due by `on`: before a rest, also those that fall into it."""
    last = on
    while last - on < timedelta(days=_LONGEST_REST) and workdays.on_or_before(last + timedelta(days=1)) <= on:
        last += timedelta(days=1)
    return last + timedelta(days=calendar.notice)


def stage_day(ends_on: date, stage: int, workdays: Workdays, wish: MailWish = ANY_TIME) -> date:
    """When the reminder of a stage goes: on its day or the next business day, never past the expiry day.

    A day the customer asked for is waited for, unless none comes before the expiry. That of the expiry day itself
    stays where it is.
    """
    planned = ends_on - timedelta(days=stage)
    if wish == ANY_TIME:
        return min(workdays.on_or_after(planned), ends_on)
    return _wished(planned, workdays, wish, ends_on) or min(workdays.on_or_after(planned), ends_on)


def after_expiry_day(ends_on: date, workdays: Workdays, wish: MailWish = ANY_TIME) -> date:
    """When 無保険のお知らせ goes: on a day somebody answers the phone, if one comes within a week one that suits."""
    planned = ends_on + timedelta(days=1)
    return _wished(planned, workdays, wish, planned + timedelta(days=7)) or workdays.on_or_after(planned)


def _wished(planned: date, workdays: Workdays, wish: MailWish, last: date) -> date | None:
    """The first business day from the planned day on that the customer asked for, if there is one in time."""
    days = (planned + timedelta(days=count) for count in range((last - planned).days + 1))
    return next((day for day in days if workdays.is_open(day) and wish.welcomes(day)), None)


def send_from(at: datetime, last: date, workdays: Workdays, wish: MailWish) -> datetime:
    """The moment from which a letter queued now may leave: the first that suits the customer up to the end of the
    last day, or at once when none does. A wish never costs the letter its deadline."""
    if wish == ANY_TIME:
        return at
    today = jst(at).date()
    for count in range((last - today).days + 1):
        day = today + timedelta(days=count)
        if wish.welcomes(day) and (count == 0 or workdays.is_open(day)):
            moment = wish.moment_on(day, at)
            if moment is not None:
                return moment
    return at


def wished_hour(at: datetime, until: datetime, wish: MailWish) -> datetime:
    """The same for a letter that goes this very day: only the hours are kept, and only before `until`."""
    moment = wish.moment_on(jst(at).date(), at)
    return moment if moment is not None and moment < until else at


class Deed(StrEnum):
    """What happens on a day of the calendar."""

    OPEN = auto()
    NOTICE = auto()
    REPORT = auto()
    REMIND = auto()
    UNINSURED = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a renewal's calendar: when, so many days before the expiry, for whom, what."""

    on: date
    days: int
    deed: Deed
    audience: str
    label: str


def schedule(ends_on: date, calendar: RenewalCalendar, workdays: Workdays, wish: MailWish = ANY_TIME) -> list[Step]:
    """Every day on which something goes out about a contract, in order, as long as nothing comes back."""
    opens_on, report_on = (ends_on - timedelta(days=days) for days in (calendar.opens, calendar.escalates))
    noticed_on = notice_day(ends_on, calendar, workdays)
    steps = [
        Step(opens_on, calendar.opens, Deed.OPEN, "担当者", "更改を開始(社内連絡)"),
        Step(noticed_on, calendar.notice, Deed.NOTICE, "お客さま", "更改のご案内"),
        Step(report_on, calendar.escalates, Deed.REPORT, "管理者", "ご案内が未送付なら報告"),
        Step(ends_on, 0, Deed.UNINSURED, "管理者", "午後4時に無保険の報告(更改が終わっていないとき)"),
    ]
    for days in calendar.reminders:
        day = stage_day(ends_on, days, workdays, wish)
        steps.append(Step(day, days, Deed.REMIND, "お客さま", "再案内(返答がないとき)"))
    if calendar.on_expiry_day:
        steps.append(Step(ends_on, 0, Deed.REMIND, "お客さま", "満期当日のお知らせ(返答がないとき)"))
    if calendar.day_after:
        day = after_expiry_day(ends_on, workdays, wish)
        steps.append(Step(day, -1, Deed.REMIND, "お客さま", "補償終了のお知らせ(更改が終わっていないとき)"))
    return sorted(steps, key=lambda step: (step.on, -step.days, step.deed))
