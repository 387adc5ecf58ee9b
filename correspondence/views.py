"""Doors: lists of papers and letters, the papers themselves, and a person's decision about a letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.history import latest_events
from core.screens import Button, csv_response, paginate, why_not
from correspondence import actions
from correspondence.forms import DocumentForm, LetterSearchForm, NoteForm, PaperSearchForm, SettleForm
from correspondence.models import Document, Letter, Paper
from correspondence.permissions import check_can_cancel_letter, check_can_retry_letter, check_can_settle_letter
from correspondence.screens import letter_lines, paper_lines
from correspondence.shelf import RenderingFailed

# What a reader's program may do with bytes that came from outside: nothing.
SANDBOX = "sandbox; default-src 'none'"


@require_GET
def list_papers(request: HttpRequest) -> HttpResponse:
    """The archive, searched by kind, date, amount, counterparty and number; the same search as CSV."""
    form = PaperSearchForm(request.GET)
    papers = form.filter(Paper.objects.visible_to(request.user))
    if request.GET.get("format") == "csv" and form.is_valid():
        return _papers_csv(request, papers)
    page: Any = paginate(request, papers)
    context = {"form": form, "page": page, "papers": paper_lines(page.object_list)}
    template = "correspondence/_paper_rows.html" if request.htmx else "correspondence/papers.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _papers_csv(request: HttpRequest, papers: models.QuerySet[Paper]) -> HttpResponse:
    header = ("取引年月日", "種類", "番号", "版", "取引先", "金額(円)", "保存日時", "保存者", "SHA-256")
    rows = [
        (dated_on.isoformat(), *facts, f"{filed_at:%Y-%m-%dT%H:%M:%SZ}", filed_by, sha256)
        for dated_on, *facts, filed_at, filed_by, sha256 in papers.values_list(
            "dated_on", "title", "subject", "revision", "counterparty", "amount_yen", "filed_at", "filed_by__name",
            "content",
        ).iterator()
    ]  # fmt: skip
    response = csv_response(
        f"書類一覧_{today():%Y%m%d}.csv", header, rows, encoding=request.GET.get("encoding", "utf-8")
    )
    summary = f"書類一覧をCSVで出力({len(rows):,}件)"
    _keep_reading(request, "papers.exported", summary, request.user.agency)  # type: ignore[union-attr]
    return response


@require_GET
def show_paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The stored bytes of a paper, for ever the same; who read them is kept (checks 42)."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    if paper.content_id and request.headers.get("If-None-Match") == f'"{paper.content_id}"':
        return HttpResponseNotModified()
    try:
        pdf = actions.bytes_of(paper, at=now())
    except RenderingFailed as failure:
        raise Refused(str(failure)) from failure
    summary = f"{paper.title}({paper.subject} 第{paper.revision}版)を閲覧"
    _keep_reading(request, "paper.viewed", summary, paper)
    return _file(pdf, "application/pdf", paper.filename, etag=str(paper.content_id))


@require_GET
def show_document(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's document, as a download that nothing here will open."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    summary = f"受領書類「{document.filename}」を閲覧"
    _keep_reading(request, "document.viewed", summary, document)
    response = _file(
        bytes(document.content), "application/octet-stream", document.filename, etag=document.sha256, save=True
    )
    response["Content-Security-Policy"] = SANDBOX
    return response


def _file(content: bytes, kind: str, filename: str, *, etag: str, save: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(save, filename) or "attachment"
    response["ETag"] = f'"{etag}"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _keep_reading(request: HttpRequest, verb: str, summary: str, thing: models.Model) -> None:
    perform(actions.note_reading, verb=verb, summary=summary, thing=thing, by=request.user, at=now())


def receive_document(
    request: HttpRequest, *, about: Sequence[models.Model], kinds: Sequence[tuple[str, str]] = ()
) -> tuple[DocumentForm, Document | None]:
    """For other rooms' upload doors: the form, and the kept document once a good file was posted.

    `kinds` are the papers the record asks for (code, label).

    Access and scope are the caller's: whoever may see the record posts to the record's own address.
    """
    posted = request.method == "POST"
    form = DocumentForm(request.POST, request.FILES, kinds=kinds) if posted else DocumentForm(kinds=kinds)
    if not posted or not form.is_valid():
        return form, None
    upload = form.cleaned_data["file"]
    try:
        document = perform(
            actions.file_document, agency=request.user.agency, filename=upload.name, content=upload.read(),  # type: ignore[union-attr]
            about=about, note=form.cleaned_data["note"], code=form.cleaned_data.get("code", ""),
            by=request.user, at=now(),
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return form, None
    messages.success(request, f"「{document.filename}」を受領書類に追加しました。")
    return form, document


@require_GET
def list_letters(request: HttpRequest) -> HttpResponse:
    """The outbox and all that was ever sent."""
    form = LetterSearchForm(request.GET)
    page: Any = paginate(request, form.filter(Letter.objects.visible_to(request.user)))
    context = {"form": form, "page": page, "letters": letter_lines(page.object_list)}
    template = "correspondence/_letter_rows.html" if request.htmx else "correspondence/letters.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def show_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its words, its papers, where it is, what happened, what can be done."""
    letter = _find_letter(request, pk)
    deeds = [
        Button(deed.label, f"{letter.get_absolute_url()}{verb}/", why_not(deed.check, request.user, letter))
        for verb, deed in DEEDS.items()
    ]
    papers = paper_lines(Paper.objects.filter(attachments__letter=letter).order_by("attachments__position"))
    bounces = letter.bounces.select_related("handled_by").order_by("pk")
    answers = letter.answers.only("pk", "received_at", "kind", "subject").order_by("-pk")[:20]
    context = {
        "letter": letter,
        "deeds": deeds,
        "papers": papers,
        "events": latest_events(letter),
        "bounces": bounces,
        "answers": answers,
    }
    return render(request, "correspondence/letter.html", context)


