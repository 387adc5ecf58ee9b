"""What the customer answered, question by question, in the wording that was asked (checks 9)."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import AppendOnly, FrozenColumns
from correspondence.models import Document
from quotes.models.guards import OnlyWhileQuote
from quotes.models.quotes import Quote
from quotes.states import AnswerSource, QuoteStatus


class Answer(models.Model):
    """告知の回答. Blank (`value` null) is not いいえ; わからない is an answer.

    `value` is what `products.scoring` reads: yes/no/unknown, an option, a number, a text, an ISO date.
    `is_carried`: taken over from an earlier form, `carried_from`, perhaps another carrier's; it does not count before
    the customer confirms it. `evidence`: the document the answer rests on, where there is one.
    """

    Source = AnswerSource

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="answers", verbose_name="見積")
    question_id = models.CharField("質問", max_length=50)
    wording = models.CharField("質問文", max_length=400)
    wording_version = models.PositiveSmallIntegerField("質問文の版")
    value = models.JSONField("回答", null=True, blank=True)
    is_carried = models.BooleanField("引き継いだ回答(未確認)", default=False)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="引継ぎ元の回答"
    )
    answered_at = models.DateTimeField("回答日時")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="入力者")
    source = models.CharField("回答の受け方", max_length=10, choices=AnswerSource)
    given_by = models.CharField("回答した方", max_length=60)
    evidence = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裏付けの書類"
    )

    class Meta:
        verbose_name = "告知の回答"
        verbose_name_plural = "告知の回答"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "question_id"],
                name="quotes_answer_one_per_question",
                violation_error_message="同じ質問の回答がほかの画面で保存されました。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=~Q(given_by="") & ~Q(wording=""),
                name="quotes_answer_says_who_and_what",
                violation_error_message="回答した方のお名前を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(source="DOCUMENT") | Q(evidence__isnull=False) | Q(value__isnull=True),
                name="quotes_answer_from_a_document_names_it",
                violation_error_message="「書類から」の回答には、もとになった書類を選んでください。",
            ),
        ]
        triggers = [
            FrozenColumns(fields=["quote", "question_id", "wording", "wording_version"]),
            OnlyWhileQuote(
                statuses=[QuoteStatus.DRAFT],
                sentence="告知の回答は、見積が作成中のあいだだけ変更できます。変更するには見積を改訂してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"

    @property
    def counts(self) -> bool:
        """Whether the question is answered: something was said, and it is this year's word."""
        return self.value not in (None, "") and not self.is_carried


class Explanation(models.Model):
    """矛盾の説明: why two things that do not seem to go together are both true, in the customer's words.

    `fingerprint` binds it to what the two places said then; when one of them changes, the explanation no longer holds.
    """

    Source = AnswerSource

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="explanations", verbose_name="見積")
    code = models.CharField("矛盾の種類", max_length=50)
    sentence = models.CharField("指摘", max_length=1000)
    fingerprint = models.CharField("SHA-256", max_length=64)
    text = models.CharField("説明", max_length=1000)
    source = models.CharField("説明の受け方", max_length=10, choices=AnswerSource)
    given_by = models.CharField("説明した方", max_length=60)
    explained_at = models.DateTimeField("説明日時")
    explained_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="入力者")

    class Meta:
        verbose_name = "矛盾の説明"
        verbose_name_plural = "矛盾の説明"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_by="") & ~Q(text=""),
                name="quotes_explanation_says_who_and_what",
                violation_error_message="説明と、説明した方のお名前を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
                name="quotes_explanation_is_bound_to_values",
                violation_error_message="どの内容への説明か記録できません。画面を開き直してください。",
            ),
        ]
        triggers = [
            AppendOnly(sentence="矛盾の説明は変更も削除もできません。新しい説明を残してください。"),
            OnlyWhileQuote(
                statuses=[QuoteStatus.DRAFT],
                operation=pgtrigger.Insert,
                sentence="矛盾の説明は、見積が作成中のあいだだけ残せます。変更するには見積を改訂してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.text[:40]}"
