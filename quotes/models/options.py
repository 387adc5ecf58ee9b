"""The covers priced for a quote, each with its receipt."""

from django.db import models
from django.db.models import Q

from core.guards import FrozenColumns
from quotes.models.guards import OnlyWhileQuote
from quotes.models.quotes import Quote
from quotes.states import QuoteStatus


class QuoteOption(models.Model):
    """見積プラン: a selection of limits and riders with its premium.

    `premium_yen` is null while the tariff has no figure for the risk; then an underwriter names it.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="options", verbose_name="見積")
    position = models.PositiveSmallIntegerField("順番")
    label = models.CharField("プラン名", max_length=100)
    selection = models.JSONField("補償内容")
    receipt = models.JSONField("保険料の計算明細", null=True, blank=True)
    premium_yen = models.BigIntegerField("年間保険料", null=True, blank=True)
    is_reference = models.BooleanField("参考料率を含む", default=False)
    unpriced_reason = models.CharField("算出できない理由", max_length=400, blank=True)
    chosen = models.BooleanField("申込プラン", default=False)

    class Meta:
        verbose_name = "見積プラン"
        verbose_name_plural = "見積プラン"
        ordering = ["quote", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "position"],
                name="quotes_quoteoption_position_is_unique",
                violation_error_message="プランがほかの画面で変更されました。画面を開き直してください。",
            ),
            models.UniqueConstraint(
                fields=["quote"],
                condition=Q(chosen=True),
                name="quotes_quoteoption_one_chosen",
                violation_error_message="申込プランは1つだけ選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(premium_yen__gt=0, receipt__isnull=False, unpriced_reason="")
                | (Q(premium_yen__isnull=True, receipt__isnull=True) & ~Q(unpriced_reason="")),
                name="quotes_quoteoption_premium_comes_with_its_receipt",
                violation_error_message="保険料は計算明細とともに保存してください。",
            ),
            models.CheckConstraint(
                condition=Q(chosen=False) | Q(premium_yen__isnull=False),
                name="quotes_quoteoption_chosen_is_priced",
                violation_error_message="保険料の算出できないプランでは申し込めません。",
            ),
        ]
        triggers = [
            OnlyWhileQuote(
                statuses=[QuoteStatus.DRAFT, QuoteStatus.REFERRED, QuoteStatus.OFFERED],
                sentence="プランは、申込の前だけ変更できます。画面を開き直してください。",
            ),
            FrozenColumns(
                fields=["quote", "position", "label", "selection"],
                sentence="プランの内容は変更できません。いちど外して、選び直してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.label
