"""Is the house alive? For a load balancer, and for `make demo` to know when to print the address."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from core.clock import now
from correspondence.queries import mailbox_away
from desk.rounds import missing_rounds


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL and Redis answer, today's rounds ran and the mailbox for returned mail can be read, 503
    otherwise. Names no detail to strangers."""
    states = {
        "database": _database_answers(), "redis": _redis_answers(), "rounds": _rounds_ran(),
        "mailbox": _mailbox_is_read(),
    }  # fmt: skip
    return JsonResponse(states, status=200 if all(states.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _rounds_ran() -> bool:
    try:
        return not missing_rounds(now())
    except DatabaseError:
        return False


def _mailbox_is_read() -> bool:
    try:
        return mailbox_away(now()) is None
    except DatabaseError:
        return False


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
