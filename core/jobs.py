"""Bells: after commit, a task is called by name. A bell may be lost; the sweep of the same task finds the rows."""

import logging
import time
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# A broker that is down answers only after seconds: one request in half a minute waits for it, the others do not.
QUIET_SECONDS = 30
_quiet_until = 0.0


def ring(task_name: str, **kwargs: Any) -> None:
    """Call a task by name once this transaction is committed."""
    transaction.on_commit(lambda: _send(task_name, kwargs))


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(task_name, kwargs=kwargs, expires=300, retry=False)
    except (OperationalError, RedisError, OSError):
        # The rows are in PostgreSQL and beat sweeps them: a broker that is down delays, it loses nothing.
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("no bell for %s: the broker does not answer; the next sweep will do it", task_name)
