"""What claims tell the rooms above them, inside the same transaction."""

from django.dispatch import Signal

# sender=Claim, claim, by, at: an event was reported on a contract, or a reported one was tied to its contract.
claim_tied = Signal()
