"""What was handed out: the pack itself and its fingerprint, for ever."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly
from quotes.models import Quote


class PackQuerySet(AgencyQuerySet["Pack"]):
    def shown(self) -> "PackQuerySet":
        """For lists: without the bytes."""
        return self.select_related("made_by").defer("content")


class Pack(models.Model):
    """募集証跡パック as it was made. `digest` is the SHA-256 of its manifest.json, which names every file and closes
    both chains: whoever knows it can tell whether a pack is this one."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="packs", verbose_name="見積")
    digest = models.CharField("指紋(SHA-256)", max_length=64)
    reason = models.CharField("出力の理由", max_length=200)
    files = models.PositiveIntegerField("ファイル数")
    events = models.PositiveIntegerField("履歴の件数")
    size = models.PositiveIntegerField("バイト数")
    content = models.BinaryField("ZIPファイル")
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = "募集証跡パック"
        verbose_name_plural = "募集証跡パック"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="evidence_pack_digest_is_hex",
                violation_error_message="募集証跡パックの指紋の形が正しくありません。作り直してください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="evidence_pack_has_a_reason",
                violation_error_message="出力の理由を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="作成した募集証跡パックは変更も削除もできません。新しく作成してください。")]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.digest[:12]}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:download", args=[self.pk])
