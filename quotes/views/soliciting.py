"""The record of solicitation and the application."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import Role
from accounts.screen import person
from core.clock import jst, now
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from correspondence.models import Paper
from correspondence.states import PaperKind
from customers.queries import consent_at, primary_contact
from quotes import actions, permissions
from quotes.forms import ApplyForm, step_form
from quotes.models import Quote, Step
from quotes.queries import insurers_sold
from quotes.screens import items_of, option_view
from quotes.states import CUSTOMERS_WORD, StepKind
from quotes.views.finding import find_quote
from quotes.wording import authority_words

# The paper a step is about; it goes with the step into the record.
_PAPERS = {
    StepKind.DISCLOSURE_DELIVERED: PaperKind.DISCLOSURE,
    StepKind.QUESTIONNAIRE_SIGNED: PaperKind.QUESTIONNAIRE,
}


def record_step(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One deed of solicitation; with ?corrects= a new line instead of an old one."""
    quote, user, at = find_quote(request, number), person(request), now()
    if kind not in StepKind.values:
        raise Http404
    if kind in CUSTOMERS_WORD:
        return redirect("customers:consent", quote.customer.number)
    corrects = _corrected(request, quote, kind)
    contact = primary_contact(quote.customer)
    initial = {
        "happened_at": jst(at).replace(second=0, microsecond=0, tzinfo=None),
        "counterpart": contact.name if contact else "",
    }
    if corrects is not None:
        initial |= {"happened_at": jst(corrects.at).replace(tzinfo=None), "method": corrects.method,
                    "counterpart": corrects.counterpart, **corrects.detail}  # fmt: skip
    form = step_form(kind)(request.POST or None, quote=quote, kind=kind, user=user, on=jst(at).date(), initial=initial)
    paper = _paper_of(quote, kind)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            perform(
                actions.record_step, quote=quote, kind=kind, happened_at=cleaned["happened_at"],
                method=cleaned["method"], counterpart=cleaned.get("counterpart", ""), detail=form.detail(),
                paper=paper, corrects=corrects, done_by=cleaned["done_by"], by=user, at=at,
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"「{StepKind(kind).label}」を記録しました。")
            return redirect("quotes:apply", quote.number)
    words = authority_words(quote.agency, insurers_sold(quote.inception_on), user)
    context = {
        "quote": quote, "form": form, "title": StepKind(kind).label, "button": "記録する", "paper": paper,
        "words": words if kind == StepKind.AUTHORITY_SHOWN else "", "corrects": corrects,
    }  # fmt: skip
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


def _corrected(request: HttpRequest, quote: Quote, kind: str) -> Step | None:
    key = request.GET.get("corrects", "")
    if not key:
        return None
    return get_object_or_404(Step, pk=int(key) if key.isdecimal() and len(key) < 15 else 0, quote=quote, kind=kind)


def _paper_of(quote: Quote, kind: str) -> Paper | None:
    wanted = _PAPERS.get(StepKind(kind))
    if wanted is None or quote.offered_at is None:
        return None
    return Paper.objects.about(quote).filter(kind=wanted, filed_at__gte=quote.offered_at).first()


def apply(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist, and beneath it the application."""
    quote, user, at = find_quote(request, number), person(request), now()
    on = jst(at).date()
    contact = primary_contact(quote.customer)
    initial = {
        "received_at": jst(at).replace(second=0, microsecond=0, tzinfo=None),
        "applicant_name": contact.name if contact else "",
        "applicant_title": contact.title if contact else "",
    }
    book = quote.product_version.book
    form = ApplyForm(request.POST or None, quote=quote, book=book, user=user, on=on, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.apply, quote=quote, by=user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "申込を受け付けました。申込書を作成しました。")
            return redirect(quote)
    context: dict[str, Any] = {
        "quote": quote,
        "form": form,
        "items": items_of(quote, user, at),
        "may_see_register": user.role in {Role.MANAGER, Role.AUDITOR},
        "e_consent": consent_at(quote.customer, at),
        "insurers": insurers_sold(quote.inception_on),
        "options": [option_view(option, book) for option in quote.options.all()],
        "locked": why_not(permissions.check_can_apply, user, quote, on),
        "recording_locked": why_not(permissions.check_can_record_step, user, quote),
        "early_start": quote.inception_on < on,
    }
    return render(request, "quotes/apply.html", context, status=422 if form.errors else 200)
