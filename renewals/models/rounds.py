"""The runs of the rounds that carry renewals forward."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.guards import FrozenColumns, Undeletable
from renewals.states import RoundKind


class Round(models.Model):
    """One run of the nightly or the expiry round (定時処理). `finished_at` stays empty when it was cut off.

    It went over the days from `since` to `until`: more than one when days before it had no whole run.
    """

    Kind = RoundKind

    on = models.DateField("処理日")
    kind = models.CharField("種類", max_length=8, choices=RoundKind)
    since = models.DateField("対象の最初の日", null=True, blank=True)
    until = models.DateField("対象の最後の日", null=True, blank=True)
    started_at = models.DateTimeField("開始日時")
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)
    counts = models.JSONField("件数", default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="実行者")

    class Meta:
        verbose_name = "定時処理"
        verbose_name_plural = "定時処理"
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="renewals_round_finishes_after_it_starts",
                violation_error_message="終了日時は開始日時より後にしてください。",
            ),
            models.CheckConstraint(
                # Runs from before these columns were kept have neither.
                condition=Q(since__isnull=True, until__isnull=True) | Q(until__gte=F("since")),
                name="renewals_round_days_are_in_order",
                violation_error_message="対象の最後の日は、最初の日以後にしてください。",
            ),
        ]
        indexes = [models.Index(fields=["-id", "kind"], name="renewals_round_newest")]
        triggers = [
            FrozenColumns(fields=["on", "kind", "since", "until", "started_at", "by"]),
            FrozenColumns(fields=["finished_at"], unless_null=True, name="finished_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"

    @property
    def days_caught_up(self) -> int:
        """Days before its own that it made up for."""
        return (self.until - self.since).days if self.since and self.until else 0
