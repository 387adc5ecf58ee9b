"""Making a quote: opening it, the facts, and the cover, priced as one looks."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from customers.models import Customer
from policies.models import Policy
from products.models import ProductVersion
from products.queries import version_on
from products.risks import selection_of
from products.terms import earliest_inception
from quotes import actions
from quotes.facts import selection_from
from quotes.forms import DeclarationsForm, FactsForm, GiverForm, NewQuoteForm, SelectionForm
from quotes.models import Quote, QuoteOption
from quotes.pricing import builder, grid, grid_selection, other_products, payment_views
from quotes.queries import Case, case_of, last_giver
from quotes.screens import cover_lines, option_view
from quotes.views.finding import find_quote, find_quote_to_price, seen_version


def new_quote(request: HttpRequest) -> HttpResponse:
    """Choose the customer, then product and start."""
    user = person(request)
    number = request.GET.get("customer", "")
    if not number:
        text = request.GET.get("q", "").strip()[:100]
        customers = Customer.objects.visible_to(user)
        found = customers.search(text).order_by("kana_folded", "pk")[:20] if text else []
        return render(request, "quotes/choose_customer.html", {"customers": found, "q": text})
    customer = get_object_or_404(Customer.objects.visible_to(user), number=number)
    on = today()
    form = NewQuoteForm(request.POST or None, on=on, initial={"inception_on": on + timedelta(days=30)})
    if request.method == "POST" and form.is_valid():
        try:
            quote = perform(
                actions.open_quote, customer=customer, renewal_of=None, by=user, at=now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"見積{quote.number}を作成しました。")
            return redirect(
                "quotes:plans" if quote.product_version.book.limits_are_packages else "quotes:facts", quote.number
            )
    context = {"form": form, "customer": customer}
    return render(request, "quotes/new.html", context, status=422 if form.errors else 200)


@require_POST
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """A new contract after one that has ended: from today while 16:00 has not struck, else from tomorrow. The quote
    that is already open is shown."""
    policy = get_object_or_404(Policy.objects.visible_to(request.user).select_related("customer"), number=number)
    standing = policy.resuming_quotes.open().first()
    if standing is not None:
        return redirect(standing)
    at = now()
    product = policy.product_version.product
    try:
        first = today() if at <= at_four(today()) else today() + timedelta(days=1)
        version = version_on(product.code, first)
        start = earliest_inception(version.book, first)
        quote = perform(
            actions.open_quote, customer=policy.customer, product_version=version_on(product.code, start),
            inception_on=start, resumes=policy, by=request.user, at=at,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, " ".join((refusal.message, *refusal.reasons)))
        return redirect(policy)
    messages.success(request, f"新しい契約の見積{quote.number}を作成しました。今年の売上高と告知を確認してください。")
    return redirect(quote)


def edit_facts(request: HttpRequest, number: str) -> HttpResponse:
    """The company's line of business and sales."""
    quote = find_quote(request, number)
    case = case_of(quote)
    form = FactsForm(
        request.POST or None, book=case.book, is_renewal=quote.is_renewal,
        initial={**case.facts.as_json(), "inception_on": quote.inception_on},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.save_facts, quote=quote, facts=form.facts(), inception_on=form.cleaned_data["inception_on"],
                seen_version=seen_version(request), by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "リスク情報を保存しました。")
            return redirect("quotes:answers" if case.book.questions else "quotes:plans", quote.number)
    context = {
        "quote": quote, "form": form, "title": "リスク情報", "button": "保存して次へ",
        "seen_version": request.POST.get("seen_version", quote.version),
    }  # fmt: skip
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


def plans(request: HttpRequest, number: str) -> HttpResponse:
    """The cover: the grid of a product of packages on one screen, or the builder of limits and riders."""
    quote = find_quote_to_price(request, number)
    if quote.product_version.book.limits_are_packages:
        return _grid_page(request, quote)
    return _builder_page(request, quote)


