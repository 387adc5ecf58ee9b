"""One deed on many renewals (一括処理), and what became of each row."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import FrozenColumns, StatusMoves, Undeletable
from renewals.models.renewals import Renewal
from renewals.states import BATCH_MOVES, LINE_MOVES, BatchStatus, BatchVerb, LineStatus


class BatchQuerySet(AgencyQuerySet["Batch"]):
    pass


class Batch(models.Model):
    """一括処理: the row is the truth, the worker only works on it. `key` comes with the form, so that a form sent twice
    is one batch. What has been done is counted from the lines, never kept beside them."""

    Verb = BatchVerb
    Status = BatchStatus

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    key = models.UUIDField("操作の番号", unique=True)
    verb = models.CharField("操作", max_length=10, choices=BatchVerb)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="新しい担当者"
    )
    note = models.CharField("理由", max_length=200, blank=True)
    total = models.PositiveIntegerField("対象件数")
    status = models.CharField("状態", max_length=10, choices=BatchStatus, default=BatchStatus.PENDING)
    attempts = models.PositiveSmallIntegerField("進まなかった回数", default=0)
    asked_at = models.DateTimeField("依頼日時")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="依頼者")
    claimed_at = models.DateTimeField("処理中の確認日時", null=True, blank=True)
    claimed_by = models.CharField("処理中のワーカー", max_length=80, blank=True)
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "一括処理"
        verbose_name_plural = "一括処理"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb="ASSIGN", owner__isnull=False) | (~Q(verb="ASSIGN") & Q(owner__isnull=True)),
                name="renewals_batch_owner_matches_verb",
                violation_error_message="担当替えには新しい担当者を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(status="DONE", finished_at__isnull=False)
                | (~Q(status="DONE") & Q(finished_at__isnull=True)),
                name="renewals_batch_finished_matches_status",
                violation_error_message="一括処理の終了日時が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=~Q(status="RUNNING") | (Q(claimed_at__isnull=False) & ~Q(claimed_by="")),
                name="renewals_batch_running_has_a_worker",
                violation_error_message="処理中の一括処理には、処理中のワーカーが必要です。",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=1),
                name="renewals_batch_has_rows",
                violation_error_message="更改を1件以上選んでください。",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["PENDING", "RUNNING"]), name="renewals_batch_open"),
            models.Index(fields=["agency", "-id"], name="renewals_batch_latest"),
        ]
        triggers = [
            StatusMoves(moves=BATCH_MOVES, initial=[BatchStatus.PENDING]),
            FrozenColumns(fields=["agency", "key", "verb", "owner", "note", "total", "asked_at", "asked_by"]),
            FrozenColumns(fields=["finished_at"], unless_null=True, name="finished_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"一括処理{self.pk} {self.get_verb_display()}"

    def get_absolute_url(self) -> str:
        return reverse("renewals:batch", args=[self.pk])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return BatchStatus(self.status).style

    @property
    def is_open(self) -> bool:
        return self.status != BatchStatus.DONE


class BatchLine(models.Model):
    """一括処理の明細: one renewal of a batch. The deed and its result are written in one transaction."""

    Status = LineStatus

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines", verbose_name="一括処理")
    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, related_name="+", verbose_name="更改")
    status = models.CharField("結果", max_length=10, choices=LineStatus, default=LineStatus.WAITING)
    result = models.CharField("結果の説明", max_length=400, blank=True)
    finished_at = models.DateTimeField("処理日時", null=True, blank=True)

    class Meta:
        verbose_name = "一括処理の明細"
        verbose_name_plural = "一括処理の明細"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "renewal"],
                name="renewals_batchline_one_per_renewal",
                violation_error_message="同じ更改が二重に選ばれています。選び直してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="WAITING", finished_at__isnull=True, result="")
                | (~Q(status="WAITING") & Q(finished_at__isnull=False) & ~Q(result="")),
                name="renewals_batchline_result_matches_status",
                violation_error_message="一括処理の結果には、説明と日時が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["batch", "status", "id"], name="renewals_batchline_by_result")]
        triggers = [
            StatusMoves(moves=LINE_MOVES, initial=[LineStatus.WAITING]),
            FrozenColumns(fields=["batch", "renewal"]),
            FrozenColumns(
                fields=["finished_at"], unless_null=True, name="done_once",
                sentence="この行はすでに処理されています。一括処理の結果を確認してください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.batch_id} {self.renewal_id} {self.get_status_display()}"

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return LineStatus(self.status).style
