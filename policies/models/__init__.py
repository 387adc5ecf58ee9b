"""Contracts in force and gone."""

from policies.models.policies import FOUR, HEAVY, Policy, PolicyQuerySet

__all__ = ["FOUR", "HEAVY", "Policy", "PolicyQuerySet"]
