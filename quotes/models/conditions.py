"""What the customer has to fulfil for the case to be insured (引受条件)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import AgencyQuerySet, User
from core.guards import FrozenColumns, StatusMoves, Undeletable
from correspondence.models import Document
from quotes.models.quotes import Quote
from quotes.models.referrals import Referral
from quotes.states import CONDITION_MOVES, Before, ConditionKind, ConditionStatus


class ConditionQuerySet(AgencyQuerySet["Condition"]):
    agency_path = "quote__agency"

    def open(self) -> Self:
        """Neither met nor waived, of the edition that stands."""
        return self.filter(status=ConditionStatus.OPEN, edition=models.F("quote__edition"))


class Condition(models.Model):
    """引受条件: set by a decision, of one edition of the offer; met (with its document) or waived, once."""

    Kind = ConditionKind
    Before = Before
    Status = ConditionStatus

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="conditions", verbose_name="見積")
    edition = models.PositiveSmallIntegerField("見積の版")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="set_conditions", verbose_name="引受照会"
    )
    kind = models.CharField("種類", max_length=10, choices=ConditionKind)
    sentence = models.CharField("内容", max_length=400)
    before = models.CharField("いつまでに", max_length=12, choices=Before)
    due_on = models.DateField("期日", null=True, blank=True)
    status = models.CharField("状態", max_length=10, choices=ConditionStatus, default=ConditionStatus.OPEN)
    set_at = models.DateTimeField("設定日時")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="設定した人")
    settled_at = models.DateTimeField("処理日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="処理した人"
    )
    note = models.CharField("確認した内容・免除の理由", max_length=400, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="書類"
    )

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = "引受条件"
        verbose_name_plural = "引受条件"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["quote"], condition=Q(status="OPEN"), name="quotes_condition_open"),
            models.Index(fields=["due_on"], condition=Q(status="OPEN"), name="quotes_condition_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sentence=""),
                name="quotes_condition_says_something",
                violation_error_message="引受条件の内容を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(before="AFTER_ISSUE") | Q(due_on__isnull=False),
                name="quotes_condition_after_issue_has_a_day",
                violation_error_message="発行後の条件には期日を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True, settled_by__isnull=True)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="quotes_condition_settled_matches_status",
                violation_error_message="条件を終えるときは、日時と担当を記録してください。",
            ),
            models.CheckConstraint(
                condition=~Q(status="MET", kind="DOCUMENT") | Q(document__isnull=False),
                name="quotes_condition_document_is_there",
                violation_error_message="書類の提出が条件です。受け取った書類を選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(status="WAIVED") | ~Q(note=""),
                name="quotes_condition_waived_with_a_reason",
                violation_error_message="条件を免除する理由を入力してください。",
            ),
        ]
        triggers = [
            StatusMoves(moves=CONDITION_MOVES, initial=[ConditionStatus.OPEN]),
            FrozenColumns(
                fields=["quote", "edition", "referral", "kind", "sentence", "before", "due_on", "set_at", "set_by"],
                sentence="引受条件の内容は変更できません。免除して、新しい判断で設定し直してください。",
            ),
            FrozenColumns(
                fields=["settled_at", "settled_by", "document"], unless_null=True, name="settled_once",
                sentence="この条件はすでに処理済みです。画面を開き直してください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.sentence[:40]

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return ConditionStatus(self.status).style

    def is_late(self, on: date) -> bool:
        """Open on its day: it rings."""
        return self.status == ConditionStatus.OPEN and self.due_on is not None and self.due_on <= on
