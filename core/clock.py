"""The one place that reads the clock. Only doors call it; everything else is told the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Japan."""
    return jst(now()).date()


def jst(at: datetime) -> datetime:
    """The same moment on a Japanese wall clock. Naive datetimes are refused."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime has no moment")
    return at.astimezone(JST)
