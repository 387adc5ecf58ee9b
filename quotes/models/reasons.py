"""Why a case needs a person, one row for each reason, and the decision that lifted it."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import FrozenColumns, Undeletable
from quotes.models.guards import LiftedByItsDecision
from quotes.models.quotes import Quote
from quotes.models.referrals import Referral
from quotes.states import CARRIER_QUOTE, Gate, ReasonKind


class ReasonQuerySet(models.QuerySet["Reason"]):
    def open(self) -> Self:
        """Not lifted."""
        return self.filter(lifted_at__isnull=True)


class Reason(models.Model):
    """引受上の理由: which rule spoke, about which options (`scope`, in words), which step it holds up, what kind of
    authority lifts it, and what is missing. Written once; a decision on the referral lifts it.
    """

    Gate = Gate
    Kind = ReasonKind

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="reasons", verbose_name="見積")
    edition = models.PositiveSmallIntegerField("見積の版")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="reasons", verbose_name="引受照会")
    code = models.CharField("コード", max_length=60)
    sentence = models.CharField("理由", max_length=600)
    scope = models.CharField("対象", max_length=800)
    blocks = models.CharField("止める手続き", max_length=12, choices=Gate)
    kind = models.CharField("区分", max_length=15, choices=ReasonKind)
    missing = models.CharField("不足", max_length=400, blank=True)
    raised_at = models.DateTimeField("発生日時")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="判定を求めた人")
    lifted_at = models.DateTimeField("解除日時", null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="解除した人"
    )
    lifted_through = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="解除した判断"
    )

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "引受上の理由"
        verbose_name_plural = "引受上の理由"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["quote"], condition=Q(lifted_at__isnull=True), name="quotes_reason_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(sentence=""),
                name="quotes_reason_says_something",
                violation_error_message="引受上の理由には、コードと文が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_through__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, lifted_through__isnull=False),
                name="quotes_reason_lifting_is_whole",
                violation_error_message="理由を解除するときは、日時・担当・判断を記録してください。",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "quote", "edition", "referral", "code", "sentence", "scope", "blocks", "kind", "missing",
                    "raised_at", "raised_by",
                ],
            ),
            FrozenColumns(
                fields=["lifted_at", "lifted_by", "lifted_through"], unless_null=True, name="lifted_once",
                sentence="この理由はすでに解除されています。画面を開き直してください。",
            ),
            LiftedByItsDecision(),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def is_lifted(self) -> bool:
        return self.lifted_at is not None

    @property
    def is_carriers(self) -> bool:
        """Waits for the carrier's price, not for an underwriter."""
        return self.code == CARRIER_QUOTE
