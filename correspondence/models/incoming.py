"""What comes back: every mail we were given, and the letters that did not arrive.

A mail is kept as words: who, about what, and the beginning of its text. Enclosures and the rest are not kept; the
mailbox keeps them as long as it likes.
"""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import AgencyQuerySet
from core.guards import FrozenColumns, Undeletable
from correspondence.models.letters import Letter
from correspondence.models.waiting import WaitsForAPerson
from correspondence.states import QUIET_KINDS, BounceDeed, IncomingKind

_TOLD = "受信した内容は変更できません。対応の結果を記録してください。"
_DONE = "対応はすでに記録されています。画面を開き直して確認してください。"


class IncomingQuerySet(AgencyQuerySet["IncomingMail"]):
    def waiting(self) -> Self:
        """Those a person has to read: what no machine wrote, and failures that could be tied to no letter."""
        tied = Exists(Bounce.objects.filter(letter=OuterRef("letter")))
        return self.filter(handled_at__isnull=True).filter(
            Q(kind__in=[IncomingKind.REPLY, IncomingKind.OTHER, IncomingKind.UNREADABLE])
            | (Q(kind=IncomingKind.BOUNCE) & ~tied)
        )


class IncomingMail(WaitsForAPerson):
    """受信メール. Its identity is the fingerprint of its bytes: the same mail twice is one row."""

    Kind = IncomingKind

    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("バイト数")
    kind = models.CharField("種類", max_length=12, choices=IncomingKind)
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, related_name="answers", null=True, blank=True, verbose_name="対象のメール"
    )
    sender = models.CharField("差出人", max_length=254, blank=True)
    subject = models.CharField("件名", max_length=200, blank=True)
    text = models.TextField("本文の始め", blank=True)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = "受信メール"
        verbose_name_plural = "受信メール"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="correspondence_incomingmail_is_kept_once",
                violation_error_message="このメールはすでに受信しています。受信メールの一覧で確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True, note="")
                | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(note="")),
                name="correspondence_incomingmail_handled_by_a_person",
                violation_error_message="対応した受信メールには日時・対応者・内容が必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="correspondence_incoming_newest"),
            models.Index(
                fields=["agency", "id"],
                condition=Q(handled_at__isnull=True) & ~Q(kind__in=QUIET_KINDS),
                name="correspondence_incoming_open",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "agency", "sha256", "size", "received_at", "received_by", "kind", "letter", "sender", "subject",
                    "text",
                ],
                sentence=_TOLD,
            ),
            FrozenColumns(
                fields=["handled_at", "handled_by"], unless_null=True, name="set_once", sentence=_DONE
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("correspondence:incoming-mail", args=[self.pk])


class BounceQuerySet(AgencyQuerySet["Bounce"]):
    def open(self) -> Self:
        """Those that wait for a person."""
        return self.filter(handled_at__isnull=True)

    def true(self) -> Self:
        """All but those a person found to be none."""
        return self.exclude(deed=BounceDeed.DISMISSED)

    def about(self, key: str) -> Self:
        """Those whose letters are about a record, by its key."""
        return self.filter(letter__about__contains=[key])


class Bounce(WaitsForAPerson):
    """不達: one address a letter did not reach. The letter stays 送信済, for it was sent (送信失敗
    where the server refused the address at the door); this stands beside it."""

    Deed = BounceDeed

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="bounces", verbose_name="メール")
    # None when the server refused the address at the door and no mail had to tell.
    mail = models.ForeignKey(
        IncomingMail, on_delete=models.PROTECT, related_name="bounces", null=True, blank=True,
        verbose_name="不達の知らせ",
    )  # fmt: skip
    address = models.EmailField("届かなかった宛先")
    is_permanent = models.BooleanField("この宛先は使えない")
    diagnostic = models.CharField("理由", max_length=400)
    due_on = models.DateField("対応する日")

    deed = models.CharField("対応", max_length=10, choices=BounceDeed, blank=True)
    again = models.OneToOneField(
        Letter, on_delete=models.PROTECT, related_name="sent_again_for", null=True, blank=True,
        verbose_name="送り直したメール",
    )  # fmt: skip

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = "不達"
        verbose_name_plural = "不達"
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "address"],
                name="correspondence_bounce_is_noted_once",
                violation_error_message="この宛先の不達はすでに記録されています。メールの画面で確認してください。",
            ),
            models.CheckConstraint(
                condition=~Q(address="") & ~Q(diagnostic=""),
                name="correspondence_bounce_says_where_and_why",
                violation_error_message="不達には宛先と理由が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True, deed="", note="")
                | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(deed="") & ~Q(note="")),
                name="correspondence_bounce_handled_by_a_person",
                violation_error_message="対応した不達には日時・対応者・対応・内容が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(deed="MENDED", again__isnull=False) | (~Q(deed="MENDED") & Q(again__isnull=True)),
                name="correspondence_bounce_mended_is_sent_again",
                violation_error_message="宛先を直したときは、送り直したメールが必要です。新しい宛先を入力してください。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on", "id"],
                condition=Q(handled_at__isnull=True),
                name="correspondence_bounce_open",
            ),
            models.Index(
                fields=["agency", "address"], condition=Q(is_permanent=True), name="correspondence_bounce_dead"
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "agency", "letter", "mail", "address", "is_permanent", "diagnostic", "received_at", "received_by",
                ],
                sentence=_TOLD,
            ),
            FrozenColumns(
                fields=["handled_at", "handled_by", "again"], unless_null=True, name="set_once", sentence=_DONE
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.address} 不達"

    def get_absolute_url(self) -> str:
        return reverse("correspondence:letter", args=[self.letter_id])
