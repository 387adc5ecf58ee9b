"""The rates the carriers pay, product by product, each from a day on."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly
from core.money import format_share
from products.models import Product


class CommissionRate(models.Model):
    """手数料率: what the agency is paid for a product's contracts made from a day on, as a share of the premium.

    Rows are only added. A rate for the same day as another replaces it; both stay.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name="商品")
    rate = models.DecimalField("手数料率", max_digits=5, decimal_places=4)
    starts_on = models.DateField("適用開始日")
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "手数料率"
        verbose_name_plural = "手数料率"
        ordering = ["product__code", "-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=Decimal(0), rate__lt=Decimal(1)),
                name="commissions_commissionrate_is_a_share",
                violation_error_message="手数料率は0%以上100%未満で入力してください。",
            )
        ]
        triggers = [AppendOnly(sentence="手数料率は変更できません。同じ適用開始日で新しく登録してください。")]

    def __str__(self) -> str:
        return self.percent

    @property
    def percent(self) -> str:
        """20%, 17.5%."""
        return format_share(self.rate)
