"""Claims as they were told us, what was noted since, and where the customer reported the event."""

from claims.models.claims import Claim, ClaimQuerySet
from claims.models.notes import ClaimNote
from claims.models.reports import ClaimReport

__all__ = ["Claim", "ClaimNote", "ClaimQuerySet", "ClaimReport"]
