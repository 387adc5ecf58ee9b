"""When which letter goes (案内の暦): the calendars, a change from a day on, closing days, and a contract's own days."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from policies.models import Policy
from renewals import actions
from renewals.calendar import calendar_on
from renewals.days import Step, schedule
from renewals.groups import programmes_soon
from renewals.models import ClosingDay, LetterPlan
from renewals.permissions import check_can_keep_calendar
from renewals.plan_forms import ClosingDayForm, LetterPlanForm, PolicyNumberForm
from renewals.planning import Calendars, calendars_on


def show_calendar(request: HttpRequest) -> HttpResponse:
    """The calendars in force, what is planned, and the form to change them."""
    user, on = person(request), today()
    if request.method == "POST":
        form = LetterPlanForm(request.POST, user=user)
        if form.is_valid():
            try:
                perform(actions.plan_letters, by=user, at=now(), **form.cleaned_data)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "案内の暦を登録しました。")
                return redirect("renewals:calendar")
        return _calendar(request, user, on, plan_form=form, status=422)
    return _calendar(request, user, on)


@require_POST
def close_day(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ClosingDayForm(request.POST, prefix="day")
    if form.is_valid():
        try:
            perform(actions.set_closing_day, by=user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "休業日を登録しました。")
            return redirect("renewals:calendar")
    return _calendar(request, user, today(), day_form=form, status=422)


def _calendar(
    request: HttpRequest,
    user: User,
    on: date,
    *,
    plan_form: LetterPlanForm | None = None,
    day_form: ClosingDayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    calendars = calendars_on(on)
    current = calendars.at(user.agency_id, None)
    number_form = PolicyNumberForm(request.GET)
    policy, steps, trouble = _preview(number_form, user, calendars)
    initial = asdict(current) | {"valid_from": on, "is_own": "1", "reminders": list(current.reminders)}
    plans = LetterPlan.objects.filter(agency=user.agency).select_related("product", "made_by")
    in_force = {plan.pk for plan in plans.filter(valid_from__lte=on).order_by(
        "product_id", "-valid_from", "-pk").distinct("product_id")}  # fmt: skip
    context: dict[str, Any] = {
        "on": on,
        "house": calendar_on(on),
        "current": current,
        "plans": [(plan, plan.pk in in_force) for plan in plans[:50]],
        "closing_days": ClosingDay.objects.filter(agency=user.agency, on__gte=on).order_by("on", "-pk").distinct("on"),
        "plan_form": plan_form or LetterPlanForm(initial=initial, user=user),
        "day_form": day_form or ClosingDayForm(prefix="day", initial={"is_closed": "1"}),
        "number_form": number_form,
        "programmes": programmes_soon(user, on),
        "policy": policy,
        "steps": steps,
        "trouble": trouble,
        "reason": why_not(check_can_keep_calendar, user),
    }
    return render(request, "renewals/calendar.html", context, status=status)


def _preview(form: PolicyNumberForm, user: User, calendars: Calendars) -> tuple[Policy | None, list[Step], str]:
    """The days of the contract asked for, or of the next one that expires."""
    number = form.cleaned_data["number"].upper() if form.is_valid() else ""
    rows = Policy.objects.visible_to(user).select_related("customer")
    if number:
        policy = rows.filter(number=number).first()
    else:
        policy = rows.filter(status=Policy.Status.IN_FORCE, ends_at__gt=now()).order_by("ends_at", "pk").first()
    if policy is None:
        return None, [], f"証券番号「{number}」の契約は見つかりません。" if number else "有効な契約がまだありません。"
    workdays = calendars.workdays(policy.agency_id)
    return policy, schedule(policy.ends_on, calendars.of(policy), workdays, policy.customer.mail_wish), ""
