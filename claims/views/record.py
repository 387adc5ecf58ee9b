"""The record of a claim: one page, its deeds, and the list."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import check_can_write
from accounts.screen import person
from claims import actions, permissions
from claims.forms import (
    ClaimForm,
    ClaimSearchForm,
    CloseForm,
    DemandForm,
    DocumentForm,
    LinkForm,
    NoteForm,
    PlanForm,
    ReferenceForm,
    ReportForm,
    WithdrawForm,
)
from claims.models import Claim
from claims.paperwork import papers_wanted
from claims.queries import candidates, clock_of, with_policies
from claims.views.finding import subject_of
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.forms import BusinessForm
from core.history import latest_events
from core.screens import Button, csv_response, paginate, why_not
from core.templatetags.tate import moment
from correspondence.queries import documents_about, letters_about, papers_about


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb offered on the record's page: its form, its action, who may, and what is said afterwards."""

    name: str
    label: str
    action: Callable[..., Any]
    check: Callable[..., None]
    done: str
    form: type[BusinessForm] | None = None
    versioned: bool = False
    needs_user: bool = field(default=False)


def _check_note(user: Any, claim: Claim) -> None:
    check_can_write(user)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("hand-off", "保険会社へ連絡する", actions.hand_off_claim, permissions.check_can_hand_off_claim,
             "保険会社へのメールを送信待ちに入れました。"),
        Deed("resend", "訂正を保険会社へ連絡する", actions.resend_claim, permissions.check_can_resend_claim,
             "訂正のメールを送信待ちに入れました。"),
        Deed("reference", "受付番号を記録する", actions.note_reference, permissions.check_can_note_reference,
             "保険会社の受付番号を記録しました。", ReferenceForm),
        Deed("plan", "次にすることを決める", actions.plan_next_step, permissions.check_can_change_claim,
             "次にすることを保存しました。", PlanForm, versioned=True, needs_user=True),
        Deed("demand", "請求を記録する", actions.record_demand, permissions.check_can_record_demand,
             "損害賠償請求を記録しました。", DemandForm, versioned=True),
        Deed("report", "届出を記録する", actions.add_report, permissions.check_can_change_claim,
             "届出を記録しました。", ReportForm),
        Deed("note", "経過を残す", actions.add_note, _check_note, "経過を残しました。", NoteForm),
        Deed("document", "書類を登録する", actions.add_document, permissions.check_can_change_claim,
             "書類を登録しました。", DocumentForm),
        Deed("close", "完了にする", actions.close_claim, permissions.check_can_close_claim,
             "完了にしました。", CloseForm, versioned=True),
        Deed("withdraw", "取下げにする", actions.withdraw_claim, permissions.check_can_withdraw_claim,
             "取下げにしました。", WithdrawForm, versioned=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as the page shows it: live with its form, or grey with the reason."""

    deed: Deed
    reason: str | None
    form: BusinessForm | None
    failed: bool


def find_claim(request: HttpRequest, number: str) -> Claim:
    """The claim of the person's own agency, or 404."""
    claims = Claim.objects.visible_to(person(request)).select_related(
        "agency", "customer", "policy__product_version__product", "owner", "handed_off_by", "closed_by", "created_by"
    )
    return get_object_or_404(claims, number=number)


def list_claims(request: HttpRequest) -> HttpResponse:
    form = ClaimSearchForm(request.GET, user=person(request))
    rows = form.filter(Claim.objects.visible_to(person(request)).select_related("customer", "policy", "owner"))
    if request.GET.get("format") == "csv" and form.is_valid():
        encoding = request.GET.get("encoding") or "utf-8"
        filename = f"事故一覧_{today():%Y%m%d}.csv"
        return csv_response(filename, _CSV_HEADER, map(_csv_row, rows.iterator(2000)), encoding=encoding)
    template = "claims/_rows.html" if request.htmx else "claims/list.html"  # type: ignore[attr-defined]
    new = Button("事故を受け付ける", reverse("claims:new"), why_not(check_can_write, person(request)), style="primary")
    return render(request, template, {"form": form, "page": paginate(request, rows), "new": new})


def show_claim(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, find_claim(request, number))


def do_deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One deed on the record. A refused or wrong form shows the whole page again with every entry kept."""
    claim = find_claim(request, number)
    deed = DEEDS[name]
    if request.method != "POST":
        return redirect(claim)
    form = _form_for(deed, request, claim, bound=True)
    if form is not None and not form.is_valid():
        return _page(request, claim, deed, form)
    facts = _facts(deed, form, request)
    try:
        perform(deed.action, claim=claim, by=request.user, at=now(), **facts)
    except Refused as refusal:
        if form is None:
            messages.error(request, "\n".join([refusal.message, *refusal.reasons]))
            return redirect(claim)
        form.refuse(refusal)
        return _page(request, claim, deed, form)
    messages.success(request, deed.done)
    return redirect(claim)


def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was told on the phone."""
    claim = find_claim(request, number)
    initial = {name: getattr(claim, name) for name in ClaimForm.FACTS} | {"occurred_unknown": claim.occurred_at is None}
    at = now()
    form = ClaimForm(request.POST or None, initial=initial, at=at)
    seen = request.POST.get("seen_version", str(claim.version))
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.correct_claim, claim=claim, facts=form.facts(), seen_version=_number(seen),
                by=request.user, at=at,
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "事故の内容を訂正しました。保険会社へ連絡済みのときは、訂正も連絡してください。")
            return redirect(claim)
    context = {"form": form, "claim": claim, "seen_version": seen}
    return render(request, "claims/correct.html", context, status=422 if form.errors else 200)


