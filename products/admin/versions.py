"""The console's shelf of books: which version is sold when, and every version as readable tables. Read-only."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from core.screens import why_not
from products.models import Product, ProductVersion
from products.pages import parts_of
from products.permissions import check_can_read_books


class ReadOnlyAdmin(ModelAdmin):
    """Books are published by an action, never typed into a form."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and why_not(check_can_read_books, request.user) is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "insurer")
    search_fields = ("name", "code", "insurer")
    search_help_text = "商品名・コード・保険会社で検索"
    fields = ("name", "code", "insurer")


@admin.register(ProductVersion)
class ProductVersionAdmin(ReadOnlyAdmin):
    list_display = ("product", "edition", "starts_on", "ends_on", "published_at", "published_by")
    list_filter = ("product",)
    list_select_related = ("product", "published_by")
    date_hierarchy = "starts_on"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The version as a page to read, not as a form."""
        version = self.get_object(request, object_id)
        if version is None or not self.has_view_permission(request, version):
            raise Http404
        book = version.book
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "title": str(version),
            "opts": self.model._meta,
            "version": version,
            "book": book,
            "parts": parts_of(book),
            "texts": (("契約概要", book.texts.overview), ("注意喚起情報", book.texts.attention)),
        }
        return TemplateResponse(request, "products/version.html", context)
