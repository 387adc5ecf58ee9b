"""What was said and done about a claim since it was taken in."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from claims.models.claims import Claim
from core.guards import AppendOnly


class ClaimNote(models.Model):
    """経過記録: what was said or done since, in the words of the one who did it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField("内容")
    noted_at = models.DateTimeField("日時")
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    class Meta:
        verbose_name = "経過記録"
        verbose_name_plural = "経過記録"
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="claims_claimnote_has_text",
                violation_error_message="経過の内容を入力してください。",
            )
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return self.text[:40]
