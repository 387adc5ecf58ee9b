"""Agency, offices and the people in them."""

from datetime import date
from typing import Any, Self, TypeVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


class Role(models.TextChoices):
    SOLICITOR = "SOLICITOR", "募集人"
    CLERK = "CLERK", "事務"
    MANAGER = "MANAGER", "管理者"
    UNDERWRITER = "UNDERWRITER", "引受担当"
    AUDITOR = "AUDITOR", "監査"


class Agency(models.Model):
    """代理店. Everything of the business belongs to exactly one."""

    class Capacity(models.TextChoices):
        AGENT = "AGENT", "代理"
        BROKER = "BROKER", "媒介"

    name = models.CharField("代理店名", max_length=100)
    representative = models.CharField("代表者", max_length=60)
    registration_number = models.CharField("代理店登録番号", max_length=40)
    postcode = models.CharField("郵便番号", max_length=8)
    address = models.CharField("所在地", max_length=200)
    phone = models.CharField("電話番号", max_length=20)
    email = models.EmailField("メールアドレス")
    capacity = models.CharField("権限", max_length=10, choices=Capacity, default=Capacity.AGENT)
    insurer_claims_email = models.EmailField("保険会社 事故受付メール")
    opens_at = models.TimeField("営業開始")
    closes_at = models.TimeField("営業終了")

    class Meta:
        verbose_name = "代理店"
        verbose_name_plural = "代理店"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at")),
                name="accounts_agency_opens_before_it_closes",
                violation_error_message="営業終了は営業開始より後の時刻にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """営業所, with the person answerable for compliance there (法294条の4)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField("営業所名", max_length=60)
    compliance_officer = models.CharField("法令等遵守責任者", max_length=60)

    class Meta:
        verbose_name = "営業所"
        verbose_name_plural = "営業所"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="accounts_office_name_is_unique_in_agency",
                violation_error_message="同じ名前の営業所がすでにあります。別の名前にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who works here. Leavers stop working on their date; licences end on theirs."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("氏名", max_length=60)
    kana = models.CharField("フリガナ", max_length=60, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff", verbose_name="代理店")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="staff", null=True, blank=True, verbose_name="営業所"
    )
    role = models.CharField("役割", max_length=12, choices=Role)
    solicitor_number = models.CharField("募集人登録番号", max_length=30, blank=True)
    licence_basic_until = models.DateField("損保一般試験 基礎単位 期限", null=True, blank=True)
    licence_product_until = models.DateField("損保一般試験 商品単位 期限", null=True, blank=True)
    left_on = models.DateField("退職日", null=True, blank=True)
    is_robot = models.BooleanField("システム", default=False)

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        constraints = [
            models.UniqueConstraint(
                fields=["is_robot"],
                condition=Q(is_robot=True),
                name="accounts_user_one_robot",
                violation_error_message="システム利用者は1名だけです。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_left(self, on: date) -> bool:
        """True from the day after the last day at work."""
        return self.left_on is not None and on > self.left_on

    def is_licensed(self, on: date) -> bool:
        """May solicit on that day: both units valid; the last valid day counts (checks 8)."""
        units = (self.licence_basic_until, self.licence_product_until)
        return all(unit is not None and on <= unit for unit in units)


class AgencyQuerySet(models.QuerySet[M]):
    """Rows that belong to an agency. `agency_path` names the way to it."""

    agency_path = "agency"

    def visible_to(self, user: Any) -> Self:
        """Only the rows of the person's own agency."""
        return self.filter(**{self.agency_path: user.agency_id})
