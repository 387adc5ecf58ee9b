"""更改率: the year's retention, and the policies behind every number of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.screen import person
from core.clock import jst, today
from core.screens import csv_response, paginate
from policies.models import Policy
from renewals.models.renewals import HEAVY
from renewals.retention import Fate, retention
from renewals.search_forms import RetentionForm

CSV_HEADER = (
    "満期日",
    "証券番号",
    "お客さま",
    "商品",
    "結果",
    "満期の保険料",
    "更改後の証券番号",
    "更改後の保険料",
    "担当者",
)
LISTED = 10_000


def show_retention(request: HttpRequest) -> HttpResponse:
    user, on = person(request), today()
    if request.htmx:  # type: ignore[attr-defined]
        # The board asks for the year in one line, after it has been drawn.
        year = retention(Policy.objects.visible_to(user), user.agency, on.year, None)
        return render(request, "renewals/_retention.html", {"retention": year, "whole": year.whole})
    form = RetentionForm(request.GET, user=user, on=on, usual_early=settings.RENEWAL_EARLY_DAYS)
    policies = Policy.objects.visible_to(user)
    heavy = [name.removeprefix("policy__") for name in HEAVY]
    rows = form.filter(policies).select_related(
        "customer", "product_version__product", "in_charge", "renewal__owner", "renewed_by"
    )
    rows = rows.defer(*heavy, "renewed_by__terms", "renewed_by__instalments")
    if request.GET.get("format") == "csv" and form.is_valid():
        encoding = request.GET.get("encoding") or "utf-8"
        return csv_response(f"更改率_{form.wanted_year}.csv", CSV_HEADER, _csv(rows), encoding=encoding)
    context = {
        "form": form,
        "retention": retention(policies, user.agency, form.wanted_year, form.early_days),
        "fates": Fate,
        "page": paginate(request, rows, cap=LISTED),
        "base": f"year={form.wanted_year}" + (f"&early={form.early_days}" if form.early_days is not None else ""),
    }
    return render(request, "renewals/retention.html", context, status=200 if form.is_valid() else 422)


def _csv(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        after = getattr(row, "renewed_by", None)
        yield (
            jst(row.ends_at).date().isoformat(), row.number, row.customer.name, row.product_version.product.name,
            Fate(row.fate).label, row.premium_yen, after.number if after else "", after.premium_yen if after else "",
            carrier(row),
        )  # fmt: skip


def carrier(policy: Policy) -> str:
    """Whose retention the policy counts for."""
    renewal = getattr(policy, "renewal", None)
    return (renewal.owner if renewal else policy.in_charge).name
