"""Beat that survives a clock set back.

Celery's beat notes when it last rang for each entry, also on disk, and rings again so long after that moment. After a
clock that ran ahead was put right, "that moment" lies in the future, and beat would be silent until it has passed: no
sweep, no round, for as long as the clock was wrong.
"""

from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler


class SteadyScheduler(PersistentScheduler):
    """The usual one; what was rung in the future counts as rung now."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        self.forget_the_future(self.app.now())
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def forget_the_future(self, now: datetime) -> None:
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # asked anew which is due next
