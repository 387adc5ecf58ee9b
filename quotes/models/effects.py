"""What a draft of a book would change: one run over the contracts in force and the open quotes, and its lines."""

from django.db import models
from django.db.models import Q

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly, FrozenColumns, StatusMoves, Undeletable
from policies.models import Policy
from products.models import ProductDraft
from quotes.models.quotes import Quote
from quotes.states import EFFECT_MOVES, EffectStatus, Turn


class EffectRunQuerySet(AgencyQuerySet["EffectRun"]):
    pass


class EffectRun(models.Model):
    """影響の試算: the row is the truth, the worker only works on it. `policy_after` and `option_after` say how far it
    has come; they move with the lines and counts of each batch in one transaction, so a run that was cut off goes on
    from there. The result is about `draft_version` of the draft and nothing later.
    """

    Status = EffectStatus

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    draft = models.ForeignKey(ProductDraft, on_delete=models.PROTECT, related_name="+", verbose_name="下書き")
    draft_version = models.PositiveIntegerField("下書きの更新番号")
    status = models.CharField("状態", max_length=10, choices=EffectStatus, default=EffectStatus.PENDING)
    total = models.PositiveIntegerField("対象件数")
    done = models.PositiveIntegerField("処理件数", default=0)
    counts = models.JSONField("件数", default=dict)
    policy_after = models.BigIntegerField("処理済みの契約", default=0)
    option_after = models.BigIntegerField("処理済みの見積プラン", default=0)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    asked_at = models.DateTimeField("依頼日時")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="依頼者")
    claimed_at = models.DateTimeField("処理中の確認日時", null=True, blank=True)
    claimed_by = models.CharField("処理中のワーカー", max_length=80, blank=True)
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)
    failure = models.CharField("失敗の理由", max_length=400, blank=True)

    objects = EffectRunQuerySet.as_manager()

    class Meta:
        verbose_name = "影響の試算"
        verbose_name_plural = "影響の試算"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "draft"],
                condition=Q(status__in=["PENDING", "RUNNING"]),
                name="quotes_effectrun_one_at_a_time",
                violation_error_message="この下書きの試算はすでに動いています。終わるのを待つか、中止してください。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DONE", "FAILED", "CANCELLED"], finished_at__isnull=False)
                | Q(status__in=["PENDING", "RUNNING"], finished_at__isnull=True),
                name="quotes_effectrun_finished_matches_status",
                violation_error_message="試算の終了日時が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=(Q(status="FAILED") & ~Q(failure="")) | (~Q(status="FAILED") & Q(failure="")),
                name="quotes_effectrun_failure_says_why",
                violation_error_message="試算が失敗したときは、理由を記録してください。",
            ),
            models.CheckConstraint(
                condition=~Q(status="RUNNING") | (Q(claimed_at__isnull=False) & ~Q(claimed_by="")),
                name="quotes_effectrun_running_has_a_worker",
                violation_error_message="計算中の試算には、処理中のワーカーが必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["PENDING", "RUNNING"]), name="quotes_effectrun_open")
        ]
        triggers = [
            StatusMoves(moves=EFFECT_MOVES, initial=[EffectStatus.PENDING]),
            FrozenColumns(fields=["agency", "draft", "draft_version", "asked_at", "asked_by"]),
            FrozenColumns(fields=["finished_at"], unless_null=True, name="finished_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} 第{self.draft_version}版 {self.get_status_display()}"

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return EffectStatus(self.status).style

    @property
    def is_open(self) -> bool:
        return self.status in {EffectStatus.PENDING, EffectStatus.RUNNING}

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class EffectLine(models.Model):
    """影響の明細: one cover whose premium or outcome would not be what it is. The rest is counted in the run."""

    Turn = Turn

    run = models.ForeignKey(EffectRun, on_delete=models.PROTECT, related_name="lines", verbose_name="影響の試算")
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="契約"
    )
    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="見積"
    )
    position = models.PositiveSmallIntegerField("見積プランの順番")
    label = models.CharField("プラン名", max_length=100, blank=True)
    before_yen = models.BigIntegerField("いまの版の年間保険料", null=True, blank=True)
    after_yen = models.BigIntegerField("下書きの年間保険料", null=True, blank=True)
    change_yen = models.BigIntegerField("差額", null=True, blank=True)
    turn = models.CharField("扱いの変化", max_length=10, choices=Turn, blank=True)
    reason = models.CharField("理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "影響の明細"
        verbose_name_plural = "影響の明細"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "policy", "quote", "position"],
                nulls_distinct=False,
                name="quotes_effectline_one_per_cover",
                violation_error_message="同じ契約か見積プランが二重に数えられました。試算をやり直してください。",
            ),
            models.CheckConstraint(
                condition=Q(policy__isnull=False, quote__isnull=True) | Q(policy__isnull=True, quote__isnull=False),
                name="quotes_effectline_names_one_cover",
                violation_error_message="試算の明細には、契約か見積のどちらか一方が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["run", "turn", "id"], name="quotes_effectline_by_turn")]
        triggers = [AppendOnly(sentence="試算の明細は変更できません。もう一度試算してください。")]

    def __str__(self) -> str:
        return f"{self.before_yen} → {self.after_yen}"
