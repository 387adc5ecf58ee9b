"""The tables of renewals."""

from renewals.models.batches import Batch, BatchLine
from renewals.models.plans import ClosingDay, LetterPlan
from renewals.models.renewals import Renewal, RenewalQuerySet
from renewals.models.rounds import Round
from renewals.models.terms import RenewalTerms

__all__ = ["Batch", "BatchLine", "ClosingDay", "LetterPlan", "Renewal", "RenewalQuerySet", "RenewalTerms", "Round"]
