"""The tables of renewals."""

from renewals.models.renewals import Renewal, RenewalQuerySet
from renewals.models.rounds import Round
from renewals.models.terms import RenewalTerms

__all__ = ["Renewal", "RenewalQuerySet", "RenewalTerms", "Round"]
