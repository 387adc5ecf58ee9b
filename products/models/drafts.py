"""The next version of a book while it is being made, and every change to it."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.guards import AppendOnly, FrozenColumns, StatusMoves, Undeletable
from products.guards import FrozenUnlessDraft
from products.models.versions import ProductVersion
from products.states import DRAFT_MOVES, OPEN_DRAFTS, DraftStatus


class ProductDraftQuerySet(models.QuerySet["ProductDraft"]):
    def shown(self) -> Self:
        """For lists: with the people and the version it started from, without the texts."""
        people = ("opened_by", "submitted_by", "published_by", "discarded_by")
        return self.select_related("base__product", *people).defer("text", "base__content")

    def open(self) -> Self:
        return self.filter(status__in=OPEN_DRAFTS)


class ProductDraft(models.Model):
    """商品ブックの下書き: may hold mistakes; what is submitted may not. `version` grows with every change: a form that
    saw an older one is stale. `base` is the version it started from; none for a new product.
    """

    Status = DraftStatus

    product_code = models.SlugField("商品コード", max_length=50)
    base = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True, verbose_name="元の版"
    )
    purpose = models.CharField("改定の目的", max_length=200)
    text = models.TextField("商品ブック")
    starts_on = models.DateField("販売開始日(予定)")
    status = models.CharField("状態", max_length=10, choices=DraftStatus, default=DraftStatus.DRAFT)
    version = models.PositiveIntegerField("更新番号", default=1)

    opened_at = models.DateTimeField("作成日時")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")
    submitted_at = models.DateTimeField("申請日時", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="申請者"
    )
    returned_at = models.DateTimeField("差戻し日時", null=True, blank=True)
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="差し戻した人"
    )
    return_reason = models.CharField("差戻しの理由", max_length=400, blank=True)
    published_at = models.DateTimeField("承認日時", null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承認者"
    )
    published_version = models.OneToOneField(
        ProductVersion, on_delete=models.PROTECT, related_name="draft", null=True, blank=True, verbose_name="公開した版"
    )
    discarded_at = models.DateTimeField("破棄日時", null=True, blank=True)
    discarded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="破棄した人"
    )

    objects = ProductDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "商品ブックの下書き"
        verbose_name_plural = "商品ブックの下書き"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["SUBMITTED", "PUBLISHED"], submitted_at__isnull=False, submitted_by__isnull=False
                )
                | Q(status__in=["DRAFT", "DISCARDED"], submitted_at__isnull=True, submitted_by__isnull=True),
                name="products_productdraft_submitted_matches_status",
                violation_error_message="承認の申請には、日時と申請者が必要です。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="products_productdraft_returned_with_a_reason",
                violation_error_message="差し戻すときは、理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="PUBLISHED", published_at__isnull=False, published_by__isnull=False)
                    & Q(published_version__isnull=False)
                    & ~Q(published_by=models.F("submitted_by"))
                )
                | (
                    ~Q(status="PUBLISHED")
                    & Q(published_at__isnull=True, published_by__isnull=True, published_version__isnull=True)
                ),
                name="products_productdraft_approved_by_another",
                violation_error_message="申請した本人は承認できません。別の引受担当か管理者が承認してください。",
            ),
            models.CheckConstraint(
                condition=Q(status="DISCARDED", discarded_at__isnull=False, discarded_by__isnull=False)
                | (~Q(status="DISCARDED") & Q(discarded_at__isnull=True, discarded_by__isnull=True)),
                name="products_productdraft_discarded_matches_status",
                violation_error_message="下書きの破棄には、日時と担当者が必要です。",
            ),
        ]
        triggers = [
            StatusMoves(moves=DRAFT_MOVES, initial=[DraftStatus.DRAFT]),
            FrozenColumns(
                fields=["product_code", "base", "opened_at", "opened_by"],
                sentence="下書きの商品と元の版は変更できません。新しい下書きを作成してください。",
            ),
            FrozenUnlessDraft(
                fields=["text", "starts_on", "purpose"],
                sentence="作成中の下書きだけ変更できます。承認待ちの下書きは、差し戻してから変更してください。",
            ),
            FrozenColumns(
                fields=["published_at", "published_by", "published_version", "discarded_at", "discarded_by"],
                unless_null=True,
                name="decided_once",
                sentence="この下書きの扱いはすでに決まっています。画面を開き直してください。",
            ),
            Undeletable(sentence="下書きは削除できません。使わない下書きは「破棄」にしてください。"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on:%Y-%m-%d}開始の下書き"

    @property
    def name(self) -> str:
        """The product's name; a product that is not sold yet goes by its code."""
        return self.base.product.name if self.base else self.product_code

    @property
    def file_name(self) -> str:
        """How messages call the file."""
        return f"{self.product_code}.yaml"

    @property
    def style(self) -> str:
        """The badge's colour word."""
        return DraftStatus(self.status).style


class DraftChange(models.Model):
    """下書きの変更: one value before and after, and where the new one comes from. `path` names it in the book; an edit
    that is no change of single values has the whole text as its path and the lines that differ in `after`.
    """

    WHOLE = "全文"

    draft = models.ForeignKey(
        ProductDraft, on_delete=models.PROTECT, related_name="changes", verbose_name="商品ブックの下書き"
    )
    version = models.PositiveIntegerField("更新番号")
    path = models.CharField("箇所", max_length=400)
    before = models.TextField("変更前", blank=True)
    after = models.TextField("変更後", blank=True)
    source = models.CharField("変更の根拠", max_length=400)
    changed_at = models.DateTimeField("変更日時")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="変更した人")

    class Meta:
        verbose_name = "下書きの変更"
        verbose_name_plural = "下書きの変更"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="products_draftchange_says_its_source",
                violation_error_message="変更の根拠を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(before=models.F("after")),
                name="products_draftchange_changes_something",
                violation_error_message="変更前と変更後が同じです。画面を開き直してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="下書きの変更の記録は書き換えられません。あらためて変更してください。")]

    def __str__(self) -> str:
        return f"{self.path}: {self.before[:40]} → {self.after[:40]}"
