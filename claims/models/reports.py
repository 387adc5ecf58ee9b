"""Where the customer reported the event."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from claims.models.claims import Claim
from claims.states import Authority
from core.guards import AppendOnly


class ClaimReport(models.Model):
    """届出: where the customer reported the event, when, and under which receipt number."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reports")
    authority = models.CharField("届出先", max_length=10, choices=Authority)
    name = models.CharField("届出先の名称", max_length=100)
    reported_on = models.DateField("届出日")
    reference = models.CharField("受理番号", max_length=60, blank=True)
    noted_at = models.DateTimeField("登録日時")
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    class Meta:
        verbose_name = "届出"
        verbose_name_plural = "届出"
        ordering = ["reported_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="claims_claimreport_names_its_authority",
                violation_error_message="届出先の名称を入力してください。",
            )
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.get_authority_display()} {self.name}"
