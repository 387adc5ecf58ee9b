"""The year of the proof: somebody turns the clock, waits until the day's work is done or stuck, and turns it on."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

from core.clock import JST
from local.chaos import portfolio
from local.chaos.herd import Herd
from local.chaos.office import Office
from local.chaos.storm import Storm
from local.chaos.time import Turned

T = TypeVar("T")
MORNING, AT_FOUR = (6, 0), (16, 1)
FEW = 25
STUCK_SECONDS = 2  # without any progress: a bell was lost, or who had it in hand is dead; beat comes round later
LOADING_SECONDS = 10  # those who renew were killed, and load the house anew
LONGEST_STEP_SECONDS = 180  # of those that show nothing before their commit


class Year:
    """Walks from the first notice day to after the last. Rounds and letters are done by the herd alone."""

    def __init__(
        self, clock: Turned, herd: Herd, storm: Storm, office: Office, policies: int, step: int,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.clock, self.herd, self.storm, self.office, self.say = clock, herd, storm, office, say
        self.policies = policies
        self.days = portfolio.days_awake(step)
        self.few = policies // FEW  # so many letters are still under way when the next round begins, as in life
        self.walked = 0
        self.spent: defaultdict[str, float] = defaultdict(float)  # where the seconds went

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(JST).date()

    @property
    def passed(self) -> int:
        return (self.days[-1] - self.days[0]).days + 1

    def walk(self) -> None:
        began = time.monotonic()
        for number, day in enumerate(self.days):
            if number and self.days[number - 1] < portfolio.OFF[0] <= day:
                self._switch_off(day)
            if number % 40 == 20:
                self._jump_back(day)
            self.storm.check()
            self._live(day)
            self.walked += 1
            self.storm.progress = self.walked / len(self.days)
            if number % 10 == 0:
                self.say(f"{day}: {self.herd.workers_killed} workers killed, {time.monotonic() - began:.0f} s")
        self._finish()

    def _live(self, day: date) -> None:
        """A morning and an afternoon, as beat rings them; the office changes contracts while the letters leave, posts,
        phones and hears from customers afterwards."""
        steady(self.office.leave)
        with self._timed("the morning's rounds"):
            self._ring_until(day, MORNING, "NIGHTLY", last_hour=15)
        with self._timed("the office"):
            steady(self.office.change_contracts)
        with self._timed("the renewals"):
            self._wait_for_people()
        with self._timed("the letters"):
            self._wait_for_letters(self.few)
        with self._timed("the office"):
            for deed in (self.office.post, self.office.hear, self.office.deal_with_bounces):
                steady(deed)
        with self._timed("the rounds at four"):
            self._ring_until(day, AT_FOUR, "EXPIRY", last_hour=23)
        with self._timed("the letters"):
            self._wait_for_letters(self.few)

    def _ring_until(self, day: date, first: tuple[int, int], kind: str, *, last_hour: int) -> None:
        """Turn the clock to a second before beat's times of that day until a whole round stands."""
        hour, minute = first
        while not self._finished(day, kind) and hour <= last_hour:
            self.clock.turn(datetime(day.year, day.month, day.day, hour, minute, tzinfo=JST) - timedelta(seconds=0.3))
            self._wait(lambda: self._finished(day, kind), lambda: self._progress_of_rounds())
            hour, minute = hour + 1, 10 if first == MORNING else 1

    def _wait_for_people(self) -> None:
        """Until everybody whose day it is has tried; they began with the day, while the round was at work."""
        self.herd.forget_rest()
        self._wait(lambda: self.herd.people_are_done, self._progress_of_rounds, LOADING_SECONDS)

    def _wait_for_letters(self, few: int = 0) -> None:
        """Until few of those that are due wait; the clock is pushed on when nothing moves, as time would pass."""
        for _ in range(200):
            self._wait(lambda: self._due() <= few, self._left)
            if self._due() <= few:
                break
            self.clock.turn(self.clock.now() + timedelta(seconds=21))

    def _switch_off(self, day: date) -> None:
        with self.storm.still:
            self.herd.stop()
            self.storm.crash_database()
            self.say(f"off from {portfolio.OFF[0]} until {portfolio.OFF[1]}")
            self.clock.turn(datetime(day.year, day.month, day.day, 5, tzinfo=JST))
            self.herd.start()

    def _jump_back(self, day: date) -> None:
        """The clock is wrong by a day for a while, first behind, then right again. Nobody signs anything meanwhile:
        what he did would lie before what he had read, and the reckoning could not tell it from a mistake."""
        with self.storm.still:
            self.herd.send_home()
            morning = datetime(day.year, day.month, day.day, 5, 59, tzinfo=JST)
            self.clock.turn(morning + timedelta(seconds=59) - timedelta(days=1))
            time.sleep(2)
            self.clock.turn(morning)
            self.herd.start()

    def _finish(self) -> None:
        """Hours pass until the last letter has gone, or its fate is known to be unknown."""
        for _ in range(60):
            self.clock.turn(self.clock.now() + timedelta(minutes=31))
            self._wait_for_letters()
            self._wait(lambda: not self.herd.left_to_carry, lambda: self.herd.left_to_carry)
            if not self._left() and not self.herd.left_to_carry:
                return

    def _wait(self, done: Callable[[], bool], progress: Callable[[], Any], stuck: float = STUCK_SECONDS) -> None:
        """Until it is done, or nothing has moved for some seconds and nobody is in the middle of anything."""
        seen, since = progress(), time.monotonic()
        moved = since
        while not done():
            if time.monotonic() - since > stuck or time.monotonic() - moved > LONGEST_STEP_SECONDS:
                self.spent["of these, stuck"] += time.monotonic() - moved
                return
            time.sleep(0.1)
            now = progress()
            if now != seen:
                self.storm.progress = max(self.storm.progress, self._share_told())
                seen, since = now, time.monotonic()
                moved = since
            elif self._someone_works():
                since = time.monotonic()

    def _someone_works(self) -> bool:
        """A step of a round shows nothing before its commit; the database knows that somebody is at it."""
        words = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
        """
        return bool(self._ask(words))

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.spent[what] += time.monotonic() - began

    def _finished(self, day: date, kind: str) -> bool:
        words = 'SELECT count(*) FROM renewals_round WHERE "on" = %s AND kind = %s AND finished_at IS NOT NULL'
        return bool(self._ask(words, day, kind))

    def _progress_of_rounds(self) -> Any:
        return self._ask("SELECT coalesce(max(id), 0) FROM core_event")

    def _share_told(self) -> float:
        """On the day of the thousands the kills come while they are sent, not only after it."""
        words = "SELECT count(*) FROM correspondence_letter WHERE kind = 'RENEWAL_NOTICE' AND status = 'SENT'"
        return float(self._ask(words)) / self.policies

    def _due(self) -> int:
        words = "SELECT count(*) FROM correspondence_letter WHERE status = 'QUEUED' AND not_before <= %s"
        return int(self._ask(words, self.clock.now()))

    def _left(self) -> Any:
        return self._ask("SELECT count(*) FROM correspondence_letter WHERE status IN ('QUEUED', 'SENDING')")

    def _ask(self, words: str, *facts: Any) -> Any:
        def ask() -> Any:
            with connection.cursor() as cursor:
                cursor.execute(words, facts)
                return cursor.fetchone()[0]

        return steady(ask)


def steady(ask: Callable[[], T]) -> T:
    """Ask (or do) again while the database is away: it was killed on purpose and comes back."""
    for _ in range(300):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.2)
    return ask()
