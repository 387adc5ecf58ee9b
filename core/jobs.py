"""Bells: after commit, a task is called by name. A bell may be lost; the sweep of the same task finds the rows."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def ring(task_name: str, **kwargs: Any) -> None:
    """Call a task by name once this transaction is committed."""
    transaction.on_commit(lambda: _send(task_name, kwargs))


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    try:
        current_app.send_task(task_name, kwargs=kwargs, expires=300, retry=False)
    except (OperationalError, RedisError, OSError):
        # The rows are in PostgreSQL and beat sweeps them: a broker that is down delays, it loses nothing.
        log.warning("no bell for %s: the broker does not answer; the next sweep will do it", task_name)
