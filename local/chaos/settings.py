"""What the processes of `make chaos` run with: the house's own settings, and a clock that somebody else turns.

Only here are `core.clock` and Celery told to read another clock; no room may import `local`, so nothing in production
can travel by accident.
"""

from pathlib import Path

from celery import Celery

from config.settings.local import *  # noqa: F403
from config.settings.local import TEMPLATES, env
from core import clock
from local.chaos.time import Turned

if env.bool("CHAOS_SHORT_FORM", False):
    # A smaller form of the notice before the house's own: typeset, filed and enclosed by the same code.
    TEMPLATES[0]["DIRS"].insert(0, Path(__file__).parent / "templates")  # type: ignore[attr-defined]

clock.wall = Turned(Path(env.str("CHAOS_CLOCK"))).now
Celery.now = lambda self: clock.wall().astimezone(self.timezone)  # beat's timetable follows the same clock
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.25  # it looks again this often: nobody tells it that the clock was turned
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
