"""How somebody comes in: the one-time code (確認コード) and the visit it opens."""

from django.db import models
from django.db.models import F, Q

from core.guards import FrozenColumns, Undeletable
from portal.models.invitations import Visitor
from portal.rules import MAX_TRIES
from portal.states import CodePurpose


class AccessCode(models.Model):
    """確認コード: six digits that follow from `seed`; ten minutes, five tries, used once."""

    Purpose = CodePurpose

    asked_by = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="codes", verbose_name="求めた方")
    asked_at = models.DateTimeField("発行日時")
    purpose = models.CharField("用途", max_length=5, choices=CodePurpose)
    seed = models.CharField("コードの種", max_length=64)
    valid_until = models.DateTimeField("有効期限")
    tries = models.PositiveSmallIntegerField("入力回数", default=0)
    used_at = models.DateTimeField("使用日時", null=True, blank=True)

    class Meta:
        verbose_name = "確認コード"
        verbose_name_plural = "確認コード"
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=MAX_TRIES),
                name="portal_accesscode_has_five_tries",
                violation_error_message="確認コードの入力は5回までです。新しいコードを送ってください。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("asked_at")),
                name="portal_accesscode_ends_after_it_is_asked",
                violation_error_message="確認コードの有効期限が正しくありません。もう一度コードを送ってください。",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lt=F("valid_until")),
                name="portal_accesscode_is_used_in_time",
                violation_error_message="確認コードの有効期限が切れています。新しいコードを送ってください。",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "purpose", "-id"], name="portal_accesscode_newest")]
        triggers = [
            FrozenColumns(fields=["asked_by", "asked_at", "purpose", "seed", "valid_until"]),
            FrozenColumns(
                fields=["used_at"], unless_null=True, name="used_once",
                sentence="この確認コードは使用済みです。新しいコードを送ってください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.asked_at:%Y-%m-%d %H:%M}"


class Visit(models.Model):
    """来訪: from a right code to an idle hour, or to 終了する. The cookie's secret is kept as its SHA-256."""

    opened_by = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="visits", verbose_name="来訪した方")
    opened_at = models.DateTimeField("開始日時")
    seen_at = models.DateTimeField("最後の操作")
    key_hash = models.CharField("鍵のSHA-256", max_length=64, unique=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)

    class Meta:
        verbose_name = "来訪"
        verbose_name_plural = "来訪"
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("opened_at")),
                name="portal_visit_is_seen_after_it_opens",
                violation_error_message="来訪の日時が正しくありません。もう一度お試しください。",
            ),
        ]
        indexes = [models.Index(fields=["opened_by", "-seen_at"], name="portal_visit_latest")]
        triggers = [
            FrozenColumns(fields=["opened_by", "opened_at", "key_hash"]),
            FrozenColumns(fields=["ended_at"], unless_null=True, name="ended_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.opened_by_id} {self.opened_at:%Y-%m-%d %H:%M}"
