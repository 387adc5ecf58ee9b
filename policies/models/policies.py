"""The contract itself: one row for one term."""

from datetime import date, datetime, time
from functools import cached_property
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.clock import jst
from core.guards import FrozenColumns, StatusMoves, Undeletable
from core.periods import Term, one_year_after
from customers.models import Customer
from policies.guards import EndsWithItsRecord, FollowsItsEndorsements, TakesOverAtExpiry
from policies.rules import CoverFacts, EndFacts
from policies.states import POLICY_MOVES, Delivery, PolicyStatus
from policies.terms import Instalment, Terms, instalments_from, terms_from
from products.models import ProductVersion

FROZEN = (
    "agency", "customer", "product_version", "insurer", "quote_number", "number", "chain", "starts_at", "ends_at",
    "premium_yen", "payment_way", "instalments", "terms", "contracted_on", "issued_at", "issued_by", "renews",
)  # fmt: skip
FOUR = time(16, 0)
# Long columns no list shows: the agreed terms, the book's whole text, the customer's search helpers.
HEAVY = (
    "terms", "endorsed_terms", "instalments", "product_version__content", "customer__search_text",
    "customer__search_bigrams",
)  # fmt: skip


class PolicyQuerySet(AgencyQuerySet["Policy"]):
    def shown(self) -> Self:
        """For lists: with the people and the product, without the agreed terms."""
        return self.select_related("customer", "in_charge", "product_version__product").defer(*HEAVY)

    def search(self, text: str) -> Self:
        """By policy number or its beginning, or by customer (name, kana, number, 法人番号)."""
        number = text.strip().upper()
        customers = Customer.objects.search(text).values("pk")
        return self.filter(Q(number__startswith=number) | Q(customer__in=customers))


