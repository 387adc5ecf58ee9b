"""Insurance terms: from 16:00 to 16:00 in Japan (S000, S003), half-open, with the month's-end rule of 民法143条."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

_JST = ZoneInfo("Asia/Tokyo")
CHANGEOVER = time(16, 0)


def at_four(on: date) -> datetime:
    """16:00 in Japan on that day."""
    return datetime.combine(on, CHANGEOVER, tzinfo=_JST)


def one_year_after(on: date) -> date:
    """The same day next year; 29 February ends on 28 February (a missing 応当日 is the month's end)."""
    return on + relativedelta(years=1)


def months_after(on: date, months: int) -> date:
    """The 応当日 `months` later, or the month's end where it is missing."""
    return on + relativedelta(months=months)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of cover, `starts_at` included, `ends_at` not."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise ValueError("a term ends after it starts")

    @classmethod
    def one_year_from(cls, on: date) -> "Term":
        """From 16:00 on that day to 16:00 on the same day next year."""
        return cls(at_four(on), at_four(one_year_after(on)))

    def covers(self, at: datetime) -> bool:
        """15:59 of the last day is covered, 16:00 is not."""
        return self.starts_at <= at < self.ends_at
