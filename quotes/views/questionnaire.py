"""The 告知書: answers are saved as one types, a section at a time; it works on paper-like pages without script too."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.screen import person
from core.clock import now
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from quotes import actions
from quotes.forms import GiverForm
from quotes.models import Quote
from quotes.permissions import check_can_edit_quote
from quotes.queries import case_of, last_giver
from quotes.questionnaire import SectionView, Typed, read_typed, sections
from quotes.views.finding import find_quote


def answers(request: HttpRequest, number: str) -> HttpResponse:
    """The whole questionnaire. A post without script saves everything that was typed."""
    quote = find_quote(request, number)
    typed: Typed | None = None
    giver = GiverForm(request.POST or None, initial=last_giver(quote))
    if request.method == "POST":
        book = quote.product_version.book
        typed = read_typed(book, request.POST)
        if _save(quote, typed, giver, request) and not typed.errors:
            messages.success(request, "告知書の回答を保存しました。")
            done = all(section.is_done for section in _sections(quote))
            return redirect("quotes:plans" if done else "quotes:answers", quote.number)
    context = _context(request, quote, typed, giver)
    bad = bool(giver.is_bound and giver.errors) or bool(typed and typed.errors)
    return render(request, "quotes/answers.html", context, status=422 if bad else 200)


@require_POST
def save_section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """Save one section as somebody types (htmx). Returns what changed on the page: the section's state, progress, and
    any section whose questions appeared or went."""
    quote = find_quote(request, number)
    before = {view.code: [row.id for row in view.rows] for view in _sections(quote)}
    typed = read_typed(quote.product_version.book, request.POST, section)
    giver = GiverForm(request.POST, initial=last_giver(quote))
    saved = _save(quote, typed, giver, request)
    quote.refresh_from_db()
    context = _context(request, quote, typed, giver)
    views: list[SectionView] = context["sections"]
    changed = [view for view in views if [row.id for row in view.rows] != before[view.code]]
    context |= {
        "saved": saved and not typed.errors,
        "at": now(),
        "section": next((view for view in views if view.code == section), None),
        "changed": changed,
        "errors": typed.errors,
    }
    return render(request, "quotes/_saved.html", context)


@require_POST
def confirm_section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """The customer says that last year's answers of a section still hold."""
    quote = find_quote(request, number)
    ids = [question.id for question in quote.product_version.book.questions if question.section == section]
    giver = GiverForm(request.POST)
    if not giver.is_valid():
        messages.error(request, "回答した方のお名前と回答の受け方を入力してから、もう一度押してください。")
    else:
        try:
            confirmed = perform(
                actions.confirm_carried, quote=quote, question_ids=ids, by=request.user, at=now(), **giver.cleaned_data
            )
            messages.success(request, f"前年の回答{len(confirmed)}問を、本年の回答として確認しました。")
        except Refused as refusal:
            messages.error(request, refusal.message)
    return redirect(f"{reverse('quotes:answers', args=[quote.number])}#section-{section}")


def _save(quote: Quote, typed: Typed, giver: GiverForm, request: HttpRequest) -> bool:
    """Save what can be saved; what cannot stays on the screen with its sentence."""
    if not giver.is_valid():
        return False
    try:
        perform(actions.save_answers, quote=quote, values=typed.values, by=request.user, at=now(), **giver.cleaned_data)
    except Refused as refusal:
        giver.refuse(refusal)
        return False
    return True


def _sections(quote: Quote, typed: Typed | None = None) -> list[SectionView]:
    case = case_of(quote)
    return sections(case.book, quote.answers.all(), case.risk.facts, typed)


def _context(request: HttpRequest, quote: Quote, typed: Typed | None, giver: GiverForm) -> dict[str, Any]:
    views = _sections(quote, typed)
    return {
        "quote": quote,
        "book": quote.product_version.book,
        "sections": views,
        "asked": sum(view.asked for view in views),
        "answered": sum(view.answered for view in views),
        "giver_form": giver,
        "locked": why_not(check_can_edit_quote, person(request), quote),
    }