class Policy(models.Model):
    """契約: one insurance contract for one term. What was agreed is frozen; only its journey changes."""

    Status = PolicyStatus
    Delivery = Delivery

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    number = models.CharField("証券番号", max_length=13, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="policies", verbose_name="ご契約者")
    in_charge = models.ForeignKey(User, on_delete=models.PROTECT, related_name="policies", verbose_name="担当者")
    product_version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="policies", verbose_name="商品"
    )
    insurer = models.CharField("引受保険会社", max_length=100)
    quote_number = models.CharField("見積番号", max_length=13)

    status = models.CharField("状態", max_length=10, choices=PolicyStatus, default=PolicyStatus.IN_FORCE)
    starts_at = models.DateTimeField("始期")
    ends_at = models.DateTimeField("満期")
    premium_yen = models.BigIntegerField("年間保険料")
    payment_way = models.CharField("払込方法", max_length=40)
    instalments = models.JSONField("払込予定")
    terms = models.JSONField("契約内容")
    contracted_on = models.DateField("締結日")
    issued_at = models.DateTimeField("発行日時")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="発行者")

    renews = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name="更改前の契約",
    )
    chain = models.BigIntegerField("契約の系列", help_text="最初の契約の番号。更改しても変わりません。")

    delivery = models.CharField("証券の送付方法", max_length=5, choices=Delivery)
    posted_at = models.DateTimeField("郵送日時", null=True, blank=True)
    posted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="郵送者"
    )
    expired_at = models.DateTimeField("満期処理日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("解約日時", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="解約処理者"
    )
    # The latest 異動, copied here so that a list reads no second table; `endorsements` keeps them all.
    endorsed_terms = models.JSONField("異動後の契約内容", null=True, blank=True)
    endorsed_premium_yen = models.BigIntegerField("異動後の保険料", null=True, blank=True)
    version = models.PositiveIntegerField("版", default=1)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "契約"
        verbose_name_plural = "契約"
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^C-[0-9]{4}-[0-9]{6}$"),
                name="policies_policy_number_has_its_form",
                violation_error_message="証券番号はC-2026-000123の形でなければなりません。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="policies_policy_ends_after_it_starts",
                violation_error_message="満期は始期より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__time=FOUR, ends_at__time=FOUR),
                name="policies_policy_runs_from_four_to_four",
                violation_error_message="保険期間は午後4時に始まり、午後4時に終わるようにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(premium_yen__gt=0),
                name="policies_policy_has_a_premium",
                violation_error_message="保険料は1円以上でなければなりません。見積を確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="EXPIRED", expired_at__isnull=False, expired_at__gte=F("ends_at"))
                | (~Q(status="EXPIRED") & Q(expired_at__isnull=True)),
                name="policies_policy_expiry_matches_status",
                violation_error_message="満期の処理は、満期日の午後4時以後に行ってください。",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_at__isnull=False, cancelled_by__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True)),
                name="policies_policy_cancellation_matches_status",
                violation_error_message="解約した契約には解約日時と処理者が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True)
                | Q(cancelled_at__gte=F("starts_at"), cancelled_at__lt=F("ends_at"), cancelled_at__time=FOUR),
                name="policies_policy_cancelled_within_its_term",
                violation_error_message="解約日時は、保険期間内の日の午後4時にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(endorsed_terms__isnull=True, endorsed_premium_yen__isnull=True)
                | Q(endorsed_terms__isnull=False, endorsed_premium_yen__gt=0),
                name="policies_policy_endorsement_is_whole",
                violation_error_message="異動後の契約内容と保険料は、両方を記録してください。",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True, posted_by__isnull=True)
                | Q(posted_at__isnull=False, posted_by__isnull=False),
                name="policies_policy_posting_has_a_person",
                violation_error_message="郵送の記録には日時と担当者が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(renews=F("id")),
                name="policies_policy_does_not_renew_itself",
                violation_error_message="契約を、その契約自身の更改にすることはできません。",
            ),
            ExclusionConstraint(
                name="policies_policy_chain_has_no_overlap",
                expressions=[
                    # A range of one number compares by && without any extension of PostgreSQL.
                    (Func(F("chain"), F("chain"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status="CANCELLED"),
                violation_error_message="更改前後の契約の保険期間が重なっています。始期を前の契約の満期に合わせてください。",
            ),
        ]
        indexes = [
            models.Index(F("agency"), F("id").desc(), name="policies_policy_newest"),
            models.Index(fields=["agency", "status", "ends_at", "id"], name="policies_policy_by_expiry"),
            # The nightly round looks only at what is in force.
            models.Index(fields=["ends_at"], condition=Q(status="IN_FORCE"), name="policies_policy_due"),
            # Today's work asks for the few 証券 that still have to be posted.
            models.Index(
                fields=["agency", "issued_at", "id"],
                condition=Q(status="IN_FORCE", delivery="POST", posted_at__isnull=True),
                name="policies_policy_to_post",
            ),
            models.Index(fields=["chain"], name="policies_policy_chain"),
        ]
        triggers = [
            StatusMoves(moves=POLICY_MOVES, initial=[PolicyStatus.IN_FORCE]),
            FrozenColumns(
                fields=FROZEN,
                sentence="発行した契約の内容は変更できません。契約内容の変更は異動として、新しい版で記録してください。",
            ),
            FrozenColumns(
                fields=["cancelled_at", "cancelled_by"],
                unless_null=True,
                name="ends_once",
                sentence="解約の記録は変更できません。画面を開き直して確認してください。",
            ),
            TakesOverAtExpiry(),
            EndsWithItsRecord(),
            FollowsItsEndorsements(),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("policies:detail", args=[self.number])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return PolicyStatus(self.status).style

    @property
    def term(self) -> Term:
        return Term(self.starts_at, self.ends_at)

    @property
    def premium_label(self) -> str:
        """What the premium is for: a year, or a first term that a common expiry cuts short."""
        whole_year = self.ends_on == one_year_after(jst(self.starts_at).date())
        return "年間保険料" if whole_year else "保険料(保険期間分)"

    @property
    def ends_on(self) -> date:
        """満期日: the day in Japan on which cover ends at 16:00."""
        return jst(self.ends_at).date()

    @cached_property
    def as_issued(self) -> Terms:
        """契約内容 as the 証券 says it, before any 異動."""
        return terms_from(self.terms)

    @cached_property
    def agreed(self) -> Terms:
        """契約内容 as values with names, with every 異動 recorded so far. For a day in the past: `agreed_at`."""
        return self.as_issued if self.endorsed_terms is None else terms_from(self.endorsed_terms)

    def agreed_at(self, at: datetime) -> Terms:
        """契約内容 that held at that minute: a 異動 takes effect at 16:00 of the day of its change, as terms do."""
        if self.endorsed_terms is None:
            return self.as_issued
        started = [one for one in self.endorsements.all() if one.takes_effect_at <= at]
        return terms_from(max(started, key=lambda one: one.number).terms) if started else self.as_issued

    @property
    def premium_now_yen(self) -> int:
        """What the whole term would cost on today's terms; `premium_yen` is what it cost when it was issued."""
        return self.premium_yen if self.endorsed_premium_yen is None else self.endorsed_premium_yen

    @cached_property
    def schedule(self) -> tuple[Instalment, ...]:
        """払込予定 as values with names."""
        return instalments_from(self.instalments)

    @property
    def waits_for_post(self) -> bool:
        """The 証券 must go by post, and nobody has recorded that it did."""
        return self.delivery == Delivery.POST and self.posted_at is None

    @property
    def end_facts(self) -> EndFacts:
        """What decides on an early end of the contract."""
        return EndFacts(jst(self.starts_at).date(), self.ends_on, self.contracted_on)

    @property
    def cover_facts(self) -> CoverFacts:
        """What `rules.cover_at` wants to know."""
        return CoverFacts(self.number, self.starts_at, self.ends_at, self.status, self.cancelled_at)
