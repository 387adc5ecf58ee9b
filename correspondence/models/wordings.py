"""The words of an agency's letters, version by version."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency, AgencyQuerySet
from core.guards import AppendOnly
from correspondence.states import WordingKind


class LetterTemplate(models.Model):
    """文面: an agency's own words for one kind of letter. Publishing adds a version; the newest is used.

    A version without words says that the house's own words are used again (標準に戻す).
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    kind = models.CharField("種類", max_length=20, choices=WordingKind)
    number = models.PositiveIntegerField("版")
    subject = models.CharField("件名", max_length=120, blank=True)
    body = models.TextField("本文", blank=True)
    reason = models.CharField("変更の理由", max_length=200)
    published_at = models.DateTimeField("公開日時")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="公開者"
    )

    objects = AgencyQuerySet["LetterTemplate"].as_manager()

    class Meta:
        verbose_name = "文面"
        verbose_name_plural = "文面"
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "number"],
                name="correspondence_lettertemplate_number_is_unique",
                violation_error_message="ほかの人が先に新しい版を公開しました。画面を開き直して確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(subject="", body="") | (~Q(subject="") & ~Q(body="")),
                name="correspondence_lettertemplate_is_whole",
                violation_error_message="件名と本文の両方を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="correspondence_lettertemplate_has_a_reason",
                violation_error_message="文面を変える理由を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="公開した文面は変更できません。新しい版を公開してください。")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第{self.number}版"

    @property
    def is_house(self) -> bool:
        """Back to the house's words."""
        return not self.body
