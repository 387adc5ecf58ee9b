"""The customer's application (申込) and the insurer's acceptance (承諾): two moments, two columns (practice 1-8)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.guards import FrozenColumns, Undeletable
from quotes.models.guards import MadeBeforeFour
from quotes.models.options import QuoteOption
from quotes.models.quotes import Quote
from quotes.states import Method


class Application(models.Model):
    """申込: which plan, how paid, who applied and when; later, who accepted and with whose authority."""

    class Authority(models.TextChoices):
        AGENT = "AGENT", "代理店(保険会社を代理)"
        INSURER = "INSURER", "保険会社"

    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="application", verbose_name="見積")
    option = models.ForeignKey(QuoteOption, on_delete=models.PROTECT, related_name="+", verbose_name="申込プラン")
    payment_way = models.CharField("払込方法", max_length=50)
    instalments = models.JSONField("分割保険料")
    inception_on = models.DateField("保険始期")
    received_at = models.DateTimeField("申込日時")
    received_on = models.DateField("申込日")
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="申込を受けた募集人")
    method = models.CharField("申込の方法", max_length=10, choices=Method)
    applicant_name = models.CharField("申込者", max_length=60)
    applicant_title = models.CharField("申込者の役職", max_length=80, blank=True)
    disclosure_delivered_at = models.DateTimeField("重要事項説明書の交付日時")
    disclosure_delivered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="重要事項説明書を交付した募集人"
    )
    early_start_reason = models.CharField("始期が申込日より前となる理由", max_length=400, blank=True)
    early_start_approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承認者"
    )
    accepted_at = models.DateTimeField("承諾日時", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承諾した人"
    )
    accepted_authority = models.CharField("承諾の権限", max_length=10, choices=Authority, blank=True)

    class Meta:
        verbose_name = "申込"
        verbose_name_plural = "申込"
        constraints = [
            models.CheckConstraint(
                condition=Q(disclosure_delivered_at__lte=F("received_at")),
                name="quotes_application_disclosure_came_first",
                violation_error_message="重要事項説明書の交付より前の日時では申し込めません。申込日時を確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(inception_on__gte=F("received_on"))
                | (Q(early_start_approved_by__isnull=False) & ~Q(early_start_reason="")),
                name="quotes_application_starts_after_it_is_made",
                violation_error_message="保険始期が申込日より前です。始期を変更するか、管理者の承認と理由を登録してください。",
            ),
            models.CheckConstraint(
                condition=Q(early_start_approved_by__isnull=True) | ~Q(early_start_approved_by=F("received_by")),
                name="quotes_application_early_start_approved_by_another",
                violation_error_message="申込を受けた本人は承認できません。別の管理者が承認してください。",
            ),
            models.CheckConstraint(
                condition=~Q(applicant_name=""),
                name="quotes_application_has_an_applicant",
                violation_error_message="申込者のお名前を入力してください。",
            ),
            models.CheckConstraint(
                condition=(Q(accepted_at__isnull=False, accepted_by__isnull=False) & ~Q(accepted_authority=""))
                | Q(accepted_at__isnull=True, accepted_by__isnull=True, accepted_authority=""),
                name="quotes_application_acceptance_is_whole",
                violation_error_message="承諾には日時・担当・権限が必要です。",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "quote",
                    "option",
                    "payment_way",
                    "instalments",
                    "inception_on",
                    "received_at",
                    "received_on",
                    "received_by",
                    "method",
                    "applicant_name",
                    "applicant_title",
                    "disclosure_delivered_at",
                    "disclosure_delivered_by",
                    "early_start_reason",
                    "early_start_approved_by",
                ],
                sentence="申込の内容は変更できません。取り下げて、新しい見積を作成してください。",
            ),  # fmt: skip
            FrozenColumns(
                fields=["accepted_at", "accepted_by"],
                unless_null=True,
                name="accepted_once",
                sentence="この申込はすでに承諾済みです。画面を開き直してください。",
            ),
            MadeBeforeFour(),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.applicant_name}"
