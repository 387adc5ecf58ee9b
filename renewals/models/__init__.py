"""The tables of renewals."""

from renewals.models.renewals import Renewal, RenewalQuerySet
from renewals.models.rounds import Round

__all__ = ["Renewal", "RenewalQuerySet", "Round"]
