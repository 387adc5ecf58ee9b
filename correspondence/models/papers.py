"""Papers: a frozen page with a key, and its PDF by fingerprint."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency
from core.guards import AppendOnly, FrozenColumns, Undeletable
from correspondence.models.threads import ThreadQuerySet
from correspondence.states import PaperKind


class PaperContent(models.Model):
    """The bytes of a PDF (書類の実体), found by their own fingerprint. Never changed, never deleted."""

    sha256 = models.CharField("SHA-256", max_length=64, primary_key=True)
    pdf = models.BinaryField("PDF")
    size = models.PositiveIntegerField("バイト数")
    pages = models.PositiveSmallIntegerField("頁数")

    class Meta:
        verbose_name = "書類の実体"
        verbose_name_plural = "書類の実体"
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="correspondence_papercontent_sha256_is_hex",
                violation_error_message="書類の指紋(SHA-256)の形が正しくありません。",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, pages__gt=0),
                name="correspondence_papercontent_is_not_empty",
                violation_error_message="空のPDFは保存できません。書類を作り直してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="保存した書類は変更も削除もできません。訂正は新しい版を作成してください。")]

    def __str__(self) -> str:
        return self.sha256


FROZEN = (
    "agency", "key", "kind", "title", "subject", "template", "page", "revision", "corrects", "dated_on",
    "amount_yen", "counterparty", "about", "filed_at", "filed_by",
)  # fmt: skip


class PaperQuerySet(ThreadQuerySet["Paper"]):
    """Papers, by agency and by what they are about."""


class Paper(models.Model):
    """書類 as it was filed: everything printed on it stands frozen in ``page``.

    ``dated_on``, ``amount_yen`` and ``counterparty`` are the three search keys of 電子帳簿保存法.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="papers", verbose_name="代理店")
    key = models.CharField("キー", max_length=120)
    kind = models.CharField("種類", max_length=20, choices=PaperKind)
    title = models.CharField("表題", max_length=100)
    subject = models.CharField("番号", max_length=40)
    template = models.CharField("様式", max_length=80)
    page = models.JSONField("記載内容")
    revision = models.PositiveSmallIntegerField("版", default=1)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name="訂正前の版",
    )
    dated_on = models.DateField("取引年月日")
    amount_yen = models.BigIntegerField("金額", null=True, blank=True)
    counterparty = models.CharField("取引先", max_length=200)
    about = ArrayField(models.CharField(max_length=80), verbose_name="対象", default=list)
    filed_at = models.DateTimeField("保存日時")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="保存者"
    )
    content = models.ForeignKey(
        PaperContent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name="書類の実体",
    )
    form_version = models.CharField("様式の版", max_length=16, null=True, blank=True)  # noqa: DJ001 - set once
    rendered_at = models.DateTimeField("作成日時", null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "書類"
        verbose_name_plural = "書類"
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="correspondence_paper_key_is_unique",
                violation_error_message="この書類はすでに作成されています。画面を開き直して確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, corrects__isnull=True) | Q(revision__gt=1, corrects__isnull=False),
                name="correspondence_paper_revision_matches_what_it_corrects",
                violation_error_message="第2版以降には訂正前の書類が必要です。訂正版の作成からやり直してください。",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True, form_version__isnull=True, rendered_at__isnull=True)
                | Q(content__isnull=False, form_version__isnull=False, rendered_at__isnull=False),
                name="correspondence_paper_content_comes_with_its_form",
                violation_error_message="PDFと様式の版・作成日時は一緒に記録してください。",
            ),
            models.CheckConstraint(
                condition=Q(amount_yen__isnull=True) | Q(amount_yen__gte=0),
                name="correspondence_paper_amount_not_negative",
                violation_error_message="金額は0円以上で入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(counterparty="") & ~Q(subject=""),
                name="correspondence_paper_can_be_searched",
                violation_error_message="書類には番号と取引先が必要です。",
            ),
        ]
        indexes = [
            GinIndex(fields=["about"], name="correspondence_paper_about"),
            models.Index(F("agency"), F("dated_on").desc(), F("id").desc(), name="correspondence_paper_by_date"),
            models.Index(fields=["agency", "subject"], name="correspondence_paper_subject"),
        ]
        triggers = [
            FrozenColumns(fields=FROZEN),
            FrozenColumns(
                fields=("content", "form_version", "rendered_at"),
                unless_null=True,
                name="content_is_set_once",
                sentence="一度作成したPDFは差し替えられません。訂正は新しい版を作成してください。",
            ),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("correspondence:paper", args=[self.pk, name_of(self.title, self.subject, self.revision)])

    @property
    def filename(self) -> str:
        """保険証券_C-2026-000123_r1.pdf: what people see in a mail and when they save it."""
        return f"{name_of(self.title, self.subject, self.revision)}.pdf"


def name_of(title: str, subject: str, revision: int) -> str:
    """A paper's file name without its ending."""
    return f"{title}_{subject}_r{revision}".replace("/", "-")
