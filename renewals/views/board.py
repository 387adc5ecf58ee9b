"""The board: the pipeline at a glance, and the list beneath it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.permissions import check_can_write
from accounts.screen import person
from core.clock import jst, today
from core.screens import csv_response, paginate, why_not
from renewals.board import board
from renewals.listing import renewal_lines
from renewals.models import Renewal, RenewalQuerySet
from renewals.queries import last_round
from renewals.search_forms import RenewalSearchForm
from renewals.states import BatchVerb
from renewals.views.rounds import counted

CSV_HEADER = (
    "証券番号", "お客さま", "状態", "満期", "年間保険料", "担当者", "次の対応日", "次の対応", "案内日時",
    "回答", "結果の理由",
)  # fmt: skip

# What the file of a list says.
SHOWN = (
    "status", "term_end_at", "notified_at", "next_on", "next_step", "response", "outcome_reason", "policy__number",
    "policy__premium_yen", "customer__name", "owner__name",
)  # fmt: skip
LISTED = 10_000  # rows counted and paged through; beyond it the search has to be narrower


def show_board(request: HttpRequest) -> HttpResponse:
    user, on = person(request), today()
    renewals = Renewal.objects.visible_to(user)
    form = RenewalSearchForm(request.GET, user=user, on=on)
    rows = form.filter(renewals)
    if request.GET.get("format") == "csv" and form.is_valid():
        return csv_of(request, rows, f"更改一覧_{on:%Y%m%d}.csv")
    context = {
        "form": form,
        "page": (page := paginate(request, rows, cap=LISTED)),
        "lines": renewal_lines(page, on),
        "verbs": None if why_not(check_can_write, user) else BatchVerb.choices,
        "query": request.GET.urlencode(),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "renewals/_rows.html", context)
    run = last_round()
    context |= {"board": board(renewals, on), "run": run, "run_counts": counted(run)}
    return render(request, "renewals/board.html", context)


def csv_of(request: HttpRequest, renewals: RenewalQuerySet, name: str) -> HttpResponse:
    """Every row of a list as a file."""
    encoding = request.GET.get("encoding") or "utf-8"
    return csv_response(name, CSV_HEADER, _csv(renewals), encoding=encoding)


def _csv(renewals: RenewalQuerySet) -> Iterator[tuple[Any, ...]]:
    for row in renewals.select_related("policy", "customer", "owner").only(*SHOWN):
        yield (
            row.policy.number, row.customer.name, row.get_status_display(), row.ends_on.isoformat(),
            row.policy.premium_yen, row.owner.name, row.next_on.isoformat() if row.next_on else "", row.next_step,
            f"{jst(row.notified_at):%Y-%m-%d %H:%M}" if row.notified_at else "", row.get_response_display(),
            row.outcome_reason,
        )  # fmt: skip
