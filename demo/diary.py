"""A diary of things to do at moments: the story writes into it, and it is lived through in order of time."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

import jpholiday

from core.clock import JST, jst, travel

Deed = Callable[[datetime], None]
_NEW_YEAR = {(12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
OPENS = time(9, 10)


class Diary:
    """Deeds by their moment. A deed may write further deeds; what lies beyond `until` is never lived."""

    def __init__(self, until: datetime, random: Random) -> None:
        self.until = until
        self.random = random
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._order = count()

    def write(self, at: datetime, deed: Deed) -> None:
        if at <= self.until:
            heapq.heappush(self._deeds, (at, next(self._order), deed))

    def write_on(self, on: date, deed: Deed) -> None:
        """At some minute of office hours, on that day or the next working day."""
        self.write(office_hours(on, self.random), deed)

    def write_after(self, at: datetime, low: int, high: int, deed: Deed) -> None:
        """`low` to `high` days later, in office hours; on the same day not before another hour has passed."""
        when = office_hours(jst(at).date() + timedelta(days=self.random.randint(low, high)), self.random)
        self.write(max(when, at + timedelta(minutes=75)), deed)

    def live(self) -> int:
        """Do everything in order, each at its own time. Returns how many deeds were done."""
        done = 0
        while self._deeds:
            at, _, deed = heapq.heappop(self._deeds)
            with travel(at):
                deed(at)
            done += 1
        return done


def is_working_day(on: date) -> bool:
    return on.weekday() < 5 and not jpholiday.is_holiday(on) and (on.month, on.day) not in _NEW_YEAR


def office_hours(on: date, random: Random) -> datetime:
    """Some minute of office hours, on that day or the next working day."""
    while not is_working_day(on):
        on += timedelta(days=1)
    return datetime.combine(on, OPENS, tzinfo=JST) + timedelta(minutes=random.randrange(6 * 60))


def working_day_before(on: date, days: int) -> date:
    """The last working day that lies at least so many days before."""
    on -= timedelta(days=days)
    while not is_working_day(on):
        on -= timedelta(days=1)
    return on
