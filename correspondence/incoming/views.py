"""Doors: the mail that came in, and what a person does about a letter that came back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import now
from core.doors import perform
from core.errors import Refused
from core.screens import paginate, why_not
from correspondence import actions
from correspondence.incoming.forms import BounceForm, HandledForm, IncomingSearchForm
from correspondence.models import Bounce, IncomingMail
from correspondence.permissions import check_can_handle_bounce, check_can_handle_incoming
from correspondence.queries import customers_of


@require_GET
def list_incoming(request: HttpRequest) -> HttpResponse:
    """Everything that came in, newest first."""
    form = IncomingSearchForm(request.GET)
    page: Any = paginate(request, form.filter(IncomingMail.objects.visible_to(request.user)))
    template = "correspondence/_incoming_rows.html" if request.htmx else "correspondence/incoming.html"  # type: ignore[attr-defined]
    return render(request, template, {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
def show_incoming(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as far as it is kept; what a person did about it is written down here."""
    mails = IncomingMail.objects.visible_to(request.user).select_related("letter", "handled_by")
    mail = get_object_or_404(mails, pk=pk)
    form = HandledForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.handle_incoming, mail=mail, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "対応を記録しました。")
            return redirect(mail)
    waits = IncomingMail.objects.filter(pk=mail.pk).waiting().exists()
    context = {
        "mail": mail, "form": form, "waits": waits, "reason": why_not(check_can_handle_incoming, request.user, mail),
        "bounces": mail.bounces.order_by("pk"),
    }  # fmt: skip
    return render(request, "correspondence/incoming_mail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def handle_bounce(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about a letter that did not arrive."""
    bounces = Bounce.objects.visible_to(request.user).select_related("letter__agency", "owner", "mail")
    bounce = get_object_or_404(bounces, pk=pk)
    form = BounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.handle_bounce, bounce=bounce, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "不達への対応を記録しました。")
            return redirect(bounce)
    context = {
        "bounce": bounce, "letter": bounce.letter, "form": form, "customers": customers_of(bounce.letter),
        "reason": why_not(check_can_handle_bounce, request.user, bounce),
    }  # fmt: skip
    return render(request, "correspondence/bounce.html", context, status=422 if form.errors else 200)
