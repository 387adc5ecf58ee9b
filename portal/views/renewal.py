"""A renewal on one page: sales, the few questions, one tick for the rest; with script and without."""

from collections.abc import Set as AbstractSet
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from accounts.queries import robot
from core.doors import perform
from core.errors import Refused
from core.periods import one_year_after
from portal import actions
from portal.forms import SalesForm
from portal.queries import YES_OR_NO, quote_declarations
from portal.renewing import ASKED, RenewalPage, page_of
from portal.states import InvitationStatus, Purpose
from portal.views.finding import Guest, done, inside, page
from quotes.asking import form_of, plan_of
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.questionnaire import SEEN, Typed, read_typed

UNCHANGED, CONFIRMED = "unchanged", "nothing_changed"


def home(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Where a renewal begins: the page itself, or the signature when all is answered."""
    if plan_of(guest.quote).is_done:
        return done("portal:sign", guest)
    return _show(request, guest, _sales_form(guest.quote))


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def answers(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Read it again, or save it and go on to the signature."""
    if guest.invitation.purpose != Purpose.QUESTIONNAIRE or not guest.quote.is_renewal:
        raise Http404
    if guest.invitation.status == InvitationStatus.SIGNED and request.method != "POST":
        return done("portal:home", guest)
    if request.method != "POST":
        return _show(request, guest, _sales_form(guest.quote))
    return _save(request, guest)


def _save(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Save what can be saved; what cannot, and what is still open, stays on the page with its sentence."""
    quote, data = guest.quote, request.POST
    form = _sales_form(quote, data)
    typed, seen = _read(quote, data)
    confirmed = data.getlist(UNCHANGED) if data.get(CONFIRMED) == "yes" else []
    facts: dict[str, Any] = {"values": typed.values, "seen": seen, "unchanged": confirmed}
    refused: dict[str, str] = {}
    try:
        sales = actions.Sales(**form.cleaned_data) if form.is_valid() else None
        refused = perform(
            actions.answer_renewal, visitor=guest.visitor, sales=sales, by=robot(), at=guest.at, **facts
        )  # fmt: skip
    except Refused as refusal:
        if refusal.field not in form.fields:
            raise
        form.refuse(refusal)
        # The answers beside it are not lost for a figure.
        refused = perform(actions.answer_renewal, visitor=guest.visitor, sales=None, by=robot(), at=guest.at, **facts)
    quote.refresh_from_db()
    if form.is_valid() and not typed.errors and not refused and plan_of(quote).is_done:
        return done("portal:sign", guest)
    stood = {name.removeprefix(ASKED) for name in data if name.startswith(ASKED)}
    return _show(request, guest, form, typed, refused, stood, status=422)


def _sales_form(quote: Quote, data: QueryDict | None = None) -> SalesForm:
    """Last year's sales are not shown: this year's are asked. The year is the one after."""
    told = facts_from(quote.facts)
    last = form_of(quote.renewal_of)
    before = facts_from(last.facts).fiscal_year_end if last is not None else None
    initial: dict[str, Any] = {"sales_kind": told.sales_kind or "ACTUAL"}
    if told.sales_yen is not None:
        initial |= {"sales_yen": told.sales_yen, "fiscal_year_end": told.fiscal_year_end}
    elif before is not None:
        initial["fiscal_year_end"] = one_year_after(before)
    return SalesForm(data, initial=initial)


def _read(quote: Quote, data: QueryDict) -> tuple[Typed, dict[str, Any]]:
    """What was typed, and what the window had shown. A field that stood blank over last year's answer had shown
    nothing: left blank it says nothing, and an answer that came meanwhile is not written over."""
    book = quote.product_version.book
    typed = read_typed(book, data)
    allowed = {value for value, _ in YES_OR_NO}
    for declaration in quote_declarations(book):
        if data.get(declaration.id) in allowed:
            typed.values[declaration.id] = data[declaration.id]
    carried = set(quote.answers.filter(is_carried=True).values_list("question_id", flat=True))
    seen = dict(typed.seen)
    for name in list(typed.values):
        blank = ASKED + name in data
        if blank and typed.values[name] in (None, ""):
            del typed.values[name]
        elif blank and name in carried:
            seen.pop(name, None)
        elif blank:
            seen[name] = None
    return typed, {name: value for name, value in seen.items() if name in typed.values or name in carried}


def _show(
    request: HttpRequest,
    guest: Guest,
    form: SalesForm,
    typed: Typed | None = None,
    refused: dict[str, str] | None = None,
    stood: AbstractSet[str] = frozenset(),
    *,
    status: int = 200,
) -> HttpResponse:
    shown: RenewalPage = page_of(guest.quote, typed, refused, stood)
    # Answered in another window meanwhile: the question stands among this year's answers, the sentence above all.
    overtaken = [sentence for name, sentence in (refused or {}).items() if name not in shown.open_ids]
    return page(
        request, guest, "renewal", status=status, form=form, shown=shown, policy=guest.quote.renewal_of,
        asked=ASKED, seen=SEEN, wrong=status != 200, overtaken=overtaken,
    )  # fmt: skip
