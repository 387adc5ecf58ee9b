"""The page of authorities (引受権限) in the console: who may decide what today, granting and ending."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from quotes import actions
from quotes.forms.authorizing import AuthorityForm
from quotes.models import Authority
from quotes.permissions import check_can_grant_authority, check_can_read_referrals

LIST = "quotes_authority_changelist"


@admin.register(Authority)
class AuthorityAdmin(ModelAdmin):
    """Only the own agency's; managers write, the console's other roles read."""

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        return [
            path("", own(self.page), name=LIST),
            path("grant/", own(self.grant), name="quotes_authority_grant"),
            path("<int:pk>/end/", own(self.end), name="quotes_authority_end"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and why_not(check_can_read_referrals, request.user) is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, request: HttpRequest, form: AuthorityForm | None = None) -> HttpResponse:
        """In force first, then what has ended; beneath it the form, or why one may not grant."""
        if not self.has_view_permission(request):
            raise Http404
        user, on = person(request), today()
        rows = Authority.objects.visible_to(user).select_related("user", "product", "granted_by", "ended_by")
        rows = rows.order_by("user__kana", "user", "-starts_on", "-pk")
        reason = why_not(check_can_grant_authority, user)
        lines = [{"row": row, "valid": row.is_valid(on), "begins": row.starts_on > on} for row in rows]
        lines.sort(key=lambda line: not (line["valid"] or line["begins"]))
        context = {
            **self.admin_site.each_context(request), "title": "引受権限", "lines": lines, "reason": reason,
            "form": form or (None if reason else AuthorityForm(manager=user, on=on)),
        }  # fmt: skip
        return TemplateResponse(request, "console/authorities.html", context, status=422 if form else 200)

    def grant(self, request: HttpRequest) -> HttpResponse:
        """Grant one, or say what is wrong with it."""
        if request.method != "POST" or not self.has_view_permission(request):
            return redirect(f"admin:{LIST}")
        user = person(request)
        form = AuthorityForm(request.POST, manager=user, on=today())
        if form.is_valid():
            try:
                row = perform(actions.grant_authority, by=user, at=now(), **form.cleaned_data)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{row.user.name}さんに引受権限を付与しました。")
                return redirect(f"admin:{LIST}")
        return self.page(request, form)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End one today."""
        found = Authority.objects.visible_to(request.user).filter(pk=pk).first()
        if found is None or not self.has_view_permission(request):
            raise Http404
        if request.method == "POST":
            try:
                perform(actions.end_authority, authority=found, by=request.user, at=now())
            except Refused as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, "引受権限を終了しました。")
        return redirect(f"admin:{LIST}")
