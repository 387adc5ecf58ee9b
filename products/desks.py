"""Which desk of the insurer answers at a given minute. Saturdays, Sundays, holidays and the turn of the year differ."""

from datetime import date, datetime, time, timedelta

import jpholiday

from core.clock import jst
from products.book import Book, Desk, Hours


def is_workday(on: date) -> bool:
    """Whether the insurer's offices work that day: not at weekends, on holidays, or from 31 December to 3 January."""
    new_year = (on.month, on.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
    return on.weekday() < 5 and not new_year and not jpholiday.is_holiday(on)


def is_open(desk: Desk, at: datetime) -> bool:
    """Whether somebody answers at that moment (aware)."""
    local = jst(at)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        _covers(hours, today, local.time(), desk) or _runs_over(hours, yesterday, local.time(), desk)
        for hours in desk.hours
    )


def open_desks(book: Book, at: datetime, purpose: str = "claims") -> tuple[Desk, ...]:
    """The desks for that purpose where somebody answers at that moment."""
    return tuple(desk for desk in book.desks if desk.purpose == purpose and is_open(desk, at))


def _applies(hours: Hours, on: date, desk: Desk) -> bool:
    if (on.month, on.day) in {(12, 31), (1, 1), (1, 2), (1, 3)} and not desk.open_at_new_year:
        return False
    return (hours.days == "workdays") == is_workday(on)


def _covers(hours: Hours, on: date, clock: time, desk: Desk) -> bool:
    opens, closes = time.fromisoformat(hours.opens), time.fromisoformat(hours.closes)
    if not _applies(hours, on, desk):
        return False
    return clock >= opens if closes <= opens else opens <= clock < closes


def _runs_over(hours: Hours, started: date, clock: time, desk: Desk) -> bool:
    """A window of the day before that runs past midnight."""
    opens, closes = time.fromisoformat(hours.opens), time.fromisoformat(hours.closes)
    return closes <= opens and _applies(hours, started, desk) and clock < closes
