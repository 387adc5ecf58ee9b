"""On which day a letter of the calendar goes: business days, and the days the customer asked for.

Pure: days in, days out. The notice moves to the business day before, every other letter to the next one; none past its
last day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.bank_days import is_bank_day
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


def stage_day(ends_on: date, stage: int, workdays: Workdays) -> date:
    """When the reminder of a stage goes: on its day or the next business day, never past the expiry day."""
    return min(workdays.on_or_after(ends_on - timedelta(days=stage)), ends_on)


def after_expiry_day(ends_on: date, workdays: Workdays) -> date:
    """When 無保険のお知らせ goes: on a day somebody answers the phone."""
    return workdays.on_or_after(ends_on + timedelta(days=1))
