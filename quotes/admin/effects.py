"""影響の試算 in the console: started for a draft, watched while it runs, read when it is done."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from accounts.screen import person
from core.clock import now
from core.doors import perform
from core.errors import Refused
from core.screens import paginate, why_not
from products.models import ProductDraft
from products.permissions import check_can_read_books, check_can_write_books
from quotes import actions
from quotes.effects import effect_page, latest_run, lines_of
from quotes.models import EffectRun
from quotes.states import Turn

RUN = "quotes_effectrun_change"


@admin.register(EffectRun)
class EffectRunAdmin(ModelAdmin):
    """Only the own agency's runs, only for the console's roles."""

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        return [
            path("", own(self.changelist_view), name="quotes_effectrun_changelist"),
            path("draft/<int:pk>/", own(self.draft_view), name="quotes_effectrun_draft"),
            path("<int:pk>/", own(self.run_view), name=RUN),
            path("<int:pk>/lines/", own(self.lines_view), name="quotes_effectrun_lines"),
            path("<int:pk>/cancel/", own(self.cancel_view), name="quotes_effectrun_cancel"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # reached from a draft

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and why_not(check_can_read_books, request.user) is None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:products_shelf")

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A draft's newest run, or the offer to start one."""
        draft = ProductDraft.objects.select_related("base__product").filter(pk=pk).first()
        if draft is None or not self.has_view_permission(request):
            raise Http404
        if request.method == "POST":
            try:
                run = perform(actions.ask_effect, draft=draft, by=request.user, at=now())
            except Refused as refusal:
                messages.error(request, refusal.message)
                return redirect("admin:quotes_effectrun_draft", pk)
            return redirect(f"admin:{RUN}", run.pk)
        if newest := latest_run(draft, person(request)):
            return redirect(f"admin:{RUN}", newest.pk)
        return self._page(request, "quotes/effects/start.html", draft)

    def run_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The run: its progress while it goes on (the page asks again by itself), its result when it is done."""
        run = self._find(request, pk)
        template = "quotes/effects/_run.html" if getattr(request, "htmx", False) else "quotes/effects/run.html"
        page = None if run.is_open else effect_page(run)
        return self._page(request, template, run.draft, run=run, page=page)

    def lines_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every line of one kind."""
        run, turn = self._find(request, pk), request.GET.get("turn", "")
        if turn and turn not in Turn.values:
            raise Http404
        title = Turn(turn).label if turn else "保険料が変わるもの"
        rows = paginate(request, lines_of(run, turn))
        return self._page(request, "quotes/effects/lines.html", run.draft, run=run, rows=rows, turn=turn, kind=title)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._find(request, pk)
        if request.method == "POST":
            try:
                run = perform(actions.cancel_effect, run=run, by=request.user, at=now())
            except Refused as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"試算は「{run.get_status_display()}」です。")
        return redirect(f"admin:{RUN}", pk)

    def _find(self, request: HttpRequest, pk: int) -> EffectRun:
        runs = EffectRun.objects.visible_to(request.user).select_related("draft__base__product", "asked_by")
        run = runs.filter(pk=pk).first() if self.has_view_permission(request) else None
        if run is None:
            raise Http404
        return run

    def _page(self, request: HttpRequest, template: str, draft: ProductDraft, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "title": "影響の試算", "draft": draft,
            "reason": why_not(check_can_write_books, person(request)), **more,
        }  # fmt: skip
        return TemplateResponse(request, template, context)
