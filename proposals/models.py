"""What the customer wants (意向) and what we proposed for it (提案). Both are written once."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly
from correspondence.models import Paper
from customers.models import Customer
from proposals.needs import needs
from proposals.rules import Wishes
from quotes.facts import RiskFacts, facts_from
from quotes.models import Quote
from quotes.states import Method


class Wish(models.Model):
    """意向: what a customer wants, as he told it. A change of mind or a correction is a new row that names the old one.

    `risks` and `must_haves` are codes of `needs.yaml`; `facts` are what premiums rest on (`quotes.facts`). The
    newest row is the present wish, the first one the 当初意向.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wishes", verbose_name="お客さま")
    risks = ArrayField(models.CharField(max_length=50), verbose_name="心配なリスク", default=list, blank=True)
    must_haves = ArrayField(models.CharField(max_length=50), verbose_name="必ず備えたい補償", default=list, blank=True)
    liability_yen = models.BigIntegerField("希望する賠償責任の限度額")
    cost_yen = models.BigIntegerField("希望する事故対応費用の限度額")
    budget_yen = models.BigIntegerField("年間の予算", null=True, blank=True)
    inception_on = models.DateField("希望する保険始期")
    facts = models.JSONField("リスク情報", default=dict)
    loss_liability_yen = models.BigIntegerField("想定する損害賠償金", default=0)
    loss_cost_yen = models.BigIntegerField("想定する事故対応の費用", default=0)
    words = models.TextField("お客さまの言葉", blank=True)
    told_by = models.CharField("お客さま側の相手", max_length=60)
    method = models.CharField("方法", max_length=10, choices=Method)
    at = models.DateTimeField("聞いた日時")
    heard_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="聞いた募集人")
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="前の意向"
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "意向"
        verbose_name_plural = "意向"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(liability_yen__gt=0, cost_yen__gte=0),
                name="proposals_wish_names_its_limits",
                violation_error_message="希望する限度額を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(budget_yen__isnull=True) | Q(budget_yen__gt=0),
                name="proposals_wish_budget_is_an_amount",
                violation_error_message="年間の予算は1円以上で入力してください。決まっていないときは空欄にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(risks=[]) | ~Q(must_haves=[]),
                name="proposals_wish_says_what_it_is_for",
                violation_error_message="心配なリスクか、必ず備えたい補償を1つ以上選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("recorded_at")),
                name="proposals_wish_is_not_in_the_future",
                violation_error_message="聞いた日時に未来の日時は入力できません。",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="proposals_wish_by_customer")]
        triggers = [AppendOnly(sentence="意向は変更できません。変わったときは、新しい意向として記録してください。")]

    def __str__(self) -> str:
        return f"意向 {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:compare", args=[self.pk])

    @property
    def wishes(self) -> Wishes:
        """What decides about order and filter."""
        return Wishes(tuple(self.must_haves), self.liability_yen, self.cost_yen, self.budget_yen)

    @property
    def risk_facts(self) -> RiskFacts:
        return facts_from(self.facts)

    @property
    def risk_labels(self) -> list[str]:
        return needs().labels(self.risks)

    @property
    def must_labels(self) -> list[str]:
        return needs().labels(self.must_haves, as_cover=True)

    @property
    def losses(self) -> tuple[tuple[str, int], ...]:
        """The imagined event: coverage and yen."""
        said = (("liability", self.loss_liability_yen), ("cost", self.loss_cost_yen))
        return tuple((code, yen) for code, yen in said if yen)


class Proposal(models.Model):
    """提案: what was shown for a wish, what we recommended, and why. Frozen: a new proposal is a new row.

    `shown` holds every cover that was compared, in order, with its premium or why it is out; `served` the wishes the
    recommendation serves (`WishItem` codes). `is_policy_only`: the reason names only ourselves, and somebody confirmed
    that.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="proposals", verbose_name="お客さま")
    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="proposals", verbose_name="意向")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+", verbose_name="比較表")
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="proposal", verbose_name="見積")
    shown = models.JSONField("提示した補償")
    recommended = models.CharField("推奨した補償", max_length=80)
    served = ArrayField(models.CharField(max_length=60), verbose_name="かなえる意向", default=list, blank=True)
    reason = models.TextField("推奨の理由")
    is_policy_only = models.BooleanField("代理店の方針だけの理由", default=False)
    at = models.DateTimeField("提案日時")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="提案した募集人")
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "提案"
        verbose_name_plural = "提案"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="proposals_proposal_has_a_reason",
                violation_error_message="推奨の理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(served=[]) | Q(is_policy_only=True),
                name="proposals_proposal_rests_on_wishes",
                violation_error_message="推奨がかなえる意向を1つ以上選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("recorded_at")),
                name="proposals_proposal_is_not_in_the_future",
                violation_error_message="提案日時に未来の日時は入力できません。",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="proposals_proposal_by_customer")]
        triggers = [AppendOnly(sentence="提案は変更できません。提案し直すときは、新しい提案として記録してください。")]

    def __str__(self) -> str:
        return f"提案 {self.at:%Y-%m-%d}"

    @property
    def cover(self) -> dict[str, Any]:
        """The recommended cover as it was shown."""
        return next(one for one in self.shown if one["key"] == self.recommended)
