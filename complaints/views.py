"""Doors of the ledger."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import check_can_write
from accounts.screen import person
from complaints import actions, permissions
from complaints.forms import AssignForm, ComplaintForm, ComplaintSearchForm, ExportForm, LineForm, WordsForm
from complaints.models import Complaint, ComplaintLine
from complaints.queries import latest_words, lines_of, reported_on
from complaints.states import LineKind
from core.clock import jst, now, today
from core.doors import perform
from core.errors import Refused
from core.forms import BusinessForm
from core.history import latest_events
from core.screens import Button, csv_response, paginate, why_not
from core.templatetags.tate import moment, short_day
from customers.models import Customer


def find(request: HttpRequest, number: str) -> Complaint:
    """The complaint of the person's own agency, or 404."""
    people = ("received_by", "recorded_by", "owner", "proposed_by", "closed_by", "customer", "policy", "quote")
    return get_object_or_404(Complaint.objects.visible_to(request.user).select_related(*people), number=number)


def list_complaints(request: HttpRequest) -> HttpResponse:
    form = ComplaintSearchForm(request.GET)
    page = paginate(request, form.filter(Complaint.objects.visible_to(request.user).shown()))
    template = "complaints/_rows.html" if request.htmx else "complaints/list.html"  # type: ignore[attr-defined]
    new = Button("苦情を受け付ける", reverse("complaints:new"), why_not(check_can_write, request.user), style="primary")
    context = {"form": form, "page": page, "new": new, "may_export": person(request).role in {"MANAGER", "AUDITOR"}}
    return render(request, template, context)


def new_complaint(request: HttpRequest) -> HttpResponse:
    """Take one down; with ?customer= about a customer we know."""
    user, at = person(request), now()
    customer = None
    if number := request.GET.get("customer", ""):
        customer = get_object_or_404(Customer.objects.visible_to(user), number=number)
    initial = {
        "received_at": jst(at).replace(second=0, microsecond=0, tzinfo=None),
        "complainant": customer.name if customer else "",
    }
    form = ComplaintForm(request.POST or None, user=user, customer=customer, on=jst(at).date(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = perform(actions.receive_complaint, customer=customer, by=user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"苦情{complaint.number}を受け付けました。")
            return redirect(complaint)
    context = {"form": form, "customer": customer}
    return render(request, "complaints/new.html", context, status=422 if form.errors else 200)


def detail(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, find(request, number))


def line(request: HttpRequest, number: str) -> HttpResponse:
    """One more line; with ?corrects= a new line instead of an old one."""
    complaint, at = find(request, number), now()
    corrects = None
    if key := request.GET.get("corrects", ""):
        pk = int(key) if key.isdecimal() and len(key) < 15 else 0
        corrects = get_object_or_404(ComplaintLine, pk=pk, complaint=complaint)
    initial: dict[str, Any] = {"on": today()}
    if corrects is not None:
        initial = {"on": corrects.on, "kind": corrects.kind, "text": corrects.text}
    form = LineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.add_line, complaint=complaint, corrects=corrects, by=request.user, at=at, **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "記録しました。")
            return redirect(complaint)
    context = {"complaint": complaint, "form": form, "corrects": corrects}
    return render(request, "complaints/line.html", context, status=422 if form.errors else 200)


def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Another person looks after it."""
    complaint, at = find(request, number), now()
    form = AssignForm(request.POST or None, complaint=complaint, on=jst(at).date())
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.assign_complaint, complaint=complaint, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"担当者を{form.cleaned_data['owner'].name}さんに替えました。")
            return redirect(complaint)
    context = {"complaint": complaint, "form": form}
    return render(request, "complaints/assign.html", context, status=422 if form.errors else 200)


@require_POST
def propose(request: HttpRequest, number: str) -> HttpResponse:
    return _deed(request, number, actions.propose_closing, "完了を申請しました。管理者の承認を待ちます。")


@require_POST
def approve(request: HttpRequest, number: str) -> HttpResponse:
    return _deed(request, number, actions.approve_closing, "完了を承認しました。")


@require_POST
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    return _deed(request, number, actions.return_complaint, "対応中に差し戻しました。")


def _deed(request: HttpRequest, number: str, verb: Callable[..., Any], done: str) -> HttpResponse:
    complaint, form = find(request, number), WordsForm(request.POST)
    if form.is_valid():
        try:
            perform(verb, complaint=complaint, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(complaint)
    return _page(request, complaint, form)


def _page(request: HttpRequest, complaint: Complaint, failed: BusinessForm | None = None) -> HttpResponse:
    user, lines = person(request), lines_of(complaint)
    context = {
        "complaint": complaint,
        "lines": lines,
        "first": latest_words(lines, LineKind.FIRST),
        "cause": latest_words(lines, LineKind.CAUSE),
        "prevention": latest_words(lines, LineKind.PREVENTION),
        "reported_on": reported_on(lines),
        "form": failed or WordsForm(),
        "may_write": why_not(check_can_write, user) is None,
        "line_locked": why_not(permissions.check_can_write_line, user, complaint),
        "propose_locked": why_not(permissions.check_can_propose_closing, user, complaint),
        "decide_locked": why_not(permissions.check_can_decide_closing, user, complaint),
        "events": latest_events(complaint),
    }
    return render(request, "complaints/detail.html", context, status=422 if failed else 200)


_HEADER = (
    "苦情番号", "受付日時", "経路", "申出人", "お客さま", "契約・見積", "内容", "一次対応", "保険会社報告日", "原因",
    "再発防止", "状態", "完了日時", "承認者", "担当者",
)  # fmt: skip


def export(request: HttpRequest) -> HttpResponse:
    """The ledger as CSV, for a reason that stays on record."""
    form = ExportForm(request.POST or None)
    rows = Complaint.objects.visible_to(request.user).order_by("received_at", "pk")
    if request.method == "POST" and form.is_valid():
        try:
            lines = list(_csv(rows))
            filename = f"苦情台帳_{today():%Y%m%d}.csv"
            response = csv_response(filename, _HEADER, lines, encoding=form.cleaned_data["encoding"])
            reason = form.cleaned_data["reason"]
            perform(actions.note_export, reason=reason, count=len(lines), by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return response
    context = {"form": form, "count": rows.count()}
    return render(request, "complaints/export.html", context, status=422 if form.errors else 200)


def _csv(rows: QuerySet[Complaint]) -> Iterator[list[Any]]:
    written = Prefetch("lines", ComplaintLine.objects.select_related("written_by"))
    people = ("customer", "policy", "quote", "closed_by", "owner")
    for row in rows.select_related(*people).prefetch_related(written).iterator(chunk_size=500):
        lines = list(row.lines.all())
        yield [
            row.number, moment(row.received_at), row.get_channel_display(), row.complainant,
            row.customer.name if row.customer else "", row.about, row.content, latest_words(lines, LineKind.FIRST),
            short_day(reported_on(lines)), latest_words(lines, LineKind.CAUSE),
            latest_words(lines, LineKind.PREVENTION), row.get_status_display(), moment(row.closed_at),
            row.closed_by.name if row.closed_by else "", row.owner.name,
        ]  # fmt: skip
