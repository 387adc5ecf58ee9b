"""異動: the versions of a contract after it was issued."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly
from core.periods import at_four
from policies.guards import ContinuesTheContract, SaysItsReceipt
from policies.models.policies import Policy
from policies.states import PremiumBasis


class Endorsement(models.Model):
    """異動: the next version of a contract, with the insurer's approval. The contract as issued stays as it was.

    Three days are kept apart (practice 3-3): when it changed, when we were told, when the insurer approved. The
    premium difference runs from the first.
    """

    Basis = PremiumBasis

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="endorsements", verbose_name="契約")
    number = models.PositiveSmallIntegerField("異動番号")
    changes_on = models.DateField("変更日")
    noticed_on = models.DateField("通知日")
    approved_on = models.DateField("承認日")
    approval_reference = models.CharField("保険会社の承認番号", max_length=60)
    own_cause = models.BooleanField("お客さまの事由による変更")
    reason = models.CharField("変更の事由", max_length=200)

    changes = models.JSONField("変更の内容")
    terms = models.JSONField("異動後の契約内容")
    premium_yen = models.BigIntegerField("異動後の保険料")
    basis = models.CharField("保険料の根拠", max_length=8, choices=PremiumBasis)
    difference_yen = models.BigIntegerField("追加・返還保険料", help_text="追加は正、返還は負の金額です。")
    lines = models.JSONField("計算明細")

    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "異動"
        verbose_name_plural = "異動"
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"],
                name="policies_endorsement_one_per_number",
                violation_error_message="同じ番号の異動があります。画面を開き直して、もう一度操作してください。",
            ),
            models.CheckConstraint(
                condition=Q(noticed_on__lte=F("approved_on")),
                name="policies_endorsement_approved_after_notice",
                violation_error_message="承認日は通知日以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(premium_yen__gt=0),
                name="policies_endorsement_has_a_premium",
                violation_error_message="異動後の保険料は1円以上にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(approval_reference="") & ~Q(reason=""),
                name="policies_endorsement_says_why_and_who_approved",
                violation_error_message="変更の事由と、保険会社の承認番号を入力してください。",
            ),
        ]
        triggers = [AppendOnly(), ContinuesTheContract(), SaysItsReceipt()]

    def __str__(self) -> str:
        return f"{self.policy_id} 第{self.number}回異動"

    @property
    def takes_effect_at(self) -> datetime:
        """16:00 in Japan of the day of the change."""
        return at_four(self.changes_on)

    @property
    def is_told_late(self) -> bool:
        """事後通知: his own doing, and we were told only after it (practice 3-3)."""
        return self.own_cause and self.noticed_on > self.changes_on
