"""The mailbox our letters come back to, and whether it can be read."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Mailbox(models.Model):
    """受信箱: what became of the last visits to it. One row for each mailbox the setting ever named; no password."""

    name = models.CharField("受信箱", max_length=300, unique=True)
    last_attempt_at = models.DateTimeField("最後に開いた日時")
    last_attempt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="開いた処理者"
    )
    failures = models.PositiveIntegerField("続けて失敗した回数", default=0)
    last_error = models.CharField("直近の失敗", max_length=300, blank=True)

    class Meta:
        verbose_name = "受信箱"
        verbose_name_plural = "受信箱"
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, last_error="") | (Q(failures__gt=0) & ~Q(last_error="")),
                name="correspondence_mailbox_failure_has_a_reason",
                violation_error_message="受信箱を読めなかったときは理由が必要です。",
            )
        ]

    def __str__(self) -> str:
        return self.name
