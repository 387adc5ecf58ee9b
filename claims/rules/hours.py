"""Is the agency there to answer, or does the insurer's night desk?"""

from dataclasses import dataclass
from datetime import datetime, time

from core.clock import jst
from products.desks import is_workday


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """営業時間 of the agency, on working days."""

    opens_at: time
    closes_at: time


def office_is_open(hours: OfficeHours, at: datetime) -> bool:
    """From the opening minute to, but not including, the closing one; not at weekends and holidays."""
    local = jst(at)
    return is_workday(local.date()) and hours.opens_at <= local.time() < hours.closes_at
