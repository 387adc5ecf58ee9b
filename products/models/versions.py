"""The published versions of a product's book."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.models import User
from core.guards import FrozenColumns, Undeletable
from products.book import Book
from products.guards import EndsEarlierOnly
from products.models.products import Product
from products.reading import book_of
from products.states import Origin


class ProductVersionQuerySet(models.QuerySet["ProductVersion"]):
    def on(self, on: date) -> Self:
        """The versions sold on that day: the day cover begins chooses the version."""
        return self.standing().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def standing(self) -> Self:
        """Without those that were superseded before they began."""
        return self.filter(superseded_at__isnull=True)


def _days() -> Func:
    """From the first day of sale to the last, both included; open-ended while nothing follows."""
    return Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange")


def _this_product() -> Func:
    # A range of one number: equality in a GiST index without an extension.
    return Func(F("product_id"), F("product_id"), Value("[]"), function="int8range")


class ProductVersion(models.Model):
    """商品の版: a published book. Frozen; only its last day of sale is filled in when a later one follows.

    A version that has not begun may be superseded (差替え) by one that begins no later. Quotes that point to it keep
    it until they expire; new ones never get it.
    """

    Origin = Origin

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions", verbose_name="商品")
    starts_on = models.DateField("販売開始日")
    ends_on = models.DateField("販売終了日", null=True, blank=True)
    edition = models.CharField("版", max_length=400)
    approval = models.CharField("承認番号", max_length=400, blank=True)
    content = models.TextField("商品ブック")
    fingerprint = models.CharField("SHA-256", max_length=64)
    published_at = models.DateTimeField("公開日時")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="公開者")
    origin = models.CharField("公開の方法", max_length=8, choices=Origin, default=Origin.SHIPPED)
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承認者"
    )
    superseded_at = models.DateTimeField("差替え日時", null=True, blank=True)
    superseded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="差替えた人"
    )

    objects = ProductVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "商品の版"
        verbose_name_plural = "商品の版"
        ordering = ["product__code", "-starts_on"]
        constraints = [
            ExclusionConstraint(
                name="products_productversion_one_version_a_day",
                expressions=[(_this_product(), "&&"), (_days(), "&&")],
                condition=Q(superseded_at__isnull=True),
                violation_error_message="同じ日に2つの版は公開できません。販売開始日をずらしてください。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="products_productversion_ends_after_it_starts",
                violation_error_message="販売終了日は販売開始日以後の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
                name="products_productversion_fingerprint_is_sha256",
                violation_error_message="商品ブックの指紋(SHA-256)が正しくありません。もう一度公開してください。",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, origin=Origin.SHIPPED)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("published_by"))),
                name="products_productversion_approved_by_another",
                violation_error_message="版の公開には、申請した人とは別の人の承認が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, superseded_by__isnull=True)
                | Q(superseded_at__isnull=False, superseded_by__isnull=False),
                name="products_productversion_superseding_has_a_person",
                violation_error_message="版の差替えには日時と担当者が必要です。",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "product",
                    "starts_on",
                    "edition",
                    "approval",
                    "content",
                    "fingerprint",
                    "published_at",
                    "published_by",
                    "origin",
                    "approved_at",
                    "approved_by",
                ],
                sentence="公開した商品の版は変更できません。新しい版を公開してください。",
            ),
            EndsEarlierOnly(
                sentence="販売終了日は一度だけ設定できます。そのあとは、後の版の差替えで早めることだけできます。"
            ),
            FrozenColumns(
                name="superseded_once",
                fields=["superseded_at", "superseded_by"],
                unless_null=True,
                sentence="この版はすでに差し替えられています。画面を開き直してください。",
            ),
            Undeletable(sentence="公開した商品の版は削除できません。新しい版を公開してください。"),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} {self.starts_on:%Y-%m-%d}"

    @property
    def is_superseded(self) -> bool:
        return self.superseded_at is not None

    @property
    def book(self) -> Book:
        """The book as published; read once per process."""
        return book_of(self.fingerprint, lambda: self.content, f"{self.fingerprint[:12]}.yaml")
