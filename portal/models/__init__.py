"""Invitations, the people who come by them, their codes and visits, and what they confirmed."""

from portal.models.invitations import Invitation, InvitationQuerySet, Visitor
from portal.models.records import Confirmation, PageOpened, SignOff
from portal.models.visits import AccessCode, Visit

__all__ = [
    "AccessCode",
    "Confirmation",
    "Invitation",
    "InvitationQuerySet",
    "PageOpened",
    "SignOff",
    "Visit",
    "Visitor",
]