def link(request: HttpRequest, number: str) -> HttpResponse:
    """Find the customer and the contract after the call, and tie the claim to them."""
    claim = find_claim(request, number)
    user = person(request)
    query = request.POST if request.method == "POST" else request.GET
    text = query.get("q", claim.caller_words if claim.customer_id is None else "")[:100]
    form = LinkForm(request.POST or None)
    seen = request.POST.get("seen_version", str(claim.version))
    if request.method == "POST" and request.POST.get("step") != "find" and form.is_valid():
        customer, policy = subject_of(user, form.cleaned_data["subject"])
        if customer is None:
            form.add_error("q", "お客さまか契約を選んでください。")
        else:
            try:
                perform(
                    actions.link_claim, claim=claim, customer=customer, policy=policy,
                    seen_version=_number(seen), by=user, at=now(),
                )  # fmt: skip
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "お客さまと契約に結び付けました。")
                return redirect(claim)
    found, more = candidates(user, text)
    if claim.customer and all(candidate.customer != claim.customer for candidate in found):
        found = with_policies([claim.customer]) + found
    context = {
        "form": form, "claim": claim, "candidates": found, "more": more, "asked": text, "q": text,
        "seen_version": seen, "selected": request.POST.get("subject", ""),
    }  # fmt: skip
    return render(request, "claims/link.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, claim: Claim, failed: Deed | None = None, form: BusinessForm | None = None
) -> HttpResponse:
    user = person(request)
    offers = {}
    for deed in DEEDS.values():
        mine = failed is not None and deed.name == failed.name
        reason = why_not(deed.check, user, claim)
        shown = form if mine else None if reason else _form_for(deed, request, claim, bound=False)
        offers[deed.name.replace("-", "_")] = Offer(deed, reason, shown, mine)
    reports = list(claim.reports.select_related("noted_by"))
    context = {
        "claim": claim,
        "offers": offers,
        "clock": clock_of(claim),
        "may_link": why_not(permissions.check_can_link_claim, user, claim) is None,
        "may_correct": why_not(permissions.check_can_change_claim, user, claim) is None,
        "notes": claim.notes.select_related("noted_by"),
        "reports": reports,
        "wanted": papers_wanted(claim, reports),
        "papers": papers_about(claim),
        "letters": letters_about(claim),
        "documents": documents_about(claim),
        "events": latest_events(claim),
        "seen_version": request.POST.get("seen_version", claim.version),
    }
    return render(request, "claims/detail.html", context, status=422 if failed else 200)


def _form_for(deed: Deed, request: HttpRequest, claim: Claim, *, bound: bool) -> BusinessForm | None:
    if deed.form is None:
        return None
    facts: dict[str, Any] = {"prefix": None, "auto_id": f"id_{deed.name}_%s"}
    if deed.needs_user:
        facts["user"], facts["on"] = person(request), today()
        facts["initial"] = {"next_action": claim.next_action, "next_on": claim.next_on, "owner": claim.owner_id}
    if deed.name == "reference":
        facts["initial"] = {"reference": claim.insurer_reference}
    return deed.form(request.POST, request.FILES, **facts) if bound else deed.form(**facts)


def _facts(deed: Deed, form: BusinessForm | None, request: HttpRequest) -> dict[str, Any]:
    facts = dict(form.cleaned_data) if form is not None else {}
    if "file" in facts:
        upload = facts.pop("file")
        facts |= {"filename": upload.name, "content": upload.read()}
    if deed.versioned:
        facts["seen_version"] = _number(request.POST.get("seen_version", ""))
    return facts


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else -1


_CSV_HEADER = (
    "事故番号", "状態", "お客さま", "証券番号", "事故の種類", "発生日時", "発見日時", "請求を受けた日時", "受付日時",
    "おそれの通知", "保険会社への連絡日時", "保険会社の受付番号", "次にすること", "期日", "担当者",
)  # fmt: skip


def _csv_row(claim: Claim) -> list[Any]:
    return [
        claim.number, claim.get_status_display(), claim.who, claim.policy.number if claim.policy else "",
        claim.get_kind_display(), moment(claim.occurred_at), moment(claim.discovered_at), moment(claim.claimed_at),
        moment(claim.reported_at), "はい" if claim.is_circumstance else "", moment(claim.handed_off_at),
        claim.insurer_reference, claim.next_action, claim.next_on or "", claim.owner.name,
    ]  # fmt: skip
