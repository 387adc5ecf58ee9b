"""Customers, the people we talk to there, and their yearly sales."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly, FrozenColumns, Undeletable
from customers.industries import Industry
from customers.names import bigrams, fold
from customers.rules import MailWish
from customers.states import ConsentKind, ElectronicWay, Method


class CustomerQuerySet(AgencyQuerySet["Customer"]):
    def search(self, text: str) -> Self:
        """By name or kana (folded), number or 法人番号. One letter looks at beginnings only."""
        folded = fold(text)
        digits = text.strip()
        found = Q(number__iexact=digits) | Q(corporate_number=digits)
        if len(folded) >= 2:
            found |= Q(search_bigrams__contains=bigrams(folded), search_text__contains=folded)
        elif folded:
            found |= Q(name_folded__startswith=folded) | Q(kana_folded__startswith=folded)
        return self.filter(found)


class Customer(models.Model):
    """お客さま: a company or sole trader we insure or quote for."""

    class Relation(models.TextChoices):
        NONE = "NONE", "関係なし"
        SELF = "SELF", "自己契約(代理店自身)"
        RELATED = "RELATED", "特定契約(代理店と密接な関係)"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    number = models.CharField("お客さま番号", max_length=12, unique=True)
    name = models.CharField("名称", max_length=100)
    kana = models.CharField("フリガナ", max_length=150)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    industry = models.CharField("業種", max_length=30, choices=Industry)
    employees = models.PositiveIntegerField("従業員数", null=True, blank=True)
    postcode = models.CharField("郵便番号", max_length=7)
    address = models.CharField("住所", max_length=200)
    building = models.CharField("建物名など", max_length=100, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    relation = models.CharField("代理店との関係", max_length=10, choices=Relation, default=Relation.NONE)
    in_charge = models.ForeignKey(User, on_delete=models.PROTECT, related_name="customers", verbose_name="担当者")
    note = models.TextField("メモ", blank=True)
    # The customer's wishes about when he hears from us by mail; empty means any time (ご連絡のご希望).
    mail_weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="メールの曜日", default=list, blank=True, db_default=[]
    )
    mail_not_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="メールを控える日", default=list, blank=True, db_default=[]
    )
    mail_from = models.PositiveSmallIntegerField("メールの時間帯(から)", null=True, blank=True)
    mail_until = models.PositiveSmallIntegerField("メールの時間帯(まで)", null=True, blank=True)
    phone_only = models.BooleanField("メールを希望しない", default=False, db_default=False)
    version = models.PositiveIntegerField("版", default=1)
    created_at = models.DateTimeField("登録日時")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    # Folded copies, written by `save`: how people find a customer, never what they read.
    name_folded = models.CharField(max_length=200, editable=False)
    kana_folded = models.CharField(max_length=200, editable=False)
    search_text = models.CharField(max_length=420, editable=False)
    search_bigrams = ArrayField(models.CharField(max_length=8), editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = "お客さま"
        verbose_name_plural = "お客さま"
        indexes = [
            GinIndex(fields=["search_bigrams"], name="customers_customer_bigrams"),
            models.Index(fields=["agency", "kana_folded", "id"], name="customers_customer_by_kana"),
            models.Index(OpClass(Upper("number"), name="text_pattern_ops"), name="customers_customer_by_number"),
            models.Index(fields=["corporate_number"], name="customers_customer_by_corpnum"),
            models.Index(OpClass(F("name_folded"), name="text_pattern_ops"), name="customers_customer_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "corporate_number"],
                condition=~Q(corporate_number=""),
                name="customers_customer_corporate_number_is_unique",
                violation_error_message="同じ法人番号のお客さまがすでに登録されています。登録済みのお客さまを使ってください。",
            ),
            models.CheckConstraint(
                condition=Q(corporate_number="") | Q(corporate_number__regex=r"^[1-9][0-9]{12}$"),
                name="customers_customer_corporate_number_has_13_digits",
                violation_error_message="法人番号は13桁の数字で入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(postcode__regex=r"^[0-9]{7}$"),
                name="customers_customer_postcode_has_7_digits",
                violation_error_message="郵便番号は7桁の数字で入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(kana=""),
                name="customers_customer_has_a_name",
                violation_error_message="名称とフリガナを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(mail_weekdays__contained_by=list(range(7)), mail_not_days__contained_by=list(range(1, 32))),
                name="customers_customer_mail_days_exist",
                violation_error_message="メールの曜日は月曜から日曜、控える日は1日から31日の間で入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(mail_from=None, mail_until=None)
                | Q(mail_from__lt=F("mail_until"), mail_from__gte=0, mail_until__lte=24),
                name="customers_customer_mail_hours_are_a_span",
                violation_error_message="メールの時間帯は、始まりと終わりの両方を、始まりが先になるように入力してください。",
            ),
        ]
        triggers = [
            Undeletable(),
            FrozenColumns(fields=["number", "agency", "created_at", "created_by"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.fold_names()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def fold_names(self) -> None:
        """Renew the folded copies. Bulk writers call it themselves."""
        self.name_folded, self.kana_folded = fold(self.name), fold(self.kana)
        self.search_text = f"{self.name_folded} {self.kana_folded}"
        self.search_bigrams = sorted({*bigrams(self.name_folded), *bigrams(self.kana_folded)})

    @property
    def full_address(self) -> str:
        return " ".join(part for part in (self.address, self.building) if part)

    @property
    def mail_wish(self) -> MailWish:
        """When the customer wants to hear from us by mail."""
        days, not_days = frozenset(self.mail_weekdays), frozenset(self.mail_not_days)
        return MailWish(days, not_days, self.mail_from, self.mail_until)

    @property
    def postcode_written(self) -> str:
        return f"{self.postcode[:3]}-{self.postcode[3:]}"


class Contact(models.Model):
    """ご担当者: a person at the customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField("氏名", max_length=60)
    kana = models.CharField("フリガナ", max_length=60, blank=True)
    title = models.CharField("部署・役職", max_length=80, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    is_primary = models.BooleanField("主な連絡先", default=False)
    left = models.BooleanField("退任", default=False)

    class Meta:
        verbose_name = "ご担当者"
        verbose_name_plural = "ご担当者"
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_primary=True),
                name="customers_contact_one_primary",
                violation_error_message="主な連絡先は1名だけです。先にほかのご担当者の指定を外してください。",
            ),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(left=False),
                name="customers_contact_primary_has_not_left",
                violation_error_message="退任したご担当者は主な連絡先にできません。別のご担当者を指定してください。",
            ),
        ]
        triggers = [Undeletable()]

    def __str__(self) -> str:
        return self.name


