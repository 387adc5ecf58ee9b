"""The 告知書: answers are saved as one types, a section at a time; it works on paper-like pages without script too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.screen import person
from core.clock import now
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from correspondence.models import Document
from quotes import actions
from quotes.asking import asked_of, plan_of
from quotes.contradicting import contradictions_of
from quotes.forms import GiverForm
from quotes.models import Quote
from quotes.permissions import check_can_edit_quote
from quotes.queries import answers_shown, case_of, last_giver
from quotes.questionnaire import SectionView, Typed, read_typed, sections
from quotes.views.finding import find_quote

EVERYTHING = "all"  # in place of a section's code


def answers(request: HttpRequest, number: str) -> HttpResponse:
    """The whole questionnaire. A post without script saves everything that was typed."""
    quote = find_quote(request, number)
    typed: Typed | None = None
    giver = _giver(request, quote)
    if request.method == "POST":
        typed = read_typed(quote.product_version.book, request.POST)
        if _save(quote, typed, giver, request) and not typed.errors:
            messages.success(request, "告知書の回答を保存しました。")
            context = _context(request, quote, None, giver)
            done = all(section.is_done for section in context["sections"]) and not context["unsettled"]
            return redirect("quotes:plans" if done else "quotes:answers", quote.number)
    context = _context(request, quote, typed, giver)
    bad = bool(giver.is_bound and giver.errors) or bool(typed and typed.errors)
    return render(request, "quotes/answers.html", context, status=422 if bad else 200)


@require_POST
def save_section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """Save one section as somebody types (htmx). Returns what changed on the page: the section's state, progress,
    contradictions, and any section whose questions appeared or went."""
    quote = find_quote(request, number)
    before = {view.code: _looks(view) for view in _sections(quote)}
    typed = read_typed(quote.product_version.book, request.POST, section)
    giver = _giver(request, quote)
    saved = _save(quote, typed, giver, request)
    quote.refresh_from_db()
    context = _context(request, quote, typed, giver)
    views: list[SectionView] = context["sections"]
    context |= {
        "saved": saved and not typed.errors,
        "at": now(),
        "section": next((view for view in views if view.code == section), None),
        "changed": [view for view in views if _looks(view) != before[view.code]],
        "errors": typed.errors,
        # A half-typed explanation is not swept away while the list is the same.
        "contradictions_changed": request.POST.get("contradictions", "") != context["contradictions_shown"],
    }
    return render(request, "quotes/_saved.html", context)


@require_POST
def confirm_section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """The customer says that answers of an earlier form still hold: those of a section, all, or the `only` one."""
    quote = find_quote(request, number)
    book = quote.product_version.book
    ids = [question.id for question in book.questions if section in (question.section, EVERYTHING)]
    if quote.is_renewal and section == EVERYTHING:
        ids = list(plan_of(quote).unchanged)  # what must be asked is said one by one
    if only := request.POST.get("only"):
        ids = [name for name in ids if name == only]

    def confirm(who: dict[str, Any]) -> str:
        done = perform(actions.confirm_carried, quote=quote, question_ids=ids, by=request.user, at=now(), **who)
        return f"引き継いだ回答{len(done)}問を、本年の回答として確認しました。"

    return _deed(request, quote, confirm, f"q-{only}" if only else f"section-{section}")


@require_POST
def attach_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Lay the chosen document beside one answer."""
    quote = find_quote(request, number)
    only = request.POST.get("only", "")

    def attach(who: dict[str, Any]) -> str:
        if who.get("evidence") is None:
            raise Refused("「もとになった書類」を選んでから、もう一度押してください。")
        perform(
            actions.attach_evidence, quote=quote, question_id=only, evidence=who["evidence"], by=request.user, at=now()
        )
        return f"「{who['evidence'].filename}」を回答の裏付けとして付けました。"

    return _deed(request, quote, attach, f"q-{only}")


@require_POST
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what the customer says to a contradiction."""
    quote = find_quote(request, number)
    fingerprint = request.POST.get("only", "")

    def told(who: dict[str, Any]) -> str:
        said = {name: who[name] for name in ("given_by", "source")}
        text = request.POST.get(f"explain-{fingerprint}", "")
        perform(
            actions.explain_contradiction, quote=quote, fingerprint=fingerprint, text=text, by=request.user, at=now(),
            **said,
        )  # fmt: skip
        return "お客さまの説明を記録しました。"

    return _deed(request, quote, told, "contradictions")


def _deed(request: HttpRequest, quote: Quote, deed: Callable[[dict[str, Any]], str], anchor: str) -> HttpResponse:
    """A button inside the questionnaire: what was typed elsewhere on the page is saved with it, nothing is lost."""
    giver = _giver(request, quote)
    typed = read_typed(quote.product_version.book, request.POST)
    for name in typed.values.keys() - typed.seen.keys():
        del typed.values[name]
    if not giver.is_valid():
        messages.error(request, "回答した方のお名前と回答の受け方を入力してから、もう一度押してください。")
    else:
        _save(quote, typed, giver, request)
        try:
            messages.success(request, deed(giver.cleaned_data))
        except Refused as refusal:
            messages.error(request, refusal.message)
        for sentence in typed.errors.values():
            messages.warning(request, sentence)
    return redirect(f"{reverse('quotes:answers', args=[quote.number])}#{anchor}")


def _giver(request: HttpRequest, quote: Quote) -> GiverForm:
    return GiverForm(request.POST or None, initial=last_giver(quote), documents=_documents(quote))


def _documents(quote: Quote) -> QuerySet[Document]:
    """What the customer handed in for this quote, or for himself."""
    return (Document.objects.about(quote) | Document.objects.about(quote.customer)).defer("content").order_by("-pk")


def _save(quote: Quote, typed: Typed, giver: GiverForm, request: HttpRequest) -> bool:
    """Save what can be saved; what cannot stays on the screen with its sentence."""
    if not giver.is_valid():
        return False
    try:
        saved = perform(
            actions.save_answers, quote=quote, values=typed.values, seen=typed.seen, by=request.user, at=now(),
            **giver.cleaned_data,
        )  # fmt: skip
    except Refused as refusal:
        giver.refuse(refusal)
        return False
    typed.refuse(saved.refused)
    return True


def _looks(view: SectionView) -> list[tuple[str, bool]]:
    """What makes a section look different: which questions are asked, which wait for a confirmation."""
    return [(row.id, row.carried) for row in view.rows]


def _sections(quote: Quote, typed: Typed | None = None) -> list[SectionView]:
    rows = answers_shown(quote)
    case = case_of(quote, rows)
    return sections(case.book, rows, case.risk.facts, typed)


def _context(request: HttpRequest, quote: Quote, typed: Typed | None, giver: GiverForm) -> dict[str, Any]:
    rows = answers_shown(quote)
    case = case_of(quote, rows)
    views = sections(case.book, rows, case.risk.facts, typed)
    found = contradictions_of(quote, case, rows)
    return {
        "quote": quote,
        "book": quote.product_version.book,
        "sections": views,
        "asked": sum(view.asked for view in views),
        "answered": sum(view.answered for view in views),
        "carried": sum(view.carried for view in views),
        "to_ask": asked_of(quote, rows, case) if quote.is_renewal and quote.status == Quote.Status.DRAFT else None,
        "confirmable": sum(view.confirmable for view in views),
        "contradictions": found,
        "contradictions_shown": ",".join(one.anchor for one in found),
        "unsettled": sum(not one.is_settled for one in found),
        "giver_form": giver,
        "can_attach": "evidence" in giver.fields,
        "locked": why_not(check_can_edit_quote, person(request), quote),
    }
