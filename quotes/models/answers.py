"""What the customer answered, question by question, in the wording that was asked (checks 9)."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import FrozenColumns
from quotes.models.guards import OnlyWhileQuote
from quotes.models.quotes import Quote
from quotes.states import AnswerSource, QuoteStatus


class Answer(models.Model):
    """告知の回答. Blank (`value` null) is not いいえ; わからない is an answer.

    `value` is what `products.scoring` reads: yes/no/unknown, an option, a number, a text, an ISO date.
    `is_carried`: copied from last year's questionnaire; it does not count before the customer confirms it.
    """

    Source = AnswerSource

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="answers", verbose_name="見積")
    question_id = models.CharField("質問", max_length=50)
    wording = models.CharField("質問文", max_length=400)
    wording_version = models.PositiveSmallIntegerField("質問文の版")
    value = models.JSONField("回答", null=True, blank=True)
    is_carried = models.BooleanField("前年の回答(未確認)", default=False)
    answered_at = models.DateTimeField("回答日時")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="入力者")
    source = models.CharField("回答の受け方", max_length=10, choices=AnswerSource)
    given_by = models.CharField("回答した方", max_length=60)

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