class SalesFigure(models.Model):
    """売上高 of one fiscal year, as it was told us on a day. A correction is a new line; the latest counts."""

    class Kind(models.TextChoices):
        ACTUAL = "ACTUAL", "実績"
        EXPECTED = "EXPECTED", "見込"
        PLANNED = "PLANNED", "計画"

    class Tax(models.TextChoices):
        INCLUDED = "INCLUDED", "税込"
        EXCLUDED = "EXCLUDED", "税抜"
        EXEMPT = "EXEMPT", "免税・非課税"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sales_figures")
    fiscal_year_end = models.DateField("決算日")
    kind = models.CharField("区分", max_length=10, choices=Kind)
    tax = models.CharField("税区分", max_length=10, choices=Tax)
    sales_yen = models.BigIntegerField("年間売上高")
    recorded_at = models.DateTimeField("登録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    class Meta:
        verbose_name = "売上高"
        verbose_name_plural = "売上高"
        ordering = ["-fiscal_year_end", "-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sales_yen__gt=0, sales_yen__lt=10**15),
                name="customers_salesfigure_in_range",
                violation_error_message="売上高は1円以上で、桁数を確認して入力してください。",
            )
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.fiscal_year_end}: {self.sales_yen}"


class ElectronicConsent(models.Model):
    """電磁的方法の承諾: the customer agrees to papers by mail or on the web, or takes it back (practice 1-6).

    Belongs to the customer, not to one quote. The newest line that happened by a moment holds at that moment.
    """

    Kind = ConsentKind
    Way = ElectronicWay

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents", verbose_name="お客さま")
    kind = models.CharField("区分", max_length=10, choices=ConsentKind)
    ways = ArrayField(
        models.CharField(max_length=10, choices=ElectronicWay),
        verbose_name="電磁的方法の種類",
        default=list,
        blank=True,
    )
    said_by = models.CharField("承諾・撤回した方", max_length=60)
    method = models.CharField("受けた方法", max_length=10, choices=Method)
    at = models.DateTimeField("承諾・撤回の日時")
    note = models.CharField("備考", max_length=400, blank=True)
    recorded_at = models.DateTimeField("記録日時")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録者")

    class Meta:
        verbose_name = "電磁的方法の承諾"
        verbose_name_plural = "電磁的方法の承諾"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["customer", "at", "id"], name="customers_consent_by_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="GIVEN", ways__len__gt=0) | Q(kind="WITHDRAWN", ways__len=0),
                name="customers_electronicconsent_names_its_ways",
                violation_error_message="承諾していただいた方法(メール・お客さま用ページ)を1つ以上選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(said_by=""),
                name="customers_electronicconsent_says_who",
                violation_error_message="承諾または撤回をした方のお名前を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("recorded_at")),
                name="customers_electronicconsent_is_not_in_the_future",
                violation_error_message="承諾・撤回の日時に未来の日時は入力できません。",
            ),
        ]
        triggers = [AppendOnly(sentence="承諾の記録は変更できません。承諾か撤回を新しく記録してください。")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @property
    def ways_written(self) -> str:
        return "・".join(ElectronicWay(way).label for way in self.ways)
