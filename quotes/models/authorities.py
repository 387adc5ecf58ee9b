"""Who may decide what in underwriting: dated, granted by a manager, ended but never changed."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import AgencyQuerySet, User
from core.guards import FrozenColumns, Undeletable
from products.models import Product
from quotes.states import ReasonKind


class AuthorityQuerySet(AgencyQuerySet["Authority"]):
    agency_path = "user__agency"

    def valid_on(self, on: date) -> Self:
        """In force on that day; the last day counts, the day of an early end does not."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on), Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            starts_on__lte=on,
        )  # fmt: skip


class Authority(models.Model):
    """引受権限: up to which liability limit a person lifts reasons of a kind, for a product, and how far the premium
    may be moved. No `product` is all of them, no `kind` all kinds.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorities", verbose_name="引受担当")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="商品"
    )
    kind = models.CharField("理由の区分", max_length=15, choices=ReasonKind, blank=True)
    limit_yen = models.BigIntegerField("賠償限度額の上限")
    premium_percent = models.PositiveSmallIntegerField(
        "保険料の変更幅(±%)", default=0, validators=[MaxValueValidator(50)]
    )
    starts_on = models.DateField("開始日")
    ends_on = models.DateField("最終日", null=True, blank=True)
    granted_at = models.DateTimeField("付与日時")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="付与者")
    ended_on = models.DateField("終了した日", null=True, blank=True)
    ended_at = models.DateTimeField("終了の登録日時", null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="終了した人"
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = "引受権限"
        verbose_name_plural = "引受権限"
        ordering = ["user", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_yen__gte=0, premium_percent__lte=50),
                name="quotes_authority_within_reason",
                violation_error_message="引受権限は0円以上、保険料の変更幅は50%以下で入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="quotes_authority_ends_after_it_starts",
                violation_error_message="最終日は開始日以後の日付にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(granted_by=F("user")),
                name="quotes_authority_granted_by_another",
                violation_error_message="自分に引受権限を付与することはできません。別の管理者が付与してください。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
                name="quotes_authority_end_is_whole",
                violation_error_message="引受権限を終了するときは、日付・日時・担当を記録してください。",
            ),
        ]
        triggers = [
            FrozenColumns(
                fields=[
                    "user", "product", "kind", "limit_yen", "premium_percent", "starts_on", "ends_on",
                    "granted_at", "granted_by",
                ],
                sentence="付与した引受権限は変更できません。終了して、新しく付与してください。",
            ),
            FrozenColumns(
                fields=["ended_on", "ended_at", "ended_by"], unless_null=True, name="ended_once",
                sentence="この引受権限はすでに終了しています。画面を開き直してください。",
            ),
            Undeletable(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_kind_display() or 'すべて'} {self.limit_yen}"

    def is_valid(self, on: date) -> bool:
        """As `valid_on`, for a row at hand."""
        begun = self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        return begun and (self.ended_on is None or on < self.ended_on)