def _find_letter(request: HttpRequest, pk: int) -> Letter:
    letters = Letter.objects.visible_to(request.user)
    return get_object_or_404(letters.select_related("queued_by", "sent_by", "settled_by", "agency"), pk=pk)


@dataclass(frozen=True)
class Deed:
    """A decision about a letter: its check, its form, its action; the form's fields are the action's facts."""

    label: str
    done: str
    check: Callable[..., None]
    form: type[NoteForm]
    act: Callable[..., Letter]
    explanation: str


DEEDS = {
    "settle": Deed(
        "確認の結果を記録",
        "確認の結果を記録しました。",
        check_can_settle_letter,
        SettleForm,
        actions.settle_letter,
        "送信の途中で途切れたため、届いたかどうかをシステムは判断できません。相手先に確認した結果を選んでください。",
    ),
    "retry": Deed(
        "もう一度送る",
        "送信待ちに戻しました。まもなく送信します。",
        check_can_retry_letter,
        NoteForm,
        actions.retry_letter,
        "失敗の原因を直してから、同じ本文と添付書類でもう一度送ります。",
    ),
    "cancel": Deed(
        "送信を取り消す",
        "メールを取り消しました。",
        check_can_cancel_letter,
        NoteForm,
        actions.cancel_letter,
        "送信待ちのメールを取り消します。取り消したメールは送信できません。",
    ),
}


@require_http_methods(["GET", "POST"])
def decide_letter(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Settle, retry or cancel, with a reason."""
    letter = _find_letter(request, pk)
    deed = DEEDS[verb]
    deed.check(request.user, letter)
    form = deed.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decided = perform(deed.act, letter=letter, **form.cleaned_data, by=request.user, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if decided.settlement == form.cleaned_data["note"]:
                messages.success(request, deed.done)
            else:  # taken back in the same breath
                messages.warning(request, f"送信しませんでした。{decided.settlement}")
            return redirect(letter)
    context = {"letter": letter, "deed": deed, "form": form}
    return render(request, "correspondence/decide.html", context, status=422 if request.method == "POST" else 200)
