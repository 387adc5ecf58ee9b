"""A premium that an underwriter moved, within an authority and with a reason."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.guards import AppendOnly
from quotes.models.quotes import Quote
from quotes.models.referrals import Referral


class PremiumChange(models.Model):
    """保険料の調整: how far one option's premium was moved from the tariff's, by whom and why.

    The receipt of the option says the same as a line of its own; the last change of an option counts.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="premium_changes", verbose_name="見積")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="premium_changes", verbose_name="引受照会"
    )
    edition = models.PositiveSmallIntegerField("見積の版")
    label = models.CharField("プラン名", max_length=100)
    percent = models.SmallIntegerField("変更幅(%)")
    before_yen = models.BigIntegerField("変更前の保険料")
    after_yen = models.BigIntegerField("変更後の保険料")
    reason = models.CharField("変更の理由", max_length=400)
    changed_at = models.DateTimeField("変更日時")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="変更した人")

    class Meta:
        verbose_name = "保険料の調整"
        verbose_name_plural = "保険料の調整"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=-50, percent__lte=50, after_yen__gt=0) & ~Q(reason=""),
                name="quotes_premiumchange_within_reason_and_explained",
                violation_error_message="保険料の変更は±50%までです。理由も入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, after_yen__gte=F("before_yen"))
                | Q(percent__lt=0, after_yen__lte=F("before_yen")),
                name="quotes_premiumchange_goes_the_way_it_says",
                violation_error_message="保険料の増減が変更幅と合いません。もう一度操作してください。",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.label} {self.percent:+d}%"
