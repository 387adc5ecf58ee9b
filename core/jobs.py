"""Bells: after commit, a task is called by name. A bell may be lost; the sweep of the same task finds the rows."""

import logging
import time
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import pools
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Somebody waits for the page that rings. The worker's own connection waits longer and tries again; this one tries once.
HURRY = {
    "max_retries": 0,
    "socket_connect_timeout": settings.REDIS_PATIENCE_SECONDS,
    "socket_timeout": settings.REDIS_PATIENCE_SECONDS,
}
# While the broker is silent one request in half a minute waits for it even so long, the others do not.
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
        with pools.producers[current_app.connection(transport_options=HURRY)].acquire(block=True) as producer:
            current_app.send_task(task_name, kwargs=kwargs, expires=300, retry=False, producer=producer)
    except (OperationalError, RedisError, OSError):
        # The rows are in PostgreSQL and beat sweeps them: a broker that is down delays, it loses nothing.
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("no bell for %s: the broker does not answer; the next sweep will do it", task_name)
