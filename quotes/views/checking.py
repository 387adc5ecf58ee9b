"""The self-check page: what the answers say about the company's security, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from products.self_check import self_check as check_of
from quotes.pictures import bars_of
from quotes.queries import case_of
from quotes.views.finding import find_quote


def self_check(request: HttpRequest, number: str) -> HttpResponse:
    """From the confirmed answers alone."""
    quote = find_quote(request, number)
    case = case_of(quote)
    check = check_of(case.book, case.confirmed(), case.risk.facts)
    bars, height = bars_of(check)
    return render(request, "quotes/self_check.html", {"quote": quote, "check": check, "bars": bars, "height": height})
