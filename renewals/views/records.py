"""The record of one renewal: what is due, answers and outcomes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.forms import BusinessForm
from core.history import latest_events
from core.screens import Button, why_not
from correspondence.queries import letters_about, papers_about
from policies.models import Policy
from quotes.actions import submit_quote
from renewals import actions
from renewals.days import Deed, Step, schedule
from renewals.forms import LeavingForm, OutcomeForm, ResponseForm
from renewals.models import Renewal
from renewals.permissions import (
    check_can_close,
    check_can_open_quote,
    check_can_record_posting,
    check_can_record_response,
    check_can_take_new_cover,
)
from renewals.planning import calendar_of, calendars_on
from renewals.queries import waiting_quote
from renewals.screens import change_of
from renewals.states import RenewalStatus


def show_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    return _record(request, _find(request, pk))


def _record(
    request: HttpRequest, renewal: Renewal, response: BusinessForm | None = None, outcome: BusinessForm | None = None
) -> HttpResponse:
    """The record page; a refused form comes back with every entry."""
    user, at, on = person(request), now(), today()
    seen = {"seen_version": renewal.version}
    context = {
        "renewal": renewal,
        "policy": renewal.policy,
        "terms": renewal.policy.agreed,
        "newest_terms": renewal.terms.order_by("-revision").first(),
        "days_left": (renewal.ends_on - on).days,
        "answer_by": renewal.answer_by(on, calendar_of(renewal, on)),
        "stages": _stages(renewal, on),
        "response_form": response or ResponseForm(initial=seen),
        "response_reason": why_not(check_can_record_response, user, renewal, at),
        "outcome_form": outcome or OutcomeForm(initial=seen),
        "outcome_reason": why_not(check_can_close, user, renewal, at),
        "change": change_of(renewal),
        "papers": papers_about(renewal),
        "letters": letters_about(renewal),
        "events": latest_events(renewal, renewal.policy),
        "buttons": _buttons(user, renewal),
    }
    status = 422 if response or outcome else 200
    return render(request, "renewals/detail.html", context, status=status)


def _stages(renewal: Renewal, on: date) -> list[tuple[Step, bool]]:
    """The calendar of this renewal: what is due on which day, and whether it has been done."""
    calendars = calendars_on(on)
    workdays, wish = calendars.workdays(renewal.agency_id), renewal.customer.mail_wish
    last = 1_000 if renewal.last_stage is None else renewal.last_stage
    done = {
        Deed.OPEN: True,
        Deed.NOTICE: renewal.noticed_at is not None,
        Deed.REPORT: renewal.escalated_at is not None,
        Deed.UNINSURED: renewal.status == RenewalStatus.UNINSURED,
    }
    steps = schedule(renewal.ends_on, calendars.of(renewal.policy), workdays, wish)
    return [(step, done.get(step.deed, last <= step.days)) for step in steps]


def _buttons(user: User, renewal: Renewal) -> list[Button]:
    at = now()
    buttons = [
        Button(
            "更改の見積を開く", reverse("renewals:quote", args=[renewal.pk]),
            why_not(check_can_open_quote, user, renewal, at), method="post", style="primary",
        )
    ]  # fmt: skip
    quote = waiting_quote(renewal) if renewal.correction else None
    if quote is not None:
        buttons.insert(0, Button(
            "変更を反映して照会し直す", reverse("renewals:ask-again", args=[renewal.pk]),
            why_not(check_can_take_new_cover, user, renewal, quote, at), method="post", style="primary",
            confirm=f"見積{quote.number}を引受照会から引き戻し、変更を反映して照会し直します。よろしいですか?",
        ))  # fmt: skip
    if renewal.waits_for_post:
        buttons.insert(0, Button(
            "案内の郵送を記録", f"{reverse('renewals:posted', args=[renewal.pk])}?seen={renewal.version}",
            why_not(check_can_record_posting, user, renewal), method="post",
            confirm="更改のご案内を郵送したことを記録します。よろしいですか?",
        ))  # fmt: skip
    return buttons


@require_POST
def open_renewal(request: HttpRequest, number: str) -> HttpResponse:
    """From the policy's page: open its renewal, or go to the one that stands."""
    policy = get_object_or_404(Policy.objects.visible_to(request.user), number=number)
    try:
        renewal = perform(actions.open_renewal, policy=policy, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(policy)
    return redirect(renewal)


@require_POST
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    form = ResponseForm(request.POST)
    return _take(request, pk, form, actions.record_response, "response", "回答を記録しました。")


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    form = OutcomeForm(request.POST)
    return _take(request, pk, form, actions.close_renewal, "outcome", "結果を記録しました。")


def _take(
    request: HttpRequest, pk: int, form: BusinessForm, verb: Callable[..., Any], slot: str, words: str
) -> HttpResponse:
    """One form of the record page: perform, or show the page again with the refusal where it belongs."""
    renewal = _find(request, pk)
    if form.is_valid():
        try:
            perform(verb, renewal=renewal, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, words)
            return redirect(renewal)
    forms: dict[str, Any] = {slot: form}
    return _record(request, renewal, **forms)


@require_POST
def open_quote(request: HttpRequest, pk: int) -> HttpResponse:
    renewal = _find(request, pk)
    user, at = person(request), now()
    try:
        quote = perform(actions.open_renewal_quote, renewal=renewal, by=user, at=at)
    except Refused as refusal:
        messages.error(request, "\n".join([refusal.message, *refusal.reasons]))
        return redirect(renewal)
    if quote.opened_at < at and quote.opened_by != user and not quote.opened_by.is_robot:
        words = f"この更改の見積は、{quote.opened_by.name}さんがすでに開いています。"
        messages.info(request, f"{words}新しく作らず、この見積を続けてください。")
    return redirect(quote)


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the changed contract into the quote that lies before the underwriter, and have it judged again. What the
    judgement lacks is said, and the quote waits on the desk with its new cover."""
    renewal = _find(request, pk)
    facts: dict[str, Any] = {"by": request.user, "at": now()}
    try:
        quote = perform(actions.take_new_cover, renewal=renewal, **facts)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(renewal)
    try:
        quote = perform(submit_quote, quote=quote, seen_version=quote.version, **facts)
    except Refused as refusal:
        lacks = "\n".join([refusal.message, *refusal.reasons])
        messages.warning(request, f"見積{quote.number}に変更を反映しました。{lacks}")
        return redirect(quote)
    words = f"見積{quote.number}に変更を反映し、判定し直しました({quote.get_status_display()})。"
    messages.success(request, words)
    return redirect(renewal)


def leave(request: HttpRequest, number: str) -> HttpResponse:
    """A member left the group: no renewal follows."""
    policies = Policy.objects.visible_to(request.user).select_related("customer", "product_version__product")
    policy = get_object_or_404(policies, number=number)
    form = LeavingForm(request.POST or None, initial={"left_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            renewal = perform(actions.record_leaving, policy=policy, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "脱退を記録しました。補償は満期まで続き、更改のご案内は送りません。")
            return redirect(renewal)
    context = {"policy": policy, "group": policy.product_version.book.group, "form": form}
    return render(request, "renewals/leave.html", context, status=422 if form.errors else 200)


@require_POST
def posted(request: HttpRequest, pk: int) -> HttpResponse:
    renewal = _find(request, pk)
    seen = request.GET.get("seen", "")
    try:
        perform(
            actions.record_notice_posted, renewal=renewal, by=request.user, at=now(),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "案内の郵送を記録しました。")
    return redirect(renewal)


def _find(request: HttpRequest, pk: int) -> Renewal:
    """The renewal of the person's own agency, or 404."""
    rows = Renewal.objects.visible_to(request.user).select_related(
        "agency", "policy__product_version__product", "policy__in_charge", "customer", "owner", "quote", "successor",
        "responded_by", "outcome_by", "notified_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)
