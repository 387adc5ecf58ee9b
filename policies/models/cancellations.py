"""解約等: how a contract ended before its term was over."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, AgencyQuerySet, User
from core.clock import jst
from core.guards import AppendOnly
from policies.models.policies import FOUR, Policy
from policies.states import EndKind
from products.refunds import METHODS


class Cancellation(models.Model):
    """解約等: the end of a contract before its expiry, whose wish it was, and what became of the premium.

    `due_yen` counts the payments whose day had come; whether they arrived is not kept here (there is no billing room).
    """

    End = EndKind

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, related_name="cancellation", verbose_name="契約")
    end = models.CharField("終了の種類", max_length=10, choices=EndKind)
    ends_at = models.DateTimeField("終了日時")
    requested_on = models.DateField("申出日・通知日")
    requested_by = models.CharField("申し出た方", max_length=100)
    reason = models.CharField("理由", max_length=200)
    known_on = models.DateField("告知義務違反を知った日", null=True, blank=True)

    method = models.CharField("返還の方法", max_length=10, choices=list(METHODS.items()))
    due_yen = models.BigIntegerField("払込期日が来た保険料")
    earned_yen = models.BigIntegerField("既経過保険料")
    refund_yen = models.BigIntegerField("返還保険料")
    owed_yen = models.BigIntegerField("未払込の保険料")
    lines = models.JSONField("計算明細")

    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "解約等"
        verbose_name_plural = "解約等"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__time=FOUR),
                name="policies_cancellation_ends_at_four",
                violation_error_message="契約の終了は午後4時にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(requested_by=""),
                name="policies_cancellation_says_who_and_why",
                violation_error_message="申し出た方と理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(end="RESCINDED", known_on__isnull=False, known_on__lte=F("requested_on"))
                | (~Q(end="RESCINDED") & Q(known_on__isnull=True)),
                name="policies_cancellation_rescission_knows_its_day",
                violation_error_message="告知義務違反による解除には、違反を知った日(通知日以前)を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(earned_yen__gte=0, due_yen__gte=0, refund_yen__gte=0, owed_yen__gte=0)
                & (Q(refund_yen=0) | Q(owed_yen=0))
                & Q(refund_yen=F("due_yen") - F("earned_yen") + F("owed_yen")),
                name="policies_cancellation_adds_up",
                violation_error_message="返還保険料の計算が合いません。解約の画面を開き直してください。",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.get_end_display()}"

    @property
    def ends_on(self) -> date:
        """The day in Japan on which cover ended at 16:00."""
        return jst(self.ends_at).date()
