"""Bank days (銀行営業日): no weekend, no public holiday, no 31 December to 3 January (practice 7-6).

Public offices rest longer (from 29 December); their calendar is another one.
"""

from datetime import date, timedelta

import jpholiday

_CLOSED = {(12, 31), (1, 1), (1, 2), (1, 3)}


def is_bank_day(on: date) -> bool:
    """Whether banks are open on that day."""
    return on.weekday() < 5 and (on.month, on.day) not in _CLOSED and not jpholiday.is_holiday(on)


def bank_days_after(start: date, end: date) -> int:
    """How many bank days come after `start`, up to and including `end`; 0 when `end` is not later."""
    return sum(is_bank_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def next_bank_day(on: date) -> date:
    """That day, or the first bank day after it."""
    while not is_bank_day(on):
        on += timedelta(days=1)
    return on
