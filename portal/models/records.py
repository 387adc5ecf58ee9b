"""What people did on the page, written once: pages opened, points confirmed, the signature."""

from django.db import models
from django.db.models import Q

from core.guards import AppendOnly
from correspondence.models import Paper
from portal.models.invitations import Invitation, Visitor


class PageOpened(models.Model):
    """頁の閲覧: that visitor saw that page of those bytes. Page 0 is the PDF as a file."""

    opened_by = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="pages", verbose_name="閲覧した方")
    opened_at = models.DateTimeField("閲覧日時")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+", verbose_name="書類")
    sha256 = models.CharField("書類のSHA-256", max_length=64)
    page = models.PositiveSmallIntegerField("頁")

    class Meta:
        verbose_name = "頁の閲覧"
        verbose_name_plural = "頁の閲覧"
        constraints = [
            models.UniqueConstraint(
                fields=["opened_by", "paper", "page"],
                name="portal_pageopened_is_noted_once",
                violation_error_message="この頁の閲覧はすでに記録されています。",
            ),
        ]
        triggers = [AppendOnly(sentence="閲覧の記録は変更できません。")]

    def __str__(self) -> str:
        return f"{self.paper_id} p.{self.page}"


class Confirmation(models.Model):
    """確認した事項: one important point, in the words that were shown."""

    confirmed_by = models.ForeignKey(
        Visitor, on_delete=models.PROTECT, related_name="confirmations", verbose_name="確認した方"
    )
    confirmed_at = models.DateTimeField("確認日時")
    code = models.CharField("事項", max_length=60)
    wording = models.TextField("確認した文言")

    class Meta:
        verbose_name = "確認した事項"
        verbose_name_plural = "確認した事項"
        constraints = [
            models.UniqueConstraint(
                fields=["confirmed_by", "code"],
                name="portal_confirmation_is_made_once",
                violation_error_message="この事項はすでに確認済みです。",
            ),
            models.CheckConstraint(
                condition=~Q(wording=""),
                name="portal_confirmation_keeps_its_words",
                violation_error_message="確認する文言がありません。画面を開き直してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="確認の記録は変更できません。")]

    def __str__(self) -> str:
        return self.code


class SignOff(models.Model):
    """確定の記録: who signed what. `said` is frozen as it was shown, `fingerprint` its SHA-256.

    For a questionnaire `said` holds the answers; for an application also plan, payment, papers and confirmations.
    """

    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="sign_off", verbose_name="お客さま用リンク"
    )
    signed_by = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="+", verbose_name="確定した方")
    signed_at = models.DateTimeField("確定日時")
    name = models.CharField("お名前", max_length=60)
    title = models.CharField("役職", max_length=80)
    said = models.JSONField("確定した内容")
    fingerprint = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = "確定の記録"
        verbose_name_plural = "確定の記録"
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(title=""),
                name="portal_signoff_names_its_signer",
                violation_error_message="確定する方のお名前と役職を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="確定した内容は変更できません。変更は新しいリンクで確定し直してください。")]

    def __str__(self) -> str:
        return f"{self.name} {self.signed_at:%Y-%m-%d}"
