"""Doors: the book with its CSV, and a new rate."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.screen import person
from commissions import actions
from commissions.forms import BookForm, RateForm
from commissions.models import CommissionRate
from commissions.permissions import check_can_set_rate
from commissions.queries import BookLine, Span, book_lines, contracts, rates_of
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.money import format_share
from core.screens import csv_response, paginate, why_not
from policies.models import Policy

CSV_HEADER = ("営業所", "締結日", "保険会社", "商品", "証券番号", "区分", "計上日", "保険料", "手数料率", "手数料")


def book(request: HttpRequest) -> HttpResponse:
    """手数料帳簿: the contracts of an office with what they earned, the rates beneath."""
    user = person(request)
    form = BookForm(request.GET, user=user)
    rows = Policy.objects.visible_to(user).defer("terms", "product_version__content")
    span = form.span if form.is_valid() else Span()
    found = contracts(rows, span, office=form.chosen_office) if form.is_valid() else rows.none()
    rates = rates_of(user.agency_id)
    if request.GET.get("format") == "csv" and form.is_valid():
        lines = _csv(book_lines(found.iterator(chunk_size=500), rates, span))
        encoding = request.GET.get("encoding") or "utf-8"
        return csv_response(f"手数料帳簿_{today():%Y%m%d}.csv", CSV_HEADER, lines, encoding=encoding)
    page = paginate(request, found)
    return _page(request, {"form": form, "page": page, "lines": list(book_lines(page, rates, span))}, RateForm())


def _csv(lines: Iterator[BookLine]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        rate = "" if line.rate is None else format_share(line.rate)
        yield (
            line.office, line.contracted_on.isoformat(), line.insurer, line.product, line.number, line.kind,
            line.booked_on.isoformat(), line.premium_yen, rate,
            "" if line.commission_yen is None else line.commission_yen,
        )  # fmt: skip


def set_rate(request: HttpRequest) -> HttpResponse:
    """A new rate."""
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = perform(actions.set_commission_rate, by=person(request), at=now(), **form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{made.product.name}の手数料率を登録しました。")
            return redirect("commissions:book")
    return _page(request, {}, form)


def _page(request: HttpRequest, found: dict[str, Any], form: RateForm) -> HttpResponse:
    user = person(request)
    context = {
        **found, "rate_form": form, "locked": why_not(check_can_set_rate, user),
        "rates": CommissionRate.objects.visible_to(user).select_related("product", "recorded_by"),
    }  # fmt: skip
    return render(request, "commissions/book.html", context, status=422 if form.errors else 200)
