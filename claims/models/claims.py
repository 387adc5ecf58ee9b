"""The claim itself: what the caller told, where it stands, and what is to be done next."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from claims.rules.breach import Breach
from claims.rules.dates import ClaimDates
from claims.states import (
    CLAIM_MOVES,
    OPEN_CLAIMS,
    ClaimKind,
    ClaimStatus,
    ClosingReason,
    Measure,
)
from core.clock import jst
from core.guards import FrozenColumns, StatusMoves, Undeletable
from customers.models import Customer
from policies.models import Policy

_HANDED_OFF = [ClaimStatus.HANDED_OFF, ClaimStatus.IN_PROGRESS, ClaimStatus.CLOSED]
_ENDED = [ClaimStatus.CLOSED, ClaimStatus.WITHDRAWN]


class ClaimQuerySet(AgencyQuerySet["Claim"]):
    def search(self, text: str) -> Self:
        """By our number, the policy's, the insurer's reference, or the customer."""
        words = text.strip()
        found = Q(number__iexact=words) | Q(insurer_reference=words) | Q(policy__number__iexact=words)
        customers = Customer.objects.search(words)
        return self.filter(found | Q(customer__in=customers.values("pk")))

    def still_open(self) -> Self:
        """Not ended yet: each of these has a next step and its day."""
        return self.filter(status__in=OPEN_CLAIMS)


class Claim(models.Model):
    """事故受付. Facts as the caller told them; what is paid is never decided here."""

    Status = ClaimStatus
    Kind = ClaimKind

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    number = models.CharField("事故番号", max_length=16, unique=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="claims", null=True, blank=True, verbose_name="お客さま"
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="claims", null=True, blank=True, verbose_name="契約"
    )
    # Names one filled-in screen: sending it twice is one claim.
    ticket = models.UUIDField("受付画面", null=True, blank=True, editable=False)
    caller_words = models.CharField("申し出の会社名・証券番号など", max_length=200, blank=True)

    kind = models.CharField("事故の種類", max_length=10, choices=ClaimKind)
    # None: asked, and nobody knows. The form lets no one skip the question.
    occurred_at = models.DateTimeField("発生日時", null=True, blank=True)
    discovered_at = models.DateTimeField("発見日時")
    claimed_at = models.DateTimeField("請求を受けた日時", null=True, blank=True)
    claimant = models.CharField("請求者", max_length=100, blank=True)
    reported_at = models.DateTimeField("受付日時")
    is_circumstance = models.BooleanField("おそれの通知", default=False)
    description = models.TextField("事故の状況")
    measures = ArrayField(
        models.CharField(max_length=10, choices=Measure), verbose_name="初動対応", default=list, blank=True
    )
    measures_note = models.TextField("初動対応の詳細", blank=True)
    reporter_name = models.CharField("連絡者", max_length=60)
    reporter_phone = models.CharField("連絡先電話", max_length=20, blank=True)
    reporter_email = models.EmailField("連絡先メール", blank=True)

    involves_personal_data = models.BooleanField("個人データの漏えい・おそれ", default=False)
    leak_persons = models.PositiveIntegerField("本人の数", null=True, blank=True)
    leak_sensitive = models.BooleanField("要配慮個人情報を含む", default=False)
    leak_financial = models.BooleanField("財産的被害のおそれ", default=False)
    leak_wrongful = models.BooleanField("不正の目的によるおそれ", default=False)
    funds_lost = models.BooleanField("預金の不正送金など資金の損害", default=False)

    status = models.CharField("状態", max_length=12, choices=ClaimStatus, default=ClaimStatus.OPEN)
    next_action = models.CharField("次にすること", max_length=120, blank=True)
    next_on = models.DateField("期日", null=True, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims", verbose_name="担当者")
    handed_off_at = models.DateTimeField("保険会社への連絡日時", null=True, blank=True)
    handed_off_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="連絡した人"
    )
    # The facts' edition (版), and the one the insurer was last told: apart, something is still to be told.
    edition = models.PositiveSmallIntegerField("内容の版", default=1)
    told_edition = models.PositiveSmallIntegerField("保険会社へ連絡した版", null=True, blank=True)
    insurer_reference = models.CharField("保険会社の受付番号", max_length=40, blank=True)
    closing_reason = models.CharField("終わり方", max_length=10, choices=ClosingReason, blank=True)
    closing_note = models.CharField("終わりの内容", max_length=400, blank=True)
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="終了した人"
    )

    cover = models.JSONField("契約の確認", default=dict, blank=True, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField("版", default=1)
    created_at = models.DateTimeField("登録日時")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "事故"
        verbose_name_plural = "事故"
        indexes = [
            models.Index(fields=["agency", "-id"], name="claims_claim_newest"),
            models.Index(
                fields=["agency", "next_on"],
                condition=Q(status__in=[s.value for s in OPEN_CLAIMS]),
                name="claims_claim_due",
            ),
            models.Index(OpClass(Upper("number"), name="text_pattern_ops"), name="claims_claim_by_number"),
            models.Index(fields=["insurer_reference"], name="claims_claim_by_reference"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "ticket"],
                name="claims_claim_screen_is_sent_once",
                violation_error_message="この事故はすでに受け付けています。事故の一覧で確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(policy__isnull=True) & ~Q(caller_words=""),
                name="claims_claim_says_who",
                violation_error_message="お客さまを選ぶか、申し出の会社名・証券番号などを書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__isnull=True) | Q(occurred_at__lte=F("discovered_at")),
                name="claims_claim_discovered_after_it_occurred",
                violation_error_message="発見日時は事故の発生日時以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True) | Q(claimed_at__gte=F("discovered_at")),
                name="claims_claim_claimed_after_discovery",
                violation_error_message="請求を受けた日時は発見日時以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__gte=F("discovered_at")),
                name="claims_claim_reported_after_discovery",
                violation_error_message="受付日時は発見日時以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=False) | Q(claimant=""),
                name="claims_claim_claimant_comes_with_a_claim",
                violation_error_message="請求者を書くときは、請求を受けた日時も入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(description="") & ~Q(reporter_name=""),
                name="claims_claim_tells_what_happened",
                violation_error_message="事故の状況と連絡者を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(reporter_phone="") | ~Q(reporter_email=""),
                name="claims_claim_reporter_can_be_reached",
                violation_error_message="連絡先の電話番号かメールアドレスを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(involves_personal_data=True)
                | Q(leak_persons__isnull=True, leak_sensitive=False, leak_financial=False, leak_wrongful=False),
                name="claims_claim_leak_facts_need_a_leak",
                violation_error_message="漏えいの内訳を入力するときは「個人データの漏えい・おそれ」を選んでください。",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=OPEN_CLAIMS) & ~Q(next_action="") & Q(next_on__isnull=False))
                | Q(status__in=_ENDED, next_action="", next_on__isnull=True),
                name="claims_claim_open_has_a_next_step",
                violation_error_message="対応中の事故には、次にすることとその期日が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(handed_off_at__isnull=True, handed_off_by__isnull=True, told_edition__isnull=True)
                | Q(handed_off_at__isnull=False, handed_off_by__isnull=False, told_edition__lte=F("edition")),
                name="claims_claim_hand_off_has_time_and_person",
                violation_error_message="保険会社への連絡は、日時と連絡した人を一緒に記録してください。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_HANDED_OFF, handed_off_at__isnull=False)
                | Q(status=ClaimStatus.OPEN, handed_off_at__isnull=True)
                | Q(status=ClaimStatus.WITHDRAWN),
                name="claims_claim_hand_off_matches_status",
                violation_error_message="保険会社へ連絡してから、この操作をしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ClaimStatus.IN_PROGRESS, ClaimStatus.CLOSED]) | ~Q(insurer_reference=""),
                name="claims_claim_progress_needs_a_reference",
                violation_error_message="保険会社の受付番号を記録してから進めてください。",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=_ENDED, closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_note=""))
                | Q(status__in=OPEN_CLAIMS, closed_at__isnull=True, closed_by__isnull=True, closing_note=""),
                name="claims_claim_end_has_a_reason",
                violation_error_message="完了・取下げには、日時・担当者と理由が必要です。",
            ),
            models.CheckConstraint(
                condition=(Q(status=ClaimStatus.CLOSED) & ~Q(closing_reason=""))
                | (~Q(status=ClaimStatus.CLOSED) & Q(closing_reason="")),
                name="claims_claim_closing_reason_matches_status",
                violation_error_message="完了にするときだけ、終わり方を選んでください。",
            ),
        ]
        triggers = [
            StatusMoves(moves=CLAIM_MOVES, initial=[ClaimStatus.OPEN]),
            FrozenColumns(fields=["number", "agency", "ticket", "created_at", "created_by"]),
            FrozenColumns(
                fields=["handed_off_at", "handed_off_by", "closed_at", "closed_by"],
                unless_null=True,
                name="moments_are_set_once",
                sentence="連絡や終了の日時は、記録した後で変更できません。",
            ),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("claims:detail", args=[self.number])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return ClaimStatus(self.status).style

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CLAIMS

    @property
    def has_news_for_insurer(self) -> bool:
        """The insurer was told, and something changed since."""
        return self.told_edition is not None and self.told_edition < self.edition

    @property
    def dates(self) -> ClaimDates:
        return ClaimDates(self.occurred_at, self.discovered_at, self.claimed_at, self.reported_at, self.is_circumstance)

    @property
    def breach(self) -> Breach | None:
        """The leak as far as it is known; day 1 is the day of discovery in Japan."""
        if not self.involves_personal_data:
            return None
        return Breach(
            jst(self.discovered_at).date(),
            self.leak_persons,
            self.leak_sensitive,
            self.leak_financial,
            self.leak_wrongful,
        )

    @property
    def measure_labels(self) -> list[str]:
        return [str(Measure(code).label) for code in self.measures]

    @property
    def who(self) -> str:
        """The customer's name, or what the caller said."""
        return self.customer.name if self.customer else self.caller_words
