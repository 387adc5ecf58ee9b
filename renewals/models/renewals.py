"""Renewals: the work on one policy's expiry."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.clock import jst
from core.guards import FrozenColumns, StatusMoves, Undeletable
from customers.models import Customer
from policies.models import Policy
from quotes.models import Quote
from renewals.calendar import RenewalCalendar
from renewals.rules import DutyFacts, ReminderFacts, answer_by
from renewals.states import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    RENEWAL_MOVES,
    Channel,
    RenewalStatus,
    Response,
    Track,
    Way,
)
from renewals.tracks import NOT_THIS_PRODUCT

# Long columns no list shows.
HEAVY = (
    "policy__terms", "policy__instalments", "policy__product_version__content", "customer__search_text",
    "customer__search_bigrams",
)  # fmt: skip


class RenewalQuerySet(AgencyQuerySet["Renewal"]):
    def in_work(self) -> Self:
        """Those somebody still has something to do for."""
        return self.filter(status__in=OPEN_STATUSES)

    def shown(self) -> Self:
        """For lists: with contract, customer and staff, without what was agreed."""
        return self.select_related("policy__product_version__product", "customer", "owner").defer(*HEAVY)


class Renewal(models.Model):
    """更改: the work on one policy's expiry, from the notice to the outcome. The new contract is another policy."""

    Status = RenewalStatus
    Response = Response

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    policy = models.OneToOneField(
        Policy, on_delete=models.PROTECT, related_name="renewal", verbose_name="満期を迎える契約"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="renewals", verbose_name="お客さま")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="renewals", verbose_name="担当者")
    term_end_at = models.DateTimeField("満期日時")
    status = models.CharField("状態", max_length=10, choices=RenewalStatus, default=RenewalStatus.OPEN)
    opened_at = models.DateTimeField("開始日時")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="開始者")

    # The notice. `way` is set when it is made; `notified_at` when it is on its way to the customer.
    way = models.CharField("案内の送付方法", max_length=5, choices=Way, blank=True)
    noticed_at = models.DateTimeField("案内作成日時", null=True, blank=True)
    noticed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="案内作成者"
    )
    notified_at = models.DateTimeField("案内日時", null=True, blank=True)
    notified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="案内者"
    )
    last_stage = models.SmallIntegerField("最後の再案内(満期前日数)", null=True, blank=True)
    # Mail about it came back (不達) and a person has to act; cleared when somebody did.
    is_undelivered = models.BooleanField("不達の対応待ち", default=False)
    # What happened to the contract after the notice, until the owner has spoken with the customer about it.
    correction = models.CharField("説明を待つ変更", max_length=100, blank=True, default="", db_default="")
    reminded_at = models.DateTimeField("最後の再案内の日時", null=True, blank=True)
    reminded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="再案内をした人"
    )
    escalated_at = models.DateTimeField("管理者への報告日時", null=True, blank=True)
    escalated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="報告者"
    )

    # Decided when the terms are made, before the notice; the reasons why not 簡易 are sentences with a code.
    track = models.CharField("更改の進め方", max_length=6, choices=Track, blank=True, default="", db_default="")
    track_reasons = models.JSONField("簡易更改にできない理由", default=list, blank=True, db_default=[])

    response = models.CharField("回答", max_length=15, choices=Response, blank=True)
    response_channel = models.CharField("回答の方法", max_length=8, choices=Channel, blank=True)
    response_person = models.CharField("回答した方", max_length=60, blank=True)
    response_note = models.CharField("回答の内容", max_length=500, blank=True)
    responded_at = models.DateTimeField("回答日時", null=True, blank=True)
    responded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="回答を受けた人"
    )

    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, related_name="renewals", null=True, blank=True, verbose_name="更改の見積"
    )
    successor = models.OneToOneField(
        Policy,
        on_delete=models.PROTECT,
        related_name="renewal_before",
        null=True,
        blank=True,
        verbose_name="更改後の契約",
    )
    outcome_reason = models.CharField("結果の理由", max_length=300, blank=True)
    outcome_at = models.DateTimeField("結果の日時", null=True, blank=True)
    outcome_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="結果の記録者"
    )

    next_on = models.DateField("次の対応日", null=True, blank=True)
    next_step = models.CharField("次の対応", max_length=100, blank=True)
    version = models.PositiveIntegerField("版", default=1)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = "更改"
        verbose_name_plural = "更改"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CLOSED_STATUSES, outcome_at__isnull=False, outcome_by__isnull=False)
                | (~Q(status__in=CLOSED_STATUSES) & Q(outcome_at__isnull=True, outcome_by__isnull=True)),
                name="renewals_renewal_outcome_matches_status",
                violation_error_message="更改の結果には日時と記録者が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(status="RENEWED", successor__isnull=False, quote__isnull=False)
                | (~Q(status="RENEWED") & Q(successor__isnull=True)),
                name="renewals_renewal_renewed_has_a_successor",
                violation_error_message="更改済にするには、更改後の契約が必要です。更改の見積から証券を発行してください。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["LOST", "DECLINED", "UNINSURED", "CANCELLED", "STOPPED"])
                | ~Q(outcome_reason=""),
                name="renewals_renewal_given_up_with_a_reason",
                violation_error_message="他社・辞退・無保険・解約済・対象外にするには、理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["QUOTED", "APPLIED"]) | Q(quote__isnull=False),
                name="renewals_renewal_quoted_has_a_quote",
                violation_error_message="見積提示・申込受領には更改の見積が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status="NOTIFIED") | Q(notified_at__isnull=False),
                name="renewals_renewal_notified_has_a_moment",
                violation_error_message="案内済にするには、案内した日時が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status="RESPONDED") | Q(responded_at__isnull=False),
                name="renewals_renewal_responded_has_an_answer",
                violation_error_message="回答ありにするには、回答の内容と日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(noticed_at__isnull=True, noticed_by__isnull=True, way="")
                | (Q(noticed_at__isnull=False, noticed_by__isnull=False) & ~Q(way="")),
                name="renewals_renewal_notice_is_whole",
                violation_error_message="更改のご案内には作成日時・作成者・送付方法が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(notified_at__isnull=True, notified_by__isnull=True)
                | Q(notified_at__isnull=False, notified_by__isnull=False, noticed_at__isnull=False),
                name="renewals_renewal_notified_after_notice",
                violation_error_message="案内の記録には、作成した案内と案内者が必要です。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(responded_at__isnull=True, responded_by__isnull=True, response="", response_person="")
                    & Q(response_channel="")
                )
                | (
                    Q(responded_at__isnull=False, responded_by__isnull=False)
                    & ~Q(response="")
                    & ~Q(response_person="")
                    & ~Q(response_channel="")
                ),
                name="renewals_renewal_answer_is_whole",
                violation_error_message="回答の記録には、内容・方法・回答した方・日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True, next_step="") | (Q(next_on__isnull=False) & ~Q(next_step="")),
                name="renewals_renewal_next_step_has_a_day",
                violation_error_message="次の対応には日付と内容の両方が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=OPEN_STATUSES) | Q(next_on__isnull=False),
                name="renewals_renewal_work_has_a_next_day",
                violation_error_message="進行中の更改には、次の対応日と内容が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(track="", track_reasons=[])
                | Q(track="SIMPLE", track_reasons=[])
                | (Q(track="NORMAL") & ~Q(track_reasons=[])),
                name="renewals_renewal_track_has_its_reasons",
                violation_error_message="通常の更改には、簡易更改にできない理由が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at__isnull=True, reminded_by__isnull=True)
                | Q(reminded_at__isnull=False, reminded_by__isnull=False),
                name="renewals_renewal_reminder_is_whole",
                violation_error_message="再案内の記録には日時と担当者が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(escalated_at__isnull=True, escalated_by__isnull=True)
                | Q(escalated_at__isnull=False, escalated_by__isnull=False),
                name="renewals_renewal_escalation_is_whole",
                violation_error_message="管理者への報告には日時と報告者が必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "status", "term_end_at", "id"], name="renewals_renewal_by_stage"),
            # What the rounds look at, however long the past grows.
            models.Index(
                fields=["term_end_at", "id"],
                condition=Q(status__in=OPEN_STATUSES),
                name="renewals_renewal_in_work",
            ),
            models.Index(
                fields=["next_on", "owner"], condition=Q(status__in=OPEN_STATUSES), name="renewals_renewal_duties"
            ),
        ]
        triggers = [
            StatusMoves(moves=RENEWAL_MOVES, initial=[RenewalStatus.OPEN]),
            FrozenColumns(fields=["agency", "policy", "customer", "term_end_at", "opened_at", "opened_by"]),
            FrozenColumns(
                fields=["noticed_at", "noticed_by", "successor", "outcome_at", "outcome_by"],
                unless_null=True,
                name="set_once",
                sentence="記録済みの案内や結果は変更できません。画面を開き直して確認してください。",
            ),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} 更改"

    def get_absolute_url(self) -> str:
        return reverse("renewals:detail", args=[self.pk])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return RenewalStatus(self.status).style

    @property
    def why_not_simple(self) -> list[str]:
        """Why the track is 通常, as sentences."""
        return [str(reason["sentence"]) for reason in self.track_reasons]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def waits_for_post(self) -> bool:
        """The notice lies here printed or unprinted, and must go by post (郵送)."""
        return self.way == Way.POST and self.notified_at is None and self.is_open

    @property
    def ends_on(self) -> date:
        """満期日 in Japan."""
        return jst(self.term_end_at).date()

    def day_before_expiry(self, days: int) -> date:
        """The day so many days before the expiry day."""
        return self.ends_on - timedelta(days=days)

    def answer_by(self, on: date, calendar: RenewalCalendar) -> date:
        """返答期限 as a letter or paper of that day says it."""
        return answer_by(self.ends_on, on, calendar)

    @property
    def reminder_facts(self) -> ReminderFacts:
        moments = [moment for moment in (self.notified_at, self.reminded_at) if moment is not None]
        heard_on = jst(max(moments)).date() if self.notified_at else None
        return ReminderFacts(self.ends_on, heard_on, self.last_stage)

    @property
    def duty_facts(self) -> DutyFacts:
        return DutyFacts(
            self.status, self.ends_on, self.way, self.notified_at is not None, self.response, self.is_undelivered,
            jst(self.reminded_at).date() if self.reminded_at else None, self.correction,
            by_link=self.response_channel == Channel.WEB,
            needs_another_product=any(reason["code"] in NOT_THIS_PRODUCT for reason in self.track_reasons),
        )  # fmt: skip
