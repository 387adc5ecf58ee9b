"""Drafts of books in the console: written as tables, texts or source, checked, submitted and approved.

Nothing is typed into the admin's own forms: every change is one of the verbs of `products.actions`.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.history import latest_events
from core.screens import paginate, why_not
from products import actions
from products.admin.deeds import DEEDS, deeds_on_page, why_nots
from products.admin.versions import ReadOnlyAdmin
from products.drafting import check, example_rows, problems_in
from products.editing import spots, values_of
from products.forms import (
    OpenDraftForm,
    SeenForm,
    SheetForm,
    StartForm,
    WholeTextForm,
    first_start,
)
from products.models import ProductDraft, ProductVersion
from products.permissions import (
    check_can_edit_draft,
    check_can_write_books,
)
from products.queries import version_before, versions_in_the_way
from products.reading import BookError
from products.sheets import Sheet, figure_sheets, sheet_of
from products.text_sheets import text_sheets

SHELF, DRAFT, NEW = "products_shelf", "products_productdraft_change", "products_productdraft_new"
LATEST = 12
# One page posts at most so many fields (DATA_UPLOAD_MAX_NUMBER_FIELDS stands above it); more is edited as source.
MOST_FIELDS = 1500


@admin.register(ProductDraft)
class ProductDraftAdmin(ReadOnlyAdmin):
    """Read by the console's roles, written by underwriters and managers."""

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        return [
            path("", own(self.changelist_view), name="products_productdraft_changelist"),
            path("new/", own(self.new_view), name=NEW),
            path("<int:pk>/", own(self.draft_view), name=DRAFT),
            path("<int:pk>/check/", own(self.check_view), name="products_productdraft_check"),
            path("<int:pk>/changes/", own(self.changes_view), name="products_productdraft_changes"),
            path("<int:pk>/start/", own(self.start_view), name="products_productdraft_start"),
            path("<int:pk>/source/", own(self.source_view), name="products_productdraft_source"),
            path("<int:pk>/figures/<str:code>/", own(self.figures_view), name="products_productdraft_figures"),
            path("<int:pk>/texts/<str:code>/", own(self.texts_view), name="products_productdraft_texts"),
            path("<int:pk>/<slug:deed>/", own(self.deed_view), name="products_productdraft_deed"),
        ]

    # ------------------------------------------------------------ reading

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The drafts stand on the shelf, beside the versions."""
        return redirect(f"admin:{SHELF}")

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The draft on one page: what can be edited, what was, and what may be done with it."""
        return self._draft_page(request, self._find(request, pk))

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Problems, examples and differences."""
        draft = self._find(request, pk)
        against = version_before(draft)
        checked = check(draft, against)
        return self._page(
            request, draft, "products/check.html", "検査", checked=checked, examples=example_rows(checked)
        )

    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every change with its source."""
        draft = self._find(request, pk)
        page = paginate(request, draft.changes.select_related("changed_by"))
        return self._page(request, draft, "products/changes.html", "変更の記録", page=page)

    # ------------------------------------------------------------ writing

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft from a version or from a file."""
        if not self.has_view_permission(request):
            raise Http404
        reason = why_not(check_can_write_books, person(request))
        wanted = request.GET.get("base", "")
        initial = {"starts_on": first_start(today()), "base": wanted if wanted.isdecimal() else None}
        form = OpenDraftForm(request.POST or None, request.FILES or None, initial=initial)
        if request.method == "POST" and not reason and form.is_valid():
            try:
                draft = perform(actions.open_draft, by=request.user, at=now(), **form.facts())
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "下書きを作成しました。")
                return redirect(f"admin:{DRAFT}", draft.pk)
        context = {**self.admin_site.each_context(request), "title": "下書きの作成", "form": form, "reason": reason}
        return TemplateResponse(request, "products/new_draft.html", context, status=422 if form.errors else 200)

    def figures_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return self._sheet_page(request, pk, code, figure_sheets, "figures")

    def texts_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return self._sheet_page(request, pk, code, text_sheets, "texts")

    def source_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole file."""
        draft = self._find(request, pk)
        initial = {"seen_version": draft.version, "text": draft.text}
        form = WholeTextForm(request.POST if request.method == "POST" else None, initial=initial)
        return self._edit(
            request, draft, form, actions.rewrite_draft, "products/source.html", "原文の編集",
            problems=problems_in(draft),
        )  # fmt: skip

    def start_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another first day of sale."""
        draft = self._find(request, pk)
        initial = {"seen_version": draft.version, "starts_on": draft.starts_on}
        form = StartForm(request.POST if request.method == "POST" else None, initial=initial)
        return self._edit(request, draft, form, actions.move_start, "products/start.html", "販売開始日の変更")

    def _sheet_page(
        self, request: HttpRequest, pk: int, code: str, sheets: Callable[[Any], tuple[Sheet, ...]], kind: str
    ) -> HttpResponse:
        draft = self._find(request, pk)
        try:
            every = sheets(values_of(draft.text))
            where = spots(draft.text)
        except BookError:
            messages.error(request, "原文をYAMLとして読み取れません。先に「原文の編集」で直してください。")
            return redirect("admin:products_productdraft_source", pk)
        sheet = sheet_of(every, code)
        if sheet is None:
            raise Http404
        if len(sheet.every_entry()) > MOST_FIELDS:
            messages.error(request, "項目が多いため、この表は「原文の編集」で変更してください。")
            return redirect("admin:products_productdraft_source", pk)
        form = SheetForm(
            request.POST if request.method == "POST" else None, sheet=sheet, spots=dict(where),
            initial={"seen_version": draft.version},
        )  # fmt: skip
        place = every.index(sheet)
        return self._edit(
            request, draft, form, actions.edit_draft, "products/sheet.html", sheet.title, sheet=sheet, kind=kind,
            before=every[place - 1] if place else None, after=every[place + 1] if place + 1 < len(every) else None,
            blocks=_blocks(sheet, form), loose=[form.cells()[entry.path] for entry in sheet.entries],
        )  # fmt: skip

    def _edit(
        self, request: HttpRequest, draft: ProductDraft, form: SeenForm, action: Callable[..., Any], template: str,
        title: str, **more: Any,
    ) -> HttpResponse:  # fmt: skip
        """Show a form on a draft, or save it. Every entry stays when something is wrong."""
        reason = why_not(check_can_edit_draft, person(request), draft)
        if request.method == "POST":
            if reason:
                messages.error(request, reason)
                return redirect(f"admin:{DRAFT}", draft.pk)
            if form.is_valid():
                try:
                    saved = perform(action, draft=draft, by=request.user, at=now(), **form.facts())
                except Refused as refusal:
                    form.refuse(refusal)
                else:
                    changed = saved.version != draft.version
                    messages.success(request, "変更を保存しました。" if changed else "変更はありません。")
                    return redirect(f"admin:{DRAFT}", draft.pk)
        status = 422 if form.errors else 200
        return self._page(request, draft, template, title, status=status, form=form, reason=reason, **more)

    def deed_view(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Submit, approve, return or discard; or say why not."""
        draft, way = self._find(request, pk), DEEDS.get(deed)
        if way is None:
            raise Http404
        here = redirect(f"admin:{DRAFT}", pk)
        if request.method != "POST":
            return here
        if reason := why_nots(person(request), draft)[deed]:
            messages.error(request, reason)
            return here
        form = way.form(request.POST, auto_id=f"{deed}_%s")
        if form.is_valid():
            try:
                perform(way.action, draft=draft, by=request.user, at=now(), **form.facts())
            except Refused as refusal:
                draft = self._find(request, pk)
                form.refuse(refusal)
            else:
                messages.success(request, f"{draft}: {way.done}")
                return redirect(f"admin:{SHELF}") if deed == "approve" else here
        return self._draft_page(request, draft, deed, form)

    # ------------------------------------------------------------ the pages' frame

    def _find(self, request: HttpRequest, pk: int) -> ProductDraft:
        rows = ProductDraft.objects.select_related(
            "base__product", "opened_by", "submitted_by", "returned_by", "published_by", "published_version__product",
            "discarded_by",
        )  # fmt: skip
        draft = rows.filter(pk=pk).first() if self.has_view_permission(request) else None
        if draft is None:
            raise Http404
        return draft

    def _draft_page(
        self, request: HttpRequest, draft: ProductDraft, deed: str = "", form: forms.Form | None = None
    ) -> HttpResponse:
        try:
            tree = values_of(draft.text)
            figures = _grouped(figure_sheets(tree), "tariff", "料率", "そのほかの数値")
            texts = _grouped(text_sheets(tree), "texts", "重要事項説明書", "そのほかの文章", last=True)
        except BookError:
            figures, texts = [], []
        against = version_before(draft)
        return self._page(
            request, draft, "products/draft.html", "商品ブックの下書き", status=422 if form is not None else 200,
            deeds=deeds_on_page(person(request), draft, deed, form), figures=figures, texts=texts,
            problems=problems_in(draft), against=against,
            gives_way=versions_in_the_way(draft), events=latest_events(draft, count=LATEST),
            is_outdated=_is_outdated(draft, against), effect_url=_effect_url(draft),
            changes=draft.changes.select_related("changed_by")[:LATEST], count=draft.changes.count(),
            edit_reason=why_not(check_can_edit_draft, person(request), draft),
        )  # fmt: skip

    def _page(
        self, request: HttpRequest, draft: ProductDraft, template: str, title: str, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "title": title, "draft": draft, **more}
        return TemplateResponse(request, template, context, status=status)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductDraft]:
        return ProductDraft.objects.shown()


