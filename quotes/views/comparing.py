"""Comparing the products for one customer: the table, its paper, and the quote that follows."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from customers.models import Customer
from quotes import actions
from quotes.comparing import Candidate, Column, Comparison, compare
from quotes.forms import WishForm
from quotes.models import Quote
from quotes.papers import file_comparison
from quotes.queries import facts_of_customer

FIRST_LIABILITY, FIRST_COST = 100_000_000, 30_000_000
IMAGINED_COST = 13_000_000  # what a break-in to a cloud service cost, of S003's cases


def comparison(request: HttpRequest, number: str) -> HttpResponse:
    """Every product the agency sells, priced for this customer."""
    customer, form = _asked(request, number)
    found = _compared(customer, form)
    context = {
        "customer": customer, "form": form, "comparison": found, "query": request.GET.urlencode(),
        "by_product": [(one, len(one.columns)) for one in found.candidates if one.columns] if found else [],
    }  # fmt: skip
    return render(request, "quotes/compare.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the comparison as a 比較表."""
    customer, form = _asked(request, number)
    found = _compared(customer, form)
    try:
        if found is None:
            raise Refused("比較の条件を入力してから、比較表を作成してください。")
        paper = perform(file_comparison, comparison=found, by=person(request), at=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('quotes:compare', args=[number])}?{request.GET.urlencode()}")
    return redirect(paper)


@require_POST
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Open a quote for one of the covers."""
    customer, form = _asked(request, number)
    found = _compared(customer, form)
    try:
        if found is None:
            raise Refused("比較の条件を入力してから、商品を選んでください。")
        candidate, column = found.column(request.POST.get("cover", ""))
        quote = perform(_open, comparison=found, candidate=candidate, column=column, by=person(request), at=now())
    except Refused as refusal:
        messages.error(request, "\n".join([refusal.message, *refusal.reasons]))
        return redirect(f"{reverse('quotes:compare', args=[number])}?{request.GET.urlencode()}")
    messages.success(request, f"{candidate.book.name}の見積{quote.number}を作成しました。続きを入力してください。")
    return redirect(quote)


def _asked(request: HttpRequest, number: str) -> tuple[Customer, WishForm]:
    """The customer, and the wish as the address has it; at first what the customer's file knows."""
    customer = get_object_or_404(Customer.objects.visible_to(person(request)), number=number)
    known = facts_of_customer(customer)
    first = {
        "industry": customer.industry, "sales_yen": known.sales_yen, "inception_on": today() + timedelta(days=30),
        "liability_yen": FIRST_LIABILITY, "cost_yen": FIRST_COST, "loss_cost_yen": IMAGINED_COST,
    }  # fmt: skip
    return customer, WishForm(request.GET if "sales_yen" in request.GET else None, initial=first)


def _compared(customer: Customer, form: WishForm) -> Comparison | None:
    if not form.is_bound or not form.is_valid():
        return None
    return compare(customer, form.wish(facts_of_customer(customer)))


def _open(*, comparison: Comparison, candidate: Candidate, column: Column, by: User, at: datetime) -> Quote:
    """A quote with the facts of the wish and the chosen cover, all or nothing."""
    wish = comparison.wish
    quote = actions.open_quote(
        customer=comparison.customer, product_version=candidate.version, inception_on=wish.inception_on, by=by, at=at
    )
    quote = actions.save_facts(
        quote=quote, facts=wish.facts, inception_on=wish.inception_on, seen_version=quote.version, by=by, at=at
    )
    actions.add_option(quote=quote, selection=column.selection, by=by, at=at)
    return quote
