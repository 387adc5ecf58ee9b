"""Documents customers give us: kept as they came, never opened by us, never shown inside our pages."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency
from core.guards import AppendOnly
from correspondence.models.threads import ThreadQuerySet


class DocumentQuerySet(ThreadQuerySet["Document"]):
    def shown(self) -> "DocumentQuerySet":
        """For lists: without the bytes."""
        return self.select_related("uploaded_by").defer("content")


class Document(models.Model):
    """受領書類: a business plan, a certificate, a scan."""

    class Kind(models.TextChoices):
        PDF = "PDF", "PDF"
        PNG = "PNG", "PNG画像"
        JPEG = "JPEG", "JPEG画像"
        XLSX = "XLSX", "Excel"
        DOCX = "DOCX", "Word"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="documents", verbose_name="代理店")
    about = ArrayField(models.CharField(max_length=80), verbose_name="対象")
    filename = models.CharField("ファイル名", max_length=200)
    kind = models.CharField("種類", max_length=4, choices=Kind)
    code = models.CharField("書類の種別", max_length=50, blank=True)  # what the receiving room calls it
    note = models.CharField("説明", max_length=100, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("バイト数")
    content = models.BinaryField("内容")
    uploaded_at = models.DateTimeField("受領日時")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登録者"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "受領書類"
        verbose_name_plural = "受領書類"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "sha256", "filename", "about", "code"],
                name="correspondence_document_is_filed_once",
                violation_error_message="同じファイルがすでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="correspondence_document_is_not_empty",
                violation_error_message="空のファイルは登録できません。ファイルを確認してください。",
            ),
        ]
        indexes = [GinIndex(fields=["about"], name="correspondence_document_about")]
        triggers = [AppendOnly(sentence="受領した書類は変更も削除もできません。新しいファイルを追加してください。")]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("correspondence:document", args=[self.pk])
