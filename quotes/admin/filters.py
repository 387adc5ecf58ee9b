"""The filters and orders of the underwriters' queue. Words they do not know are refused, not ignored."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Role, User
from accounts.screen import person
from core.clock import today
from products.models import Product
from quotes.models import Referral
from quotes.queue import OVERDUE, SOON, UNDECIDED, on_the_clock
from quotes.states import ReferralStatus


class Choice(admin.SimpleListFilter):
    """A filter that refuses words it does not know instead of showing everything."""

    def chosen(self) -> str:
        value = self.value() or ""
        if value and value not in {str(code) for code, _ in self.lookup_choices}:
            raise IncorrectLookupParameters
        return value


class StatusFilter(Choice):
    title = "状態"
    parameter_name = "status"
    blank = "未判断(判断待ち・回答待ち)"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*ReferralStatus.choices, ("all", "すべて")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        match self.chosen():
            case "":
                return queryset.filter(UNDECIDED)
            case "all":
                return queryset
            case status:
                return queryset.filter(status=status)


class ClockFilter(Choice):
    title = "期限"
    parameter_name = "clock"
    blank = "すべて"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(OVERDUE, "期限超過"), (SOON, "本日か明日が期限")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        clock = self.chosen()
        return queryset.filter(on_the_clock(clock, today())) if clock else queryset


class ProductFilter(Choice):
    title = "商品"
    parameter_name = "product"
    blank = "すべて"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(product.code, product.name) for product in Product.objects.order_by("code")]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        code = self.chosen()
        return queryset.filter(quote__product_version__product__code=code) if code else queryset


class OwnerFilter(Choice):
    """Who has the case on the desk."""

    title = "担当"
    parameter_name = "owner"
    blank = "全員"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.filter(agency=person(request).agency_id, role=Role.UNDERWRITER).order_by("kana", "pk")
        return [("me", "自分"), ("none", "担当なし"), *((str(user.pk), user.name) for user in people)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        match self.chosen():
            case "":
                return queryset
            case "me":
                return queryset.filter(assigned_to=person(request))
            case "none":
                return queryset.filter(assigned_to__isnull=True)
            case key:
                return queryset.filter(assigned_to=int(key))


class OrderFilter(Choice):
    """Not a filter: in which order the queue stands."""

    title = "並び順"
    parameter_name = "sort"
    blank = "期限の近い順"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("age", "照会の古い順"), ("sum", "限度額の大きい順"), ("premium", "保険料の大きい順")]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        self.chosen()  # the order itself is `queue.in_turn`'s
        return queryset
