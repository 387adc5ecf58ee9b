"""The invitation (お客さま用リンク), and the people at the customer who may come by it, each by a link of their own."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import FrozenColumns, StatusMoves, Undeletable
from customers.models import Contact
from portal.states import INVITATION_MOVES, LIVE_STATUSES, OPEN_STATUSES, InvitationStatus, Purpose
from quotes.models import Quote

_HEX = r"^[0-9a-f]{64}$"
_CLOSED = ["REVOKED", "EXPIRED"]


def _there(name: str) -> Q:
    return Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})


def _gone(name: str) -> Q:
    return Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})


class InvitationQuerySet(AgencyQuerySet["Invitation"]):
    def open(self) -> Self:
        """Those the customer still has something to do with."""
        return self.filter(status__in=OPEN_STATUSES)


class Invitation(models.Model):
    """お客さま用リンク: one quote, one purpose. `edition` is the offer's edition it was sent for.

    `mailing` grows with every sending: an older link is dead, and reminders count from the newest.
    """

    Status = InvitationStatus
    Purpose = Purpose

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="invitations", verbose_name="見積")
    purpose = models.CharField("用途", max_length=13, choices=Purpose)
    edition = models.PositiveSmallIntegerField("見積の版")
    status = models.CharField("状態", max_length=8, choices=InvitationStatus, default=InvitationStatus.SENT)
    valid_until = models.DateTimeField("リンクの有効期限")
    mailing = models.PositiveSmallIntegerField("送信回数", default=1)
    reminded = ArrayField(models.CharField(max_length=20), verbose_name="送った再案内", default=list, blank=True)
    # A link that another room's letter carries (更改のご案内): that room reminds, we do not.
    in_another_letter = models.BooleanField("別の案内に記載したリンク", default=False, db_default=False)
    sent_at = models.DateTimeField("送信日時")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="送信者")
    opened_at = models.DateTimeField("開封日時", null=True, blank=True)
    opened_by = models.ForeignKey(
        "Visitor", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="開封した方"
    )
    signed_at = models.DateTimeField("提出日時", null=True, blank=True)
    signed_by = models.ForeignKey(
        "Visitor", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出した方"
    )
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="終了した人"
    )
    closed_reason = models.CharField("終了の理由", max_length=200, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "お客さま用リンク"
        verbose_name_plural = "お客さま用リンク"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "purpose"],
                condition=Q(status__in=[str(status) for status in OPEN_STATUSES]),
                name="portal_invitation_one_open_per_purpose",
                violation_error_message="同じ用途のリンクがすでに有効です。送り直すときは「もう一度送る」を使ってください。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("sent_at")),
                name="portal_invitation_ends_after_it_is_sent",
                violation_error_message="リンクの有効期限が送信日時より前です。見積の有効期限を確認してください。",
            ),
            models.CheckConstraint(
                condition=(Q(status="SENT") & _gone("opened"))
                | (Q(status__in=["OPENED", "SIGNED"]) & _there("opened"))
                | (Q(status__in=_CLOSED) & (_gone("opened") | _there("opened"))),
                name="portal_invitation_opened_matches_status",
                violation_error_message="開封の日時と方が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=(Q(status="SIGNED") & _there("signed")) | (~Q(status="SIGNED") & _gone("signed")),
                name="portal_invitation_signed_matches_status",
                violation_error_message="提出の日時と方が状態と合いません。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=_CLOSED) & _there("closed") & ~Q(closed_reason=""))
                | (~Q(status__in=_CLOSED) & _gone("closed") & Q(closed_reason="")),
                name="portal_invitation_closed_matches_status",
                violation_error_message="リンクを終えるときは、日時・担当・理由を記録してください。",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["quote", "-id"], name="portal_invitation_by_quote"),
            models.Index(
                fields=["valid_until"],
                condition=Q(status__in=[str(status) for status in OPEN_STATUSES]),
                name="portal_invitation_in_work",
            ),
        ]
        triggers = [
            StatusMoves(moves=INVITATION_MOVES, initial=[InvitationStatus.SENT]),
            FrozenColumns(fields=["agency", "quote", "purpose", "edition", "in_another_letter"]),
            FrozenColumns(fields=["opened_at", "opened_by"], unless_null=True, name="opened_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.quote_id}"

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return InvitationStatus(self.status).style

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def is_live(self, at: datetime) -> bool:
        """Whether its links open a door at that moment; the round that writes 期限切れ may come later."""
        return self.status in LIVE_STATUSES and at < self.valid_until


class Visitor(models.Model):
    """お客さま側の方: who may come, by which address, and why that address. The first is the one who was invited;
    colleagues are let in by him, or, from another company's mail, by the office.

    The link's token follows from `seed` (`portal.keys`); `token_hash` is how it is found. A new seed kills the old
    link.
    """

    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, related_name="visitors", verbose_name="お客さま用リンク"
    )
    name = models.CharField("お名前", max_length=60)
    title = models.CharField("部署・役職", max_length=80, blank=True)
    email = models.EmailField("メールアドレス")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ご担当者"
    )
    reason = models.CharField("この宛先とする理由", max_length=200, blank=True)
    seed = models.CharField("リンクの種", max_length=64)
    token_hash = models.CharField("リンクのSHA-256", max_length=64, unique=True)
    introduced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="紹介した方"
    )
    admitted_at = models.DateTimeField("承認日時", null=True, blank=True)
    admitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承認した人"
    )

    class Meta:
        verbose_name = "お客さま側の方"
        verbose_name_plural = "お客さま側の方"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                F("invitation"),
                Lower("email"),
                name="portal_visitor_address_is_unique",
                violation_error_message="このメールアドレスの方は、すでに招待されています。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="portal_visitor_has_a_name",
                violation_error_message="お名前を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(("token_hash__regex", _HEX), seed__regex=_HEX),
                name="portal_visitor_link_is_hashed",
                violation_error_message="リンクの指紋の形が正しくありません。リンクを作り直してください。",
            ),
            models.CheckConstraint(
                condition=Q(introduced_by__isnull=False) | Q(contact__isnull=False) | ~Q(reason=""),
                name="portal_visitor_says_why_this_address",
                violation_error_message="登録されたご担当者でない宛先には、理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at__isnull=True, admitted_by__isnull=True)
                | Q(admitted_at__isnull=False, admitted_by__isnull=False),
                name="portal_visitor_admission_is_whole",
                violation_error_message="承認には日時と担当が必要です。",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=["invitation", "name", "email", "contact", "reason", "introduced_by"],
                sentence="招待した方のお名前と宛先は変更できません。リンクを取り消して、新しく作成してください。",
            ),
            FrozenColumns(fields=["admitted_at", "admitted_by"], unless_null=True, name="admitted_once"),
            Undeletable(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_admitted(self) -> bool:
        return self.admitted_at is not None
