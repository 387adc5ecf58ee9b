"""The one place that reads the clock. Only doors call it; everything else is told the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def wall() -> datetime:
    """The clock on the wall. The proof (`local/chaos`) hangs up another one that it can turn."""
    return datetime.now(UTC)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _travelled.get() or wall()


def today() -> date:
    """Today's date in Japan."""
    return jst(now()).date()


def jst(at: datetime) -> datetime:
    """The same moment on a Japanese wall clock. Naive datetimes are refused."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime has no moment")
    return at.astimezone(JST)


@contextmanager
def travel(at: datetime) -> Iterator[None]:
    """Let the doors of this thread read another time: the demo walks through its past, tests stand at 15:59."""
    token = _travelled.set(jst(at).astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)
