"""A diary of things to do at moments: the story writes into it, and it is lived through in order of time."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from core.clock import JST, travel

Deed = Callable[[datetime], None]


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
    """Some minute of a working day, on that day or the next Monday."""
    if on.weekday() >= 5:
        on += timedelta(days=7 - on.weekday())
    return datetime.combine(on, time(9, 10), tzinfo=JST) + timedelta(minutes=random.randrange(6 * 60))
