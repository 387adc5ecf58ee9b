"""The verbs: taking down a wish, and proposing."""

from proposals.actions.proposing import propose
from proposals.actions.wishing import record_wish

__all__ = ["propose", "record_wish"]
