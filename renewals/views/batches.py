"""One deed on many renewals (一括処理): choose, confirm, watch, and read what became of every row."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.screen import person
from core.clock import jst, now, today
from core.doors import perform
from core.errors import Refused
from core.screens import csv_response, paginate
from renewals import actions
from renewals.actions.batching import MOST_ROWS
from renewals.forms import BatchForm
from renewals.models import Batch, Renewal
from renewals.queries import batch_counts, chosen
from renewals.search_forms import RenewalSearchForm
from renewals.states import BatchVerb, LineStatus

CSV_HEADER = ("証券番号", "お客さま", "結果", "説明", "処理日時")
NOTHING = "更改を選んでください。一覧の左の欄にチェックを入れるか、「絞り込んだすべて」を選びます。"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """From the list: the ticked rows, or all the search finds. Nothing is done yet; the next page asks once more."""
    user, verb = person(request), request.POST.get("verb", "")
    if verb not in BatchVerb.values:
        return _back(request, "行う操作を選んでください。")
    if request.POST.get("all"):
        search = RenewalSearchForm(QueryDict(request.POST.get("query", "")), user=user, on=today())
        found = search.filter(Renewal.objects.visible_to(user)).values_list("pk", flat=True)[: MOST_ROWS + 1]
    else:
        ticked = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal() and len(pk) < 16]
        found = Renewal.objects.visible_to(user).filter(pk__in=ticked).values_list("pk", flat=True)
    rows = list(found)
    if not rows:
        return _back(request, NOTHING)
    if len(rows) > MOST_ROWS:
        return _back(request, f"一度に処理できるのは{MOST_ROWS:,}件までです。条件で絞り込んでください。")
    form = BatchForm(verb=verb, user=user, on=today(), initial={"verb": verb, "rows": rows, "key": uuid4()})
    return _confirm(request, form, verb, rows)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """The confirmed form begins the batch; sent twice it leads to the same one."""
    user, verb = person(request), request.POST.get("verb", "")
    form = BatchForm(request.POST, verb=verb, user=user, on=today())
    if form.is_valid():
        try:
            batch = perform(actions.ask_batch, by=user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect(batch)
    rows = form.cleaned_data.get("rows")
    if not rows or verb not in BatchVerb.values:
        return _back(request, NOTHING)
    return _confirm(request, form, verb, rows, status=422)


def _confirm(request: HttpRequest, form: BatchForm, verb: str, rows: list[int], status: int = 200) -> HttpResponse:
    user = person(request)
    context = {"form": form, "verb": BatchVerb(verb).label, "choice": chosen(Renewal.objects.visible_to(user), rows)}
    return render(request, "renewals/batch_new.html", context, status=status)


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    query = request.POST.get("query", "")
    response = redirect("renewals:board")
    if query:
        response["Location"] += f"?{QueryDict(query).urlencode()}"
    return response


def show_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, and every row with its result."""
    batches = Batch.objects.visible_to(request.user).select_related("asked_by", "owner")
    batch = get_object_or_404(batches, pk=pk)
    lines = batch.lines.select_related("renewal__policy", "renewal__customer").only(
        "batch_id", "status", "result", "finished_at", "renewal__policy__number", "renewal__customer__name"
    )  # fmt: skip
    result = request.GET.get("result", "")
    if result in LineStatus.values:
        lines = lines.filter(status=result)
    if request.GET.get("format") == "csv":
        encoding = request.GET.get("encoding") or "utf-8"
        return csv_response(f"更改一括処理_{batch.pk}.csv", CSV_HEADER, _csv(lines), encoding=encoding)
    context = {"batch": batch, "counts": batch_counts(batch), "page": paginate(request, lines), "result": result}
    part = "renewals/_batch.html" if request.htmx else "renewals/batch.html"  # type: ignore[attr-defined]
    return render(request, part, context)


def _csv(lines: Any) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        yield (
            line.renewal.policy.number, line.renewal.customer.name, line.get_status_display(), line.result,
            f"{jst(line.finished_at):%Y-%m-%d %H:%M:%S}" if line.finished_at else "",
        )  # fmt: skip


def list_batches(request: HttpRequest) -> HttpResponse:
    """What was done to many at once, the latest first."""
    page = paginate(request, Batch.objects.visible_to(request.user).select_related("asked_by", "owner"))
    return render(request, "renewals/batches.html", {"page": page})
