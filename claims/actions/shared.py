"""What every verb does first and last: lock the claim, and write its line of history."""

from datetime import datetime
from typing import Any

from accounts.models import User
from claims.models import Claim
from claims.rules.dates import ClaimDates, date_faults
from core.errors import Refused, Stale
from core.history import record


def lock(claim: Claim, seen_version: int | None = None) -> Claim:
    """The claim as it stands, locked until commit. Refused when it changed after `seen_version`."""
    current = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("agency", "customer", "policy", "owner")
        .get(pk=claim.pk)
    )
    if seen_version is not None and current.version != seen_version:
        raise Stale
    return current


def tell(claim: Claim, verb: str, summary: str, *, by: User, at: datetime, **details: Any) -> None:
    """One line on the timelines of the claim, its customer and its policy."""
    about = [thing for thing in (claim, claim.customer, claim.policy) if thing is not None]
    record(f"claims.{verb}", summary, about=about, by=by, at=at, **details)


def check_dates(dates: ClaimDates, at: datetime) -> None:
    """Refuse dates that cannot be, naming the first field to mend."""
    faults = date_faults(dates, at)
    if faults:
        field, sentence = next(iter(faults.items()))
        raise Refused(sentence, field=field, reasons=list(faults.values())[1:])
