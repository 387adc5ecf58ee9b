"""The record of solicitation (募集記録): what was shown, explained, consented to and checked, by whom and when."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import AppendOnly
from correspondence.models import Paper
from quotes.models.quotes import Quote
from quotes.states import Method, StepKind


class Step(models.Model):
    """One deed of solicitation. A correction is a new line that names the line it corrects.

    `at` is when it happened, `recorded_at` when it was written down. `edition` is the offer's edition it was about.
    """

    Kind = StepKind
    Method = Method

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="steps", verbose_name="見積")
    edition = models.PositiveSmallIntegerField("見積の版")
    kind = models.CharField("種類", max_length=24, choices=StepKind)
    at = models.DateTimeField("実施日時")
    method = models.CharField("方法", max_length=10, choices=Method)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="担当")
    counterpart = models.CharField("お客さま側の相手", max_length=60, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)
    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="書類"
    )
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name="訂正前の記録",
    )

    class Meta:
        verbose_name = "募集記録"
        verbose_name_plural = "募集記録"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__lte=models.F("recorded_at")),
                name="quotes_step_is_not_in_the_future",
                violation_error_message="実施日時に未来の日時は入力できません。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["DISCLOSURE_DELIVERED", "QUESTIONNAIRE_SIGNED"]) | Q(paper__isnull=False),
                name="quotes_step_names_its_paper",
                violation_error_message="交付・確認した書類を選んでください。",
            ),
        ]
        indexes = [models.Index(fields=["quote", "kind", "at"], name="quotes_step_by_quote")]
        triggers = [AppendOnly(sentence="募集記録は変更できません。訂正は新しい記録として残してください。")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
