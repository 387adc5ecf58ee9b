"""Doors of the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.history import timeline
from customers.models import Customer
from customers.queries import latest_sales


def today(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/today.html")


def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    customers = Customer.objects.visible_to(request.user).search(query)[:20] if query else []
    return render(request, "desk/search.html", {"query": query, "customers": customers})


def customer(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Customer.objects.visible_to(request.user).select_related("in_charge"), number=number)
    context = {"customer": found, "sales": latest_sales(found), "events": timeline(found)[:100]}
    return render(request, "desk/customer.html", context)
