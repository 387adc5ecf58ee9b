"""Sending a case to underwriting, the questions between, and the decision."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import AgencyQuerySet, User
from core.guards import AppendOnly, FrozenColumns, StatusMoves, Undeletable
from quotes.models.guards import DecidedWithAuthority
from quotes.models.quotes import Quote
from quotes.states import REFERRAL_MOVES, Addressee, AnswerSource, Decision, ReferralStatus


class ReferralQuerySet(AgencyQuerySet["Referral"]):
    agency_path = "quote__agency"

    def undecided(self) -> Self:
        """Waiting for underwriting or for the solicitor's answer."""
        return self.filter(status__in=[ReferralStatus.OPEN, ReferralStatus.ASKED])

    def shown(self) -> Self:
        """For the queue: with what a line shows."""
        people = ("asked_by", "decided_by", "assigned_to")
        return self.select_related("quote__customer", "quote__product_version__product", *people).defer(
            "snapshot", "quote__product_version__content"
        )


class Referral(models.Model):
    """引受照会: why the case needs a person, by when, and what the person decided.

    Its `reasons` are rows of their own, its `set_conditions` too; `conditions` is their wording as the papers print
    it. `due_on` is the promised week from complete documents: a case is submitted when nothing is missing. `snapshot`
    is the case as the decider saw it (facts, answers in their wording, options with premiums, reasons, claims).
    """

    Status = ReferralStatus
    Decision = Decision

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="referrals", verbose_name="見積")
    status = models.CharField("状態", max_length=10, choices=ReferralStatus, default=ReferralStatus.OPEN)
    asked_at = models.DateTimeField("照会日時")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="照会者")
    due_on = models.DateField("回答期限")
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="担当する引受担当"
    )
    decision = models.CharField("判断", max_length=12, choices=Decision, blank=True)
    conditions = models.TextField("引受条件", blank=True)
    reason = models.TextField("判断の理由", blank=True)
    snapshot = models.JSONField("判断時の内容", null=True, blank=True)
    decided_at = models.DateTimeField("判断日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="判断者"
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "引受照会"
        verbose_name_plural = "引受照会"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(status__in=["OPEN", "ASKED"]), name="quotes_referral_queue"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["quote"],
                condition=Q(status__in=["OPEN", "ASKED"]),
                name="quotes_referral_one_undecided",
                violation_error_message="この見積はすでに引受照会中です。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="DECIDED", decided_at__isnull=False, decided_by__isnull=False, snapshot__isnull=False)
                    & ~Q(decision="")
                    & ~Q(reason="")
                )
                | (
                    ~Q(status="DECIDED")
                    & Q(decided_at__isnull=True, decided_by__isnull=True, snapshot__isnull=True, decision="", reason="")
                ),
                name="quotes_referral_decision_matches_status",
                violation_error_message="引受の判断には、結果・理由・判断者を記録してください。",
            ),
            models.CheckConstraint(
                condition=(Q(decision="CONDITIONAL") & ~Q(conditions=""))
                | (~Q(decision="CONDITIONAL") & Q(conditions="")),
                name="quotes_referral_conditions_match_decision",
                violation_error_message="条件付引受可には引受条件を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(decision="CARRIER") | ~Q(decided_by=models.F("asked_by")),
                name="quotes_referral_decided_by_another",
                violation_error_message="照会した本人は判断できません。別の引受担当が判断してください。",
            ),
        ]
        triggers = [
            StatusMoves(moves=REFERRAL_MOVES, initial=[ReferralStatus.OPEN]),
            FrozenColumns(fields=["quote", "asked_at", "asked_by", "due_on"]),
            FrozenColumns(
                fields=["decided_at", "decided_by", "snapshot"],
                unless_null=True,
                name="decided_once",
                sentence="この照会はすでに判断済みです。画面を開き直して結果を確認してください。",
            ),
            DecidedWithAuthority(),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.get_status_display()}"

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return ReferralStatus(self.status).style

    @property
    def awaits_carrier_only(self) -> bool:
        """Only the carrier's price is missing: no rule asks for an underwriter."""
        return all(reason.is_carriers for reason in self.reasons.all())

    def days_left(self, on: date) -> int:
        """Days until the answer is due; negative when it is late."""
        return (self.due_on - on).days


class ReferralNote(models.Model):
    """A question of the underwriter, the answer to it, or that the case was taken, handed over or handed up.

    A question has its `addressee` and the day `due_on` by which it is answered; the answer of a customer says who
    gave it and how it reached us.
    """

    class Kind(models.TextChoices):
        QUESTION = "QUESTION", "質問"
        ANSWER = "ANSWER", "回答"
        TAKEN = "TAKEN", "担当"
        HANDED_OVER = "HANDED_OVER", "引継ぎ"
        HANDED_UP = "HANDED_UP", "上申"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notes", verbose_name="引受照会")
    kind = models.CharField("種類", max_length=12, choices=Kind)
    text = models.TextField("内容")
    addressee = models.CharField("質問の相手", max_length=10, choices=Addressee, blank=True)
    due_on = models.DateField("回答期限", null=True, blank=True)
    source = models.CharField("回答の受け方", max_length=10, choices=AnswerSource, blank=True)
    given_by = models.CharField("回答した方", max_length=60, blank=True)
    handed_to = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="引継ぎ先"
    )
    written_at = models.DateTimeField("日時")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="担当")

    class Meta:
        verbose_name = "照会のやりとり"
        verbose_name_plural = "照会のやりとり"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="quotes_referralnote_says_something",
                violation_error_message="内容を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["TAKEN", "HANDED_OVER", "HANDED_UP"], handed_to__isnull=False)
                | (~Q(kind__in=["TAKEN", "HANDED_OVER", "HANDED_UP"]) & Q(handed_to__isnull=True)),
                name="quotes_referralnote_handing_names_a_person",
                violation_error_message="引継ぎ先の引受担当を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(kind="QUESTION") | Q(addressee="", due_on__isnull=True),
                name="quotes_referralnote_only_a_question_is_addressed",
                violation_error_message="相手と期限は、質問にだけ入力できます。",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return self.text[:40]
