"""The clock of 個人データの漏えい等報告 (個人情報保護法26条, checks 32): who must report, and by when.

Day 1 is the day of knowledge; Saturdays, Sundays and holidays count, but a last day on which the government's
offices are closed moves to the next open one.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday

MANY_PERSONS = 1000
FINAL_DAYS = 30
FINAL_DAYS_WRONGFUL = 60


@dataclass(frozen=True, slots=True)
class Breach:
    """What is known of the leak. `persons` None: not counted yet."""

    known_on: date
    persons: int | None = None
    sensitive: bool = False
    financial: bool = False
    wrongful: bool = False


@dataclass(frozen=True, slots=True)
class BreachClock:
    """The days to report by, and why. `must_report` None: it depends on a count nobody has yet."""

    must_report: bool | None
    reasons: tuple[str, ...]
    known_on: date
    preliminary_from: date
    preliminary_until: date
    final_on: date
    final_days: int
    moved_from: date | None


def government_is_open(on: date) -> bool:
    """Whether 官公庁 work that day: not at weekends, on holidays, or from 29 December to 3 January."""
    new_year = (on.month == 12 and on.day >= 29) or (on.month == 1 and on.day <= 3)
    return on.weekday() < 5 and not new_year and not jpholiday.is_holiday(on)


def next_open_day(on: date) -> date:
    """That day, or the first day after it on which the government's offices are open."""
    while not government_is_open(on):
        on += timedelta(days=1)
    return on


def breach_clock(breach: Breach) -> BreachClock:
    """When 速報 is expected (a guide) and 確報 is due."""
    days = FINAL_DAYS_WRONGFUL if breach.wrongful else FINAL_DAYS
    counted = breach.known_on + timedelta(days=days - 1)
    final_on = next_open_day(counted)
    reasons = _reasons(breach)
    return BreachClock(
        must_report=True if reasons else (None if breach.persons is None else False),
        reasons=reasons,
        known_on=breach.known_on,
        preliminary_from=breach.known_on + timedelta(days=2),
        preliminary_until=breach.known_on + timedelta(days=4),
        final_on=final_on,
        final_days=days,
        moved_from=counted if final_on != counted else None,
    )


def _reasons(breach: Breach) -> tuple[str, ...]:
    """Which of the four kinds it is; more than 1,000 persons, so 1,000 is not."""
    reasons = []
    if breach.sensitive:
        reasons.append("要配慮個人情報が含まれる")
    if breach.financial:
        reasons.append("財産的な被害のおそれがある")
    if breach.wrongful:
        reasons.append("不正の目的によるおそれがある")
    if breach.persons is not None and breach.persons > MANY_PERSONS:
        reasons.append(f"本人の数が{MANY_PERSONS:,}人を超える({breach.persons:,}人)")
    return tuple(reasons)
