"""The ledger of complaints (苦情台帳): what was said to us, and every line since. Nothing is changed or deleted."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, AgencyQuerySet, User
from complaints.states import COMPLAINT_MOVES, OPEN_STATUSES, Channel, ComplaintStatus, LineKind
from core.guards import AppendOnly, FrozenColumns, StatusMoves, Undeletable
from customers.models import Customer
from policies.models import Policy
from quotes.models import Quote


class ComplaintQuerySet(AgencyQuerySet["Complaint"]):
    def shown(self) -> "ComplaintQuerySet":
        """For lists: with what a line shows."""
        return self.select_related("customer", "policy", "owner").defer(
            "policy__terms", "policy__instalments", "customer__search_text", "customer__search_bigrams"
        )

    def still_open(self) -> "ComplaintQuerySet":
        """Not completed yet: somebody has to look after each of these."""
        return self.filter(status__in=OPEN_STATUSES)


class Complaint(models.Model):
    """苦情: any expression of dissatisfaction (checks 10). What was said stands frozen; corrections are lines."""

    Status = ComplaintStatus

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    number = models.CharField("苦情番号", max_length=13, unique=True)
    status = models.CharField("状態", max_length=11, choices=ComplaintStatus, default=ComplaintStatus.OPEN)
    received_at = models.DateTimeField("受付日時")
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="受け付けた人")
    channel = models.CharField("経路", max_length=10, choices=Channel)
    complainant = models.CharField("申出人", max_length=100)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="お客さま"
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="契約"
    )
    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="見積"
    )
    content = models.TextField("内容")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="担当者")
    due_on = models.DateField("次に確認する日", null=True, blank=True)
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")
    proposed_at = models.DateTimeField("完了の申請日時", null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完了の申請者"
    )
    closed_at = models.DateTimeField("完了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承認者"
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "苦情"
        verbose_name_plural = "苦情"
        indexes = [
            models.Index(fields=["agency", "-received_at", "-id"], name="complaints_complaint_newest"),
            models.Index(fields=["due_on"], condition=~Q(status="CLOSED"), name="complaints_complaint_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(complainant="") & ~Q(content=""),
                name="complaints_complaint_says_who_and_what",
                violation_error_message="申出人と内容を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("recorded_at")),
                name="complaints_complaint_is_not_in_the_future",
                violation_error_message="受付日時に未来の日時は入力できません。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PROPOSED", "CLOSED"], proposed_at__isnull=False, proposed_by__isnull=False)
                | Q(status__in=["OPEN", "IN_PROGRESS"], proposed_at__isnull=True, proposed_by__isnull=True),
                name="complaints_complaint_proposal_matches_status",
                violation_error_message="完了の申請には日時と申請者が必要です。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_at__isnull=False, closed_by__isnull=False, due_on__isnull=True)
                | (~Q(status="CLOSED") & Q(closed_at__isnull=True, closed_by__isnull=True, due_on__isnull=False)),
                name="complaints_complaint_closed_matches_status",
                violation_error_message="完了した苦情には日時と承認者が必要です。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("proposed_by")),
                name="complaints_complaint_approved_by_another",
                violation_error_message="完了を申請した本人は承認できません。別の管理者が承認してください。",
            ),
        ]
        triggers = [
            StatusMoves(moves=COMPLAINT_MOVES, initial=[ComplaintStatus.OPEN]),
            FrozenColumns(
                fields=[
                    "agency", "number", "received_at", "received_by", "channel", "complainant", "customer", "policy",
                    "quote", "content", "recorded_at", "recorded_by",
                ],
                sentence="受け付けた苦情の内容は変更できません。「申出内容の訂正」として新しい行を追加してください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("complaints:detail", args=[self.number])

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return ComplaintStatus(self.status).style

    @property
    def about(self) -> str:
        """The contract or quote it is about, by number."""
        return self.policy.number if self.policy else self.quote.number if self.quote else ""


class ComplaintLine(models.Model):
    """苦情の経過: one line of the ledger. A correction names the line it corrects."""

    Kind = LineKind

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="lines", verbose_name="苦情")
    kind = models.CharField("種類", max_length=10, choices=LineKind)
    text = models.TextField("内容")
    on = models.DateField("行った日")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="訂正前の行"
    )
    written_at = models.DateTimeField("記録日時")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    class Meta:
        verbose_name = "苦情の経過"
        verbose_name_plural = "苦情の経過"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="complaints_complaintline_says_something",
                violation_error_message="内容を入力してください。",
            )
        ]
        triggers = [AppendOnly(sentence="苦情の記録は変更も削除もできません。訂正は新しい行を追加してください。")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"
