"""異動: the difference as one types, then the deed. What was shown is what is recorded."""

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
from policies.actions import endorse_policy
from policies.changing import Change, draft_of, effect_of
from policies.endorse_forms import EndorseForm
from policies.letters import difference_words
from policies.models import Policy
from policies.permissions import check_can_endorse_policy
from policies.queries import last_change_on
from policies.rules import check_change_days
from policies.views.finding import find

_DAYS = ("changes_on", "noticed_on", "approved_on")
_SAID = (*_DAYS, "approval_reference", "own_cause", "reason", "premium_yen", "seen_version", "seen_difference_yen")

# What the sum does not need: it is asked for when the form is sent.
_PAPERWORK = frozenset(_SAID) - {"changes_on", "premium_yen"}


def endorse(request: HttpRequest, number: str) -> HttpResponse:
    """The form; 「差額を計算する」 shows the sum, and only a sum that was shown can be confirmed."""
    policy = find(request, number)
    form = EndorseForm(request.POST or None, policy=policy, initial=dict.fromkeys(_DAYS, today()))
    context: dict[str, Any] = {"policy": policy, "form": form}
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            said = {name: form.cleaned_data[name] for name in _SAID}
            try:
                made = perform(endorse_policy, policy=policy, change=form.change, by=request.user, at=now(), **said)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{policy.number}の第{made.number}回異動を記録しました。")
                return redirect(policy)
        context |= _preview(policy, form)
    context["toggles"] = _toggles(policy, form)
    context["reason"] = why_not(check_can_endorse_policy, person(request), policy, now())
    return render(request, "policies/endorse.html", context, status=422 if form.errors else 200)


@require_POST
def show_difference(request: HttpRequest, number: str) -> HttpResponse:
    """The sum alone, while the form is still being filled in; beside it the riders, as the rest of the cover allows
    them now."""
    policy = find(request, number)
    form = EndorseForm(request.POST, policy=policy)
    context = _preview(policy, form) if set(form.errors) <= _PAPERWORK else {}
    context |= {"form": form, "toggles": _toggles(policy, form), "beside": True}
    return render(request, "policies/_difference.html", context)


def _preview(policy: Policy, form: EndorseForm) -> dict[str, Any]:
    typed = form.cleaned_data
    on = today()
    days = {name: typed.get(name) or on for name in _DAYS}
    try:
        check_change_days(policy.end_facts, **days, last_on=last_change_on(policy), today=on)
        draft = draft_of(policy, form.change)
        effect = effect_of(draft, changes_on=typed["changes_on"], premium_yen=typed["premium_yen"])
    except Refused as refusal:
        return {"problem": refusal}
    is_late = typed["own_cause"] and days["noticed_on"] > typed["changes_on"]
    return {"effect": effect, "is_late": is_late, "sum": difference_words(effect.difference.difference_yen)}


def _toggles(policy: Policy, form: EndorseForm) -> Any:
    """The riders beside what is typed; where that says nothing of the book's, beside the contract as it stands."""
    try:
        return draft_of(policy, form.change if form.is_bound else Change()).toggles()
    except Refused:
        return draft_of(policy, Change()).toggles()
