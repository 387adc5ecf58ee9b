"""Contracts in force and gone, their versions and their early ends."""

from policies.models.cancellations import Cancellation
from policies.models.endorsements import Endorsement
from policies.models.policies import FOUR, HEAVY, Policy, PolicyQuerySet

__all__ = ["FOUR", "HEAVY", "Cancellation", "Endorsement", "Policy", "PolicyQuerySet"]