def _grid_page(request: HttpRequest, quote: Quote) -> HttpResponse:
    """Facts, declarations and every plan with its premium; saved together, so the grid always fits the facts."""
    answered = list(quote.answers.all())
    case, giver = case_of(quote, answered), last_giver(quote, answered)
    facts = FactsForm(
        request.POST or None, book=case.book, is_renewal=quote.is_renewal,
        initial={**case.facts.as_json(), "inception_on": quote.inception_on},
    )  # fmt: skip
    said = DeclarationsForm(request.POST or None, book=case.book, initial=dict(case.confirmed()))
    who = GiverForm(request.POST or None, initial=giver)
    if request.method == "POST" and all([facts.is_valid(), said.is_valid(), who.is_valid()]):
        try:
            perform(
                _save_simple, quote=quote, facts=facts, said=said, who=who, seen=seen_version(request),
                by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            facts.refuse(refusal)
        else:
            messages.success(request, "保存して、保険料を計算しました。")
            return redirect(f"{reverse('quotes:plans', args=[quote.number])}?{_rider_query(request.POST)}#grid")
    options = list(quote.options.all())
    riders = request.POST.getlist("riders") if request.method == "POST" else _riders(request, case, options)
    context = {
        "quote": quote, "book": case.book, "facts_form": facts, "declarations_form": said, "giver_form": who,
        "seen_version": request.POST.get("seen_version", quote.version),
        **_grid_context(quote, case, options, riders),
    }  # fmt: skip
    errors = facts.errors or said.errors or who.errors
    if request.htmx and request.method == "GET":  # type: ignore[attr-defined]
        return render(request, "quotes/_grid.html", context)
    return render(request, "quotes/plans_grid.html", context, status=422 if errors else 200)


def _save_simple(
    *, quote: Quote, facts: FactsForm, said: DeclarationsForm, who: GiverForm, seen: int, by: Any, at: Any
) -> None:
    """Facts and declarations, all or nothing."""
    row = actions.save_facts(
        quote=quote,
        facts=facts.facts(),
        inception_on=facts.cleaned_data["inception_on"],
        seen_version=seen,
        by=by,
        at=at,
    )
    actions.save_answers(quote=row, values=said.cleaned_data, by=by, at=at, **who.cleaned_data)


def _riders(request: HttpRequest, case: Case, options: list[QuoteOption]) -> list[str]:
    """The toggles as asked for; on a first look those of the options that stand, or of the plans themselves."""
    if "riders" in request.GET or "shown" in request.GET:
        return request.GET.getlist("riders")
    return list(options[0].selection["riders"]) if options else list(case.book.plans_for_sale[0].riders)


def _rider_query(data: Any) -> str:
    return "&".join(["shown=1", *(f"riders={code}" for code in data.getlist("riders") if code.isidentifier())])


def _grid_context(quote: Quote, case: Case, options: list[QuoteOption], riders: list[str]) -> dict[str, Any]:
    shown = grid(case, riders, options)
    return {
        "grid": shown,
        "riders": riders,
        "rider_query": "".join(f"riders={code}&" for code in riders if case.book.rider(code)),
        "options": [option_view(option, case.book) for option in options],
        "others": other_products(quote) if shown.reasons else [],
        "payments": payment_views(case.book),
        "editable": quote.status == Quote.Status.DRAFT,
        "ready": bool(options) and not shown.reasons and not shown.asks,
    }


def _builder_page(request: HttpRequest, quote: Quote) -> HttpResponse:
    """Limits, deductible, waiting hours and riders, with the premium at once."""
    case = case_of(quote)
    wanted = request.POST or request.GET
    plan = case.book.plan(request.GET.get("plan", ""))
    options = list(quote.options.all())
    start = selection_of(plan or case.book.plans_for_sale[0])
    if plan is None and options:
        start = selection_from(options[0].selection)
    view = builder(case, SelectionForm(wanted if "liability_yen" in wanted else None, book=case.book), start)
    context = {
        "quote": quote, "book": case.book, "view": view, "cover": cover_lines(view.selection, case.book),
        "editable": quote.status == Quote.Status.DRAFT,
        "options": [option_view(option, case.book) for option in options],
    }  # fmt: skip
    template = "quotes/_builder.html" if request.htmx else "quotes/plans_builder.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if view.form.errors else 200)


@require_POST
def add_option(request: HttpRequest, number: str) -> HttpResponse:
    """Put a cover on the quote: a plan of the grid, or what the builder shows."""
    quote = find_quote(request, number)
    book = quote.product_version.book
    try:
        if "liability_yen" not in request.POST:
            selection = grid_selection(book, request.POST.get("plan", ""), request.POST.getlist("riders"))
        else:
            form = SelectionForm(request.POST, book=book)
            if not form.is_valid():
                return _builder_page(request, quote)
            selection = form.selection()
        option = perform(actions.add_option, quote=quote, selection=selection, by=request.user, at=now())
        messages.success(request, f"プラン「{option.label}」を見積に加えました。")
    except Refused as refusal:
        messages.error(request, "\n".join([refusal.message, *refusal.reasons]))
        if "liability_yen" in request.POST:
            return _builder_page(request, quote)
    query = _rider_query(request.POST) if "liability_yen" not in request.POST else ""
    return redirect(f"{reverse('quotes:plans', args=[quote.number])}?{query}#options")


@require_POST
def remove_option(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a cover off the quote."""
    quote = find_quote(request, number)
    option = quote.options.filter(pk=pk).first()
    if option is not None:
        try:
            perform(actions.remove_option, quote=quote, option=option, by=request.user, at=now())
            messages.success(request, f"プラン「{option.label}」を外しました。")
        except Refused as refusal:
            messages.error(request, refusal.message)
    return redirect(f"{reverse('quotes:plans', args=[quote.number])}#options")


def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a plan's premium, as a page or as a piece of one."""
    quote = find_quote(request, number)
    case = case_of(quote)
    selection = grid_selection(case.book, request.GET.get("plan", ""), request.GET.getlist("riders"))
    found, why = case.price(selection)
    context = {
        "quote": quote, "receipt": found.as_json() if found else None, "why": why,
        "cover": cover_lines(selection, case.book),
    }  # fmt: skip
    return render(request, "quotes/_receipt.html" if request.htmx else "quotes/receipt.html", context)  # type: ignore[attr-defined]


@require_POST
def other_product(request: HttpRequest, number: str) -> HttpResponse:
    """Quote another product for the same wish, with the same facts."""
    quote = find_quote(request, number)
    key = request.POST.get("product_version", "")
    version = get_object_or_404(ProductVersion, pk=int(key) if key.isdecimal() and len(key) < 10 else 0)
    try:
        made = perform(
            actions.open_quote, customer=quote.customer, product_version=version, inception_on=quote.inception_on,
            like=quote, by=request.user, at=now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(quote)
    messages.success(request, f"{version.product.name}の見積{made.number}を作成しました。続きを入力してください。")
    return redirect("quotes:facts", made.number)
