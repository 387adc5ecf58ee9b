"""更改条件案: what the next contract would be and cost, kept revision by revision."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import AppendOnly
from products.models import ProductVersion
from quotes.models import Quote
from renewals.models.renewals import Renewal
from renewals.states import Track


class RenewalTerms(models.Model):
    """更改条件案: the cover and the premium of the next contract as they stood at one moment; never changed, a later
    revision follows.

    `basis` is everything the premium rests on (`renewals.basis.Basis`): facts, answers and the year's claims, so that
    it can be worked out again. `premium_yen` is null where nothing can be priced; then `reasons` say why.
    `sales_are_last_years`: the customer has not told this year's sales yet.
    """

    Track = Track

    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, related_name="terms", verbose_name="更改")
    revision = models.PositiveSmallIntegerField("版")
    cause = models.CharField("作成のきっかけ", max_length=200)
    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更改の見積"
    )
    product_version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="商品の版"
    )
    selection = models.JSONField("補償内容", default=dict, blank=True)
    basis = models.JSONField("計算のもと", default=dict, blank=True)
    premium_yen = models.BigIntegerField("保険料", null=True, blank=True)
    receipt = models.JSONField("保険料の計算明細", null=True, blank=True)
    sales_are_last_years = models.BooleanField("前年の売上高による試算", default=True)
    valid_until = models.DateField("条件案の有効期限")
    track = models.CharField("更改の進め方", max_length=6, choices=Track)
    reasons = models.JSONField("簡易更改にできない理由", default=list, blank=True)
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")

    class Meta:
        verbose_name = "更改条件案"
        verbose_name_plural = "更改条件案"
        ordering = ["renewal", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["renewal", "revision"],
                name="renewals_renewalterms_one_per_revision",
                violation_error_message="更改条件案がほかの処理で更新されました。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(premium_yen__isnull=True, receipt__isnull=True)
                | Q(premium_yen__gt=0, receipt__isnull=False, quote__isnull=False, product_version__isnull=False),
                name="renewals_renewalterms_premium_comes_with_its_receipt",
                violation_error_message="更改条件案の保険料は、見積と計算明細とともに保存してください。",
            ),
            models.CheckConstraint(
                condition=Q(track="SIMPLE", premium_yen__isnull=False, reasons=[])
                | (Q(track="NORMAL") & ~Q(reasons=[])),
                name="renewals_renewalterms_track_has_its_reasons",
                violation_error_message="簡易更改には保険料が、通常の更改には簡易更改にできない理由が必要です。",
            ),
        ]
        triggers = [AppendOnly(sentence="更改条件案は変更も削除もできません。新しい版を作成してください。")]

    def __str__(self) -> str:
        return f"更改条件案 第{self.revision}版"

    @property
    def is_simple(self) -> bool:
        return self.track == Track.SIMPLE

    @property
    def why_not_simple(self) -> list[str]:
        """The reasons as sentences."""
        return [str(reason["sentence"]) for reason in self.reasons]