def _grouped(sheets: tuple[Sheet, ...], part: str, name: str, rest: str, *, last: bool = False) -> list[dict[str, Any]]:
    """The sheets of the one large part, and the others."""
    groups: list[dict[str, Any]] = [
        {"label": name, "sheets": [sheet for sheet in sheets if sheet.part == part]},
        {"label": rest, "sheets": [sheet for sheet in sheets if sheet.part != part]},
    ]
    return [group for group in (reversed(groups) if last else groups) if group["sheets"]]


def _blocks(sheet: Sheet, form: SheetForm) -> list[dict[str, Any]]:
    """The sheet's tables with their fields in place."""
    cells = form.cells()
    return [
        {
            "title": block.title,
            "headers": block.headers,
            "rows": [(name, [cells[cell.path] if cell else None for cell in row]) for name, row in block.rows],
        }
        for block in sheet.blocks
    ]


def _is_outdated(draft: ProductDraft, against: ProductVersion | None) -> bool:
    """Somebody published another version after this draft was begun: it would undo that one's changes."""
    return bool(against and draft.base_id and against.pk != draft.base_id and against.published_at > draft.opened_at)


def _effect_url(draft: ProductDraft) -> str:
    """The effect is worked out by a room above this one; the page knows it by its address alone."""
    return reverse("admin:quotes_effectrun_draft", args=[draft.pk])
