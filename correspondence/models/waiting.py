"""What reached us and waits for a person."""

from django.conf import settings
from django.db import models

from accounts.models import Agency


class WaitsForAPerson(models.Model):
    """The columns of what came in: when, on whose desk it lies, and what that person did about it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    received_at = models.DateTimeField("受信日時")
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="受信の処理者"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name="担当者",
    )  # fmt: skip

    handled_at = models.DateTimeField("対応日時", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name="対応者",
    )  # fmt: skip
    note = models.CharField("対応の内容", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.handled_at is None
