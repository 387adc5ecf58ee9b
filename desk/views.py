"""Doors of the desk. They read; every button leads to the room that writes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import check_can_write
from accounts.screen import person
from core.clock import now
from core.screens import Button, paginate, why_not
from customers.models import Customer
from desk.customer_file import customer_file
from desk.duties.board import board, kinds_for, rows_of
from desk.duties.kinds import Moment, Row, lines
from desk.duties.scope import Scope, scope_of
from desk.mailbox import mailbox_alarm
from desk.rounds import round_news
from desk.searching import exact_hit, normal
from desk.searching import search as search_rooms
from desk.status import house_status


def today(request: HttpRequest) -> HttpResponse:
    """今日の仕事: what do I do now?"""
    user, moment = person(request), Moment(now())
    scope = scope_of(user, request.GET.get("scope", ""))
    context = {
        "board": board(user, scope, moment),
        "scope": scope,
        "scopes": Scope,
        "news": round_news(moment.at),
        "mailbox_alarm": mailbox_alarm(user, moment.at),
        "on": moment.today,
    }
    return render(request, "desk/today.html", context)


def duties(request: HttpRequest, code: str) -> HttpResponse:
    """All rows of one kind of duty: exactly those its number counted."""
    user, moment = person(request), Moment(now())
    scope = scope_of(user, request.GET.get("scope", ""))
    kind = next((kind for kind in kinds_for(user) if kind.code == code), None)
    if kind is None:
        raise Http404
    page = paginate(request, rows_of(kind, user, scope, moment))
    found = lines([Row(*row) for row in page], {kind.code: kind}, moment)
    context = {"kind": kind, "page": page, "duties": found, "scope": scope, "scopes": Scope}
    return render(request, "desk/duties.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """One search over everything; a number that exists leads straight to its record."""
    user = person(request)
    text = normal(request.GET.get("q", "").replace("\x00", "")[:100])
    hit = exact_hit(user, text) if text else None
    if isinstance(hit, Customer):
        return redirect("desk:customer", hit.number)
    if hit is not None:
        return redirect(hit.get_absolute_url())
    groups = search_rooms(user, text) if text else ()
    found = any(group.rows for group in groups)
    return render(request, "desk/search.html", {"query": text, "groups": groups, "found": found})


def customer(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's file on one page."""
    user = person(request)
    customers = Customer.objects.visible_to(user).select_related("in_charge")
    found = get_object_or_404(customers, number=number)
    reason = why_not(check_can_write, user)
    context = {
        "customer": found,
        "file": customer_file(found, Moment(now())),
        "buttons": (
            Button("意向を聞く", reverse("proposals:wish", args=[found.number]), reason, style="primary", key="i"),
            Button("見積を作る", f"{reverse('quotes:new')}?customer={found.number}", reason),
            Button("事故を受け付ける", f"{reverse('claims:new')}?customer={found.number}", reason),
        ),
        "may_write": reason is None,
    }
    return render(request, "desk/customer.html", context)


def status(request: HttpRequest) -> HttpResponse:
    """Is the house in order: rounds, outbox, versions in force."""
    user, moment = person(request), Moment(now())
    context = {
        "status": house_status(user, moment), "news": round_news(moment.at),
        "mailbox_alarm": mailbox_alarm(user, moment.at),
    }  # fmt: skip
    return render(request, "desk/status.html", context)
