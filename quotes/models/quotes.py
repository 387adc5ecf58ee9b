"""The quote itself: whose, for what, where it stands, and what is known of the risk."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import FrozenColumns, StatusMoves, Undeletable
from customers.models import Customer
from policies.models import Policy
from products.models import ProductVersion
from quotes.models.guards import NothingOpen
from quotes.states import GATES_BEFORE, OPEN_STATUSES, QUOTE_MOVES, Before, QuoteStatus

_SUBMITTED = ["REFERRED", "ASKED", "OFFERED", "APPLIED", "ISSUED", "DECLINED", "LAPSED"]
_OFFERED = ["OFFERED", "APPLIED", "ISSUED", "LAPSED"]
_CLOSED = ["DECLINED", "LAPSED", "WITHDRAWN"]
_ENDED_ANYWHERE = ("WITHDRAWN", "DECLINED")  # from any point of the way


def _pair(name: str, statuses: list[str], *, kept_by: tuple[str, ...] = ("WITHDRAWN",), more: Q | None = None) -> Q:
    """`<name>_at` and `<name>_by` are both there in these states, both missing in the others; a quote that is
    withdrawn, or declined after all, keeps what it had."""
    there = Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})
    gone = Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
    if more is not None:
        there &= more
    return (
        (Q(status__in=statuses) & there)
        | (Q(status__in=kept_by) & (there | gone))
        | (~Q(status__in=[*statuses, *kept_by]) & gone)
    )


class QuoteQuerySet(AgencyQuerySet["Quote"]):
    def open(self) -> Self:
        """Quotes somebody still has to do something about."""
        return self.filter(status__in=OPEN_STATUSES)

    def shown(self) -> Self:
        """For lists: with what a line shows."""
        return self.select_related("customer", "product_version__product", "in_charge").defer(
            "product_version__content", "customer__search_text", "customer__search_bigrams"
        )


class Quote(models.Model):
    """見積: one product for one customer from one day on, from the first facts to the contract.

    `facts` are the cleaned facts of the risk (`quotes.facts`). `version` grows with every change of facts,
    answers or options: a form that saw an older one is stale. `edition` (版) grows with every revision of an offer.
    """

    Status = QuoteStatus

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="quotes", verbose_name="代理店")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="quotes", verbose_name="お客さま")
    number = models.CharField("見積番号", max_length=13, unique=True)
    product_version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="quotes", verbose_name="商品"
    )
    status = models.CharField("状態", max_length=10, choices=QuoteStatus, default=QuoteStatus.DRAFT)
    inception_on = models.DateField("保険始期")
    in_charge = models.ForeignKey(User, on_delete=models.PROTECT, related_name="quotes", verbose_name="担当者")
    renewal_of = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal_quotes",
        verbose_name="更改前の契約",
    )
    # A contract that has ended: what follows is a new contract from its own day, which remembers what was before.
    resumes = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resuming_quotes",
        verbose_name="終わった契約",
    )
    facts = models.JSONField("リスク情報", default=dict, blank=True)
    version = models.PositiveIntegerField("更新番号", default=1)
    edition = models.PositiveSmallIntegerField("版", default=1)
    verdict = models.JSONField("判定の理由", default=list, blank=True)
    valid_until = models.DateField("見積有効期限", null=True, blank=True)

    opened_at = models.DateTimeField("作成日時")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")
    submitted_at = models.DateTimeField("判定日時", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="判定を求めた人"
    )
    offered_at = models.DateTimeField("提示可日時", null=True, blank=True)
    offered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="提示可とした人"
    )
    applied_at = models.DateTimeField("申込登録日時", null=True, blank=True)
    applied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="申込を登録した人"
    )
    issued_at = models.DateTimeField("発行日時", null=True, blank=True)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="発行した人"
    )
    policy = models.OneToOneField(
        Policy, on_delete=models.PROTECT, null=True, blank=True, related_name="quote", verbose_name="成立した契約"
    )
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="終了した人"
    )
    closed_reason = models.CharField("終了の理由", max_length=400, blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = "見積"
        verbose_name_plural = "見積"
        indexes = [
            models.Index(fields=["agency", "-opened_at", "-id"], name="quotes_quote_newest"),
            models.Index(fields=["customer", "-id"], name="quotes_quote_by_customer"),
            # Most quotes became a contract or lapsed long ago.
            models.Index(
                fields=["agency", "status"],
                condition=Q(status__in=[QuoteStatus.OFFERED, QuoteStatus.APPLIED]),
                name="quotes_quote_in_work",
            ),
            models.Index(fields=["valid_until"], condition=Q(status=QuoteStatus.OFFERED), name="quotes_quote_lapsing"),
            models.Index(
                fields=["renewal_of"],
                condition=Q(status=QuoteStatus.DRAFT, renewal_of__isnull=False),
                name="quotes_quote_renewal_draft",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_pair("submitted", _SUBMITTED),
                name="quotes_quote_submitted_matches_status",
                violation_error_message="判定の日時と担当が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=_pair("offered", _OFFERED, kept_by=_ENDED_ANYWHERE, more=Q(valid_until__isnull=False)),
                name="quotes_quote_offered_matches_status",
                violation_error_message="提示できる見積には、提示の日時・担当と有効期限が必要です。",
            ),
            models.CheckConstraint(
                condition=_pair("applied", ["APPLIED", "ISSUED"], kept_by=_ENDED_ANYWHERE),
                name="quotes_quote_applied_matches_status",
                violation_error_message="申込の日時と担当が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=_pair("issued", ["ISSUED"], kept_by=(), more=Q(policy__isnull=False))
                & (Q(status="ISSUED") | Q(policy__isnull=True)),
                name="quotes_quote_issued_matches_status",
                violation_error_message="証券を発行した見積には、契約と発行の日時・担当が必要です。",
            ),
            models.CheckConstraint(
                condition=_pair("closed", _CLOSED, kept_by=(), more=~Q(closed_reason=""))
                & (Q(status__in=_CLOSED) | Q(closed_reason="")),
                name="quotes_quote_closed_matches_status",
                violation_error_message="見積を終えるときは、日時・担当・理由を記録してください。",
            ),
            models.CheckConstraint(
                condition=Q(renewal_of__isnull=True) | Q(resumes__isnull=True),
                name="quotes_quote_renews_or_resumes",
                violation_error_message="更改の見積と、終わった契約の作り直しは、どちらか一方にしてください。",
            ),
            models.UniqueConstraint(
                fields=["resumes"],
                condition=Q(resumes__isnull=False, status__in=[str(status) for status in OPEN_STATUSES]),
                name="quotes_quote_one_open_resumption_per_policy",
                violation_error_message="この契約を作り直す見積はすでにあります。作成済みの見積を使ってください。",
            ),
            models.UniqueConstraint(
                fields=["renewal_of"],
                condition=Q(renewal_of__isnull=False, status__in=[str(status) for status in OPEN_STATUSES]),
                name="quotes_quote_one_open_renewal_per_policy",
                violation_error_message="この契約の更改見積はすでにあります。作成済みの見積を使ってください。",
            ),
        ]
        triggers = [
            StatusMoves(moves=QUOTE_MOVES, initial=[QuoteStatus.DRAFT]),
            FrozenColumns(
                fields=[
                    "agency", "customer", "number", "product_version", "renewal_of", "resumes",
                    "opened_at", "opened_by",
                ],  # fmt: skip
                sentence="見積のお客さまと商品は変更できません。別の商品は新しい見積を作成してください。",
            ),
            NothingOpen(
                table="quotes_reason", column="blocks", blocked=GATES_BEFORE, still_open="held.lifted_at IS NULL",
                name="no_open_reason",
                sentence="引受上の理由が解除されていないため、先へ進めません。引受担当の判断を待ってください。",
            ),
            NothingOpen(
                table="quotes_condition", column="before",
                blocked={
                    QuoteStatus.APPLIED: [Before.APPLICATION],
                    QuoteStatus.ISSUED: [Before.APPLICATION, Before.ISSUE],
                },
                still_open="held.status = 'OPEN'",
                name="no_open_condition",
                sentence="引受条件が満たされていません。条件の確認を記録してから進めてください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("quotes:detail", args=[self.number])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return QuoteStatus(self.status).style

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_renewal(self) -> bool:
        return self.renewal_of_id is not None

    @property
    def offered_minute(self) -> datetime | None:
        """When the offer stood, to the minute: what people write down has no seconds."""
        return self.offered_at.replace(second=0, microsecond=0) if self.offered_at else None

    def has_run_out(self, on: date) -> bool:
        """The offer stood until `valid_until`, that day included."""
        return self.valid_until is not None and on > self.valid_until
