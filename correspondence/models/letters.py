"""Letters: mail as rows. The row is the truth; a message in a queue is only a bell."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency
from core.guards import AppendOnly, FrozenColumns, StatusMoves, Undeletable
from correspondence.models.papers import Paper
from correspondence.models.threads import ThreadQuerySet
from correspondence.states import LETTER_MOVES, LetterKind, LetterStatus

FROZEN = (
    "agency", "key", "kind", "to", "to_name", "cc", "reply_to", "subject", "body", "message_id", "about",
    "queued_at", "queued_by",
    "wording",
)  # fmt: skip


class LetterQuerySet(ThreadQuerySet["Letter"]):
    """Letters, by agency and by what they are about."""


class Letter(models.Model):
    """メール. Its text is frozen when it is queued; only its journey changes."""

    Status = LetterStatus

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="letters", verbose_name="代理店")
    key = models.CharField("キー", max_length=120)
    kind = models.CharField("種類", max_length=20, choices=LetterKind)
    # TO is a reserved word of SQL; guards and queries by hand read better with another column name.
    to = ArrayField(models.EmailField(), verbose_name="宛先", db_column="recipients")
    to_name = models.CharField("宛名", max_length=200, blank=True)
    cc = ArrayField(models.EmailField(), verbose_name="CC", default=list, blank=True)
    reply_to = models.EmailField("返信先", blank=True)
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    # Which words: version 3 of the agency's own text "NOTICE_NORMAL:3", the house's "NOTICE_NORMAL:標準 2026-11-22".
    wording = models.CharField("文面の版", max_length=60, blank=True, default="", db_default="")
    message_id = models.CharField("Message-ID", max_length=200)
    about = ArrayField(models.CharField(max_length=80), verbose_name="対象", default=list)

    status = models.CharField("状態", max_length=10, choices=LetterStatus, default=LetterStatus.QUEUED)
    queued_at = models.DateTimeField("登録日時")
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登録者"
    )
    not_before = models.DateTimeField("送信時刻")
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    claimed_at = models.DateTimeField("送信開始", null=True, blank=True)
    claimed_by = models.CharField("送信担当プロセス", max_length=80, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="送信者",
    )
    last_error = models.CharField("直近の結果", max_length=500, blank=True)
    settled_at = models.DateTimeField("処理日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="処理者",
    )
    settlement = models.CharField("処理の理由", max_length=200, blank=True)

    papers = models.ManyToManyField(Paper, through="LetterAttachment", related_name="letters")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "メール"
        verbose_name_plural = "メール"
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="correspondence_letter_key_is_unique",
                violation_error_message="このメールはすでに登録されています。メール一覧で確認してください。",
            ),
            models.UniqueConstraint(
                fields=["message_id"],
                name="correspondence_letter_message_id_is_unique",
                violation_error_message="このメールはすでに登録されています。メール一覧で確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(to__len__gt=0),
                name="correspondence_letter_has_a_recipient",
                violation_error_message="宛先のメールアドレスを1件以上指定してください。",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(subject__regex=r"[\r\n]") & ~Q(to_name__regex=r"[\r\n]"),
                name="correspondence_letter_headers_are_one_line",
                violation_error_message="件名と宛名は改行のない1行で入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False, sent_by__isnull=False)
                | (~Q(status="SENT") & Q(sent_at__isnull=True, sent_by__isnull=True)),
                name="correspondence_letter_sent_matches_status",
                violation_error_message="送信済のメールには送信日時と送信者が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status="SENDING") | (Q(claimed_at__isnull=False) & ~Q(claimed_by="")),
                name="correspondence_letter_sending_is_claimed",
                violation_error_message="送信中のメールには送信を始めた時刻とプロセスが必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["FAILED", "UNKNOWN"]) | ~Q(last_error=""),
                name="correspondence_letter_trouble_has_a_reason",
                violation_error_message="送信失敗・要確認のメールには理由が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settlement="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settlement="")),
                name="correspondence_letter_settled_by_a_person",
                violation_error_message="人が処理したメールには日時・処理者・理由が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | Q(settled_at__isnull=False),
                name="correspondence_letter_cancelled_by_a_person",
                violation_error_message="メールの取消には処理者と理由が必要です。",
            ),
        ]
        indexes = [
            GinIndex(fields=["about"], name="correspondence_letter_about"),
            models.Index(fields=["agency", "-id"], name="correspondence_letter_newest"),
            # The drain looks only at the few rows that still have a way to go.
            models.Index(
                fields=["not_before", "id"],
                condition=Q(status="QUEUED"),
                name="correspondence_letter_due",
            ),
            # Which mail of a kind has not arrived: nearly all has.
            models.Index(fields=["kind"], condition=~Q(status="SENT"), name="correspondence_letter_unsent"),
            models.Index(
                fields=["status", "claimed_at"],
                condition=Q(status__in=["SENDING", "FAILED", "UNKNOWN"]),
                name="correspondence_letter_open",
            ),
        ]
        triggers = [
            StatusMoves(moves=LETTER_MOVES, initial=[LetterStatus.QUEUED]),
            FrozenColumns(
                fields=FROZEN,
                sentence="登録したメールの宛先や本文は変更できません。取り消して、新しく作成してください。",
            ),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("correspondence:letter", args=[self.pk])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return LetterStatus(self.status).style


class LetterAttachment(models.Model):
    """A paper enclosed in a letter: that revision, those bytes, for ever."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="attachments", verbose_name="メール")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="attachments", verbose_name="書類")
    position = models.PositiveSmallIntegerField("順番")

    class Meta:
        verbose_name = "添付書類"
        verbose_name_plural = "添付書類"
        ordering = ["letter", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "paper"],
                name="correspondence_letterattachment_encloses_a_paper_once",
                violation_error_message="同じ書類を2回添付することはできません。",
            ),
        ]
        triggers = [AppendOnly(sentence="送るメールの添付書類は変更できません。取り消して、新しく作成してください。")]

    def __str__(self) -> str:
        return f"{self.letter_id} - {self.paper_id}"
