"""Doors: what if, and what would help. They read; nothing is kept."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.money import format_yen
from products.book import Question
from products.risks import Selection
from proposals.queries import proposal_of
from proposals.what_helps import Suggestion, what_would_help
from proposals.what_if import Situation, measures_left
from quotes.facts import selection_from
from quotes.forms import SelectionForm
from quotes.models import Quote, QuoteOption
from quotes.queries import case_of, rating_facts
from quotes.replaying import Rerated
from quotes.screens import cover_lines
from quotes.views.finding import find_quote

OUTCOMES = {"accept": ("提示できます", "good"), "ask": ("確認が必要", "warn"), "refer": ("引受照会", "wait"),
            "decline": ("引受不可", "bad")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A trial in words."""

    premium: str
    outcome: str
    style: str
    reasons: tuple[str, ...]


def what_if(request: HttpRequest, number: str) -> HttpResponse:
    """Another limit, deductible, rider or measure: the premium and the difference at once."""
    quote = find_quote(request, number)
    options = list(quote.options.all())
    option = _option(request, options)
    if option is None:
        return render(request, "proposals/what_if.html", {"quote": quote, "options": []})
    situation = _situation(quote, option)
    form = _selection_form(request, situation)
    chosen = form.selection() if form.is_bound and form.is_valid() else situation.selection
    left = measures_left(situation.book, situation.answers)
    taken = [question for question in left if question.id in request.GET.getlist("measures")]
    before = situation.now()
    after = situation.with_changes(chosen, taken) if not form.errors else None
    context = {
        "quote": quote, "options": options, "option": option, "form": form, "book": situation.book,
        "riders": _riders(situation, chosen), "sections": _by_section(situation, left),
        "taken": [question.id for question in taken], "taken_words": [question.wording for question in taken],
        "before": _shown(before), "after": _shown(after) if after else None, "difference": _difference(before, after),
        "cover": cover_lines(chosen, situation.book),
    }  # fmt: skip
    template = "proposals/_what_if.html" if request.htmx else "proposals/what_if.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form.errors else 200)


def what_helps(request: HttpRequest, number: str) -> HttpResponse:
    """The smallest truthful changes that turn the case into an offer, or save most."""
    quote = find_quote(request, number)
    option = _option(request, list(quote.options.all()))
    proposal = proposal_of(quote)
    found: list[Suggestion] = []
    now: Rerated | None = None
    if option is not None:
        situation = _situation(quote, option)
        now = situation.now()
        found = what_would_help(situation, proposal.wish.wishes if proposal else None)
    budget = proposal.wish.budget_yen if proposal else None
    context = {
        "quote": quote, "option": option, "suggestions": found, "now": _shown(now) if now else None,
        "over_yen": max(0, now.premium_yen - budget) if now and now.premium_yen and budget else 0, "budget": budget,
    }  # fmt: skip
    template = "proposals/_what_helps.html" if request.htmx else "proposals/what_helps.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _option(request: HttpRequest, options: list[QuoteOption]) -> QuoteOption | None:
    """The option asked for, else the first."""
    key = request.GET.get("option", "")
    return next((option for option in options if str(option.pk) == key), options[0] if options else None)


def _situation(quote: Quote, option: QuoteOption) -> Situation:
    case = case_of(quote)
    return Situation(rating_facts(quote, case.facts), case.answers, case.book, selection_from(option.selection))


def _selection_form(request: HttpRequest, situation: Situation) -> SelectionForm:
    form = SelectionForm(request.GET if "liability_yen" in request.GET else None, book=situation.book)
    if not form.is_bound:
        form.initial = {
            name: list(value) if isinstance(value, tuple) else str(value)
            for name, value in situation.selection.facts().items()
        }
    return form


def _riders(situation: Situation, chosen: Selection) -> list[tuple[str, str, bool]]:
    return [
        (rider.code, rider.label, rider.code in chosen.riders)
        for rider in situation.book.riders
        if rider.available_in(chosen.plan) == "optional"
    ]


def _by_section(situation: Situation, left: list[Question]) -> list[tuple[str, list[Question]]]:
    sections = ((s.label, [q for q in left if q.section == s.code]) for s in situation.book.sections)
    return [(label, questions) for label, questions in sections if questions]


def _shown(found: Rerated) -> Shown:
    label, style = OUTCOMES[found.outcome]
    premium = found.unpriced_reason if found.premium_yen is None else format_yen(found.premium_yen)
    return Shown(premium, label, style, tuple(found.reasons))


def _difference(before: Rerated, after: Rerated | None) -> str:
    """−12,340円, +5,000円, 変わりません; nothing where there is no premium."""
    if after is None or before.premium_yen is None or after.premium_yen is None:
        return ""
    change = after.premium_yen - before.premium_yen
    if not change:
        return "変わりません"
    return f"{'+' if change > 0 else '−'}{format_yen(abs(change))}"
