"""The carrier's own price for a case its book does not price."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.guards import AppendOnly
from correspondence.models import Document
from quotes.models.referrals import Referral


class CarrierAnswer(models.Model):
    """保険会社の見積回答: what the carrier answered, under which reference, until when, and the paper that proves it.

    The premiums stand with the options; this row says where they come from.
    """

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, related_name="carrier_answer", verbose_name="引受照会"
    )
    reference = models.CharField("回答番号", max_length=60)
    answered_on = models.DateField("回答日")
    valid_until = models.DateField("回答の有効期限")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", verbose_name="回答書")
    recorded_at = models.DateTimeField("登録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    class Meta:
        verbose_name = "保険会社の見積回答"
        verbose_name_plural = "保険会社の見積回答"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("answered_on")),
                name="quotes_carrieranswer_valid_after_answer",
                violation_error_message="回答の有効期限は、回答日以後の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(reference=""),
                name="quotes_carrieranswer_has_a_reference",
                violation_error_message="保険会社の回答番号を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="登録した保険会社の回答は変更できません。見積を改訂して登録し直してください。")]

    def __str__(self) -> str:
        return self.reference
