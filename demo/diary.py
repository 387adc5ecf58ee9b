"""A diary of things to do at moments: the story writes into it, and it is lived through in order of time."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

import jpholiday

from core.clock import JST, travel

Deed = Callable[[datetime], None]
_NEW_YEAR = {(12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


class Diary:
    """Deeds by their moment. A deed may write further deeds; what lies beyond `until` is never lived."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._order = count()

    def write(self, at: datetime, deed: Deed) -> None:
        if at <= self.until:
            heapq.heappush(self._deeds, (at, next(self._order), deed))

    def live(self) -> int:
        """Do everything in order, each at its own time. Returns how many deeds were done."""
        done = 0
        while self._deeds:
            at, _, deed = heapq.heappop(self._deeds)
            with travel(at):
                deed(at)
            done += 1
        return done


def office_hours(on: date, random: Random) -> datetime:
    """Some minute of office hours, on that day or the next working day."""
    while on.weekday() >= 5 or jpholiday.is_holiday(on) or (on.month, on.day) in _NEW_YEAR:
        on += timedelta(days=1)
    return datetime.combine(on, time(9, 10), tzinfo=JST) + timedelta(minutes=random.randrange(6 * 60))
