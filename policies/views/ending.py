"""解約等: the refund as one types, then the deed. What was shown is what is recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from policies.actions import cancel_policy
from policies.forms import CancelForm
from policies.models import Policy
from policies.permissions import check_can_cancel_policy
from policies.queries import refund_at
from policies.rules import EndWish, end_day
from policies.views.finding import find


def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """The form; 「返還保険料を計算する」 shows the sum, and only a sum that was shown can be confirmed."""
    policy = find(request, number)
    form = CancelForm(request.POST or None, initial={"seen_version": policy.version, "requested_on": today()})
    context: dict[str, Any] = {"policy": policy, "form": form}
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            try:
                ended = perform(cancel_policy, policy=policy, by=request.user, at=now(), **form.cleaned_data)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{policy.number}の終了を記録しました({ended.get_end_display()})。")
                return redirect(policy)
        context |= _preview(policy, form)
    context["reason"] = why_not(check_can_cancel_policy, person(request), policy, now())
    return render(request, "policies/cancel.html", context, status=422 if form.errors else 200)


@require_POST
def show_refund(request: HttpRequest, number: str) -> HttpResponse:
    """The sum alone, while the form is still being filled in."""
    policy = find(request, number)
    form = CancelForm(request.POST)
    form.is_valid()  # what is missing is asked for when the form is sent
    return render(request, "policies/_refund.html", _preview(policy, form))


def _preview(policy: Policy, form: CancelForm) -> dict[str, Any]:
    typed = form.cleaned_data
    if not typed.get("end") or not typed.get("requested_on"):
        return {}
    wish = EndWish(typed["end"], typed.get("on"), typed["requested_on"], typed.get("known_on"))
    try:
        last_day = end_day(wish, policy.end_facts, today())
        found = refund_at(policy, wish.end, last_day, today())
    except Refused as refusal:
        return {"problem": refusal.message}
    return {"last_day": last_day, "refund": found, "balance": found.due_yen - found.earned_yen, "policy": policy}
