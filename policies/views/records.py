"""Doors of the policies' room: the list with its CSV, the record, the 証券 made anew, the post."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import check_can_write
from accounts.screen import person
from core.clock import jst, now, today
from core.doors import perform
from core.errors import Refused
from core.history import latest_events
from core.screens import Button, address_of, csv_response, paginate, why_not
from correspondence.queries import letters_about
from policies import actions
from policies.comparing import differences
from policies.forms import PolicySearchForm, ReissueForm
from policies.models import Policy
from policies.permissions import (
    check_can_cancel_policy,
    check_can_endorse_policy,
    check_can_record_posting,
    check_can_reissue_certificate,
    check_can_renew,
    check_can_resume,
)
from policies.queries import papers_of, policies_with_people, premium_parts
from policies.rules import cover_at, next_step
from policies.screens import policy_lines
from policies.states import PolicyStatus
from policies.views.finding import find

CSV_HEADER = (
    "証券番号", "状態", "ご契約者", "商品", "引受保険会社", "始期", "満期", "年間保険料", "締結日", "担当者",
    "更改前の契約",
)  # fmt: skip


def list_policies(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = PolicySearchForm(request.GET, user=user)
    rows = form.filter(Policy.objects.visible_to(user).shown())
    if request.GET.get("format") == "csv" and form.is_valid():
        encoding = request.GET.get("encoding") or "utf-8"
        return csv_response(f"契約一覧_{today():%Y%m%d}.csv", CSV_HEADER, _csv(rows), encoding=encoding)
    template = "policies/_rows.html" if request.htmx else "policies/list.html"  # type: ignore[attr-defined]
    page = paginate(request, rows)
    return render(request, template, {"form": form, "page": page, "lines": policy_lines(page)})


def _csv(rows: Any) -> Iterator[tuple[Any, ...]]:
    for policy in rows.select_related("customer", "in_charge", "product_version__product", "renews"):
        yield (
            policy.number, policy.get_status_display(), policy.customer.name, policy.product_version.product.name,
            policy.insurer, f"{jst(policy.starts_at):%Y-%m-%d %H:%M}", f"{jst(policy.ends_at):%Y-%m-%d %H:%M}",
            policy.premium_yen, policy.contracted_on.isoformat(), policy.in_charge.name,
            policy.renews.number if policy.renews else "",
        )  # fmt: skip


def show_policy(request: HttpRequest, number: str) -> HttpResponse:
    user, at, on = person(request), now(), today()
    policy = get_object_or_404(policies_with_people(user), number=number)
    is_renewed = hasattr(policy, "renewed_by")
    before = policy.renews
    context = {
        "policy": policy,
        "terms": policy.agreed,
        "parts": premium_parts(policy.agreed.receipt),
        "differences": (
            differences(before.agreed, before.premium_now_yen, policy.agreed, policy.premium_now_yen) if before else ()
        ),
        "verdict": cover_at(policy.cover_facts, at),
        "next": next_step(policy.cover_facts, on, waits_for_post=policy.waits_for_post, is_renewed=is_renewed),
        "papers": papers_of(policy),
        "letters": letters_about(policy),
        "events": latest_events(policy),
        "buttons": _buttons(user, policy, at),
        "cancellation": policy.cancellation if policy.cancelled_at else None,
        "endorsements": policy.endorsements.all() if policy.endorsed_terms else (),
    }
    return render(request, "policies/detail.html", context)


def _buttons(user: User, policy: Policy, at: datetime) -> list[Button]:
    on = jst(at).date()
    seen = f"?seen={policy.version}"

    def to(name: str) -> str:
        return address_of(name)(policy.number)

    buttons = [
        Button(
            "更改を開く", to("renewals:open"),
            why_not(check_can_renew, user, policy, on), method="post", style="primary",
        ),
        Button("事故を受け付ける", f"{reverse('claims:new')}?policy={policy.number}", why_not(check_can_write, user)),
        Button("証券を再発行", to("policies:reissue"), why_not(check_can_reissue_certificate, user, policy)),
        Button("異動(契約内容の変更)", to("policies:endorse"), why_not(check_can_endorse_policy, user, policy, at)),
        Button("解約など", to("policies:cancel"), why_not(check_can_cancel_policy, user, policy, at)),
    ]  # fmt: skip
    if policy.status == PolicyStatus.CANCELLED or at >= policy.ends_at:
        # What ended is not renewed: the first button makes a new contract instead.
        buttons[0] = Button(
            "新しい契約として見積を作る", to("quotes:resume"),
            why_not(check_can_resume, user, policy, at), method="post", style="primary",
        )  # fmt: skip
    if policy.agreed.policyholder:  # a group's contract, of which the customer is a member
        reason = why_not(check_can_write, user)
        if policy.status != PolicyStatus.IN_FORCE:
            reason = "有効な契約ではありません。"
        buttons.append(Button("脱退を記録", to("renewals:leave"), reason))
    if policy.waits_for_post:
        buttons.insert(0, Button(
            "証券の郵送を記録", to("policies:posted") + seen,
            why_not(check_can_record_posting, user, policy), method="post", style="primary",
            confirm="証券を郵送したことを記録します。よろしいですか?",
        ))  # fmt: skip
    return buttons


def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then make the next revision of the 証券."""
    policy = find(request, number)
    form = ReissueForm(request.POST or None, initial={"seen_version": policy.version})
    if request.method == "POST" and form.is_valid():
        try:
            paper = perform(actions.reissue_certificate, policy=policy, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"証券{policy.number}の第{paper.revision}版を作成しました。")
            return redirect(policy)
    reason = why_not(check_can_reissue_certificate, person(request), policy)
    context = {"policy": policy, "form": form, "reason": reason}
    return render(request, "policies/reissue.html", context, status=422 if form.errors else 200)


@require_POST
def posted(request: HttpRequest, number: str) -> HttpResponse:
    """The 証券 went into the post."""
    policy = find(request, number)
    seen = request.GET.get("seen", "")
    try:
        perform(
            actions.record_posting, policy=policy, by=request.user, at=now(),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"証券{policy.number}の郵送を記録しました。")
    return redirect(policy)
