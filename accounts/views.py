"""Login, logout, the pages that explain why one is outside, the register of solicitors, and who leaves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import actions
from accounts.forms import DepartureForm, LicenceForm, LoginForm, licence_initial
from accounts.permissions import check_can_keep_register
from accounts.queries import register_of, working_staff
from accounts.rules import LOOKING_BACK, standing
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.history import latest_events
from core.screens import why_not


class Login(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


class Logout(LogoutView):
    pass


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many failures: say how long to wait, and nothing about whether the name exists."""
    return render(request, "accounts/locked_out.html", status=429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an old session: nothing was saved, and the browser still has what was typed."""
    return render(request, "accounts/stale_form.html", status=403)


def register(request: HttpRequest) -> HttpResponse:
    """募集人名簿: everybody with a licence or a role that needs one, and how long it holds."""
    user, on = person(request), today()
    people = [
        (one, *standing(one.licence_basic_until, one.licence_product_until, on)) for one in register_of(user.agency, on)
    ]
    staff = working_staff(user.agency, on - LOOKING_BACK).select_related("office")
    others = staff.exclude(pk__in=[one.pk for one, *_ in people])
    context = {"people": people, "others": others, "locked": why_not(check_can_keep_register, user)}
    return render(request, "accounts/register.html", context)


def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's line of the register."""
    user = person(request)
    one = get_object_or_404(register_of(user.agency, today()), pk=pk)
    initial = {**licence_initial(one), "seen": actions.licence_seen(one)}
    form = LicenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.record_licence, person=one, by=user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{one.name}さんの募集人資格を保存しました。")
            return redirect("accounts:register")
    context = {"form": form, "one": one, "events": latest_events(one)}
    return render(request, "accounts/licence.html", context, status=422 if form.errors else 200)


def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of somebody who leaves; what lies in her hands goes to a successor by itself."""
    user = person(request)
    one = get_object_or_404(working_staff(user.agency, today() - LOOKING_BACK), pk=pk)
    initial = {"left_on": one.left_on, "seen": actions.departure_seen(one)}
    form = DepartureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.record_departure, person=one, by=user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{one.name}さんの退職日を保存しました。")
            return redirect("accounts:register")
    context = {"form": form, "one": one, "events": latest_events(one)}
    return render(request, "accounts/departure.html", context, status=422 if form.errors else 200)
