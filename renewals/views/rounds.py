"""What the rounds did, and the inspection beside them (更改の点検)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.screen import person
from core.clock import today
from core.screens import csv_response, paginate
from renewals.inspection import find, inspect_renewals, ownerless
from renewals.models import Round
from renewals.round import LABELS
from renewals.search_forms import InspectionForm


def list_rounds(request: HttpRequest) -> HttpResponse:
    """Every run of the rounds: when, what it did, whether it was cut off."""
    page = paginate(request, Round.objects.select_related("by").order_by("-pk"))
    runs = [(run, counted(run)) for run in page]
    return render(request, "renewals/rounds.html", {"page": page, "runs": runs})


INSPECTION_HEADER = (
    "満期日", "証券番号", "お客さま", "点検の結果", "内容", "理由", "期日超過", "案内の数", "担当者",
)  # fmt: skip


def show_inspection(request: HttpRequest) -> HttpResponse:
    """更改の点検: was anybody missed?"""
    on = today()
    form = InspectionForm(request.GET, on=on)
    asked: dict[str, Any] = {**form.asked, "on": on, "agency_id": person(request).agency_id}
    if request.GET.get("format") == "csv" and form.is_valid():
        rows = (
            (
                row.ends_on.isoformat(), row.number, row.customer, row.verdict.label, row.where.label, row.reason,
                "超過" if row.late else "", row.notices, row.owner,
            )
            for row in find(**asked, **form.wanted)
        )  # fmt: skip
        encoding = request.GET.get("encoding") or "utf-8"
        return csv_response(f"更改の点検_{on:%Y%m%d}.csv", INSPECTION_HEADER, rows, encoding=encoding)
    context = {
        "form": form,
        "inspection": inspect_renewals(**asked),
        "ownerless": ownerless(on=on, agency_id=asked["agency_id"]),
        "page": paginate(request, find(**asked, **form.wanted)),
        "on": on,
    }
    return render(request, "renewals/inspection.html", context, status=200 if form.is_valid() else 422)


def counted(run: Round | None) -> list[tuple[str, int]]:
    """The run's counts in words, in the order of the steps."""
    return [(LABELS.get(name, name), count) for name, count in run.counts.items()] if run else []
