"""All members of one programme and one expiry day (団体の更改)."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.screen import person
from core.clock import today
from core.screens import paginate
from correspondence.queries import dead_addresses
from products.models import Product
from renewals.groups import NO_MAIL, group_of, members_of, search_of, without_mail
from renewals.listing import renewal_lines
from renewals.plan_forms import parse_day
from renewals.planning import calendar_for
from renewals.search_forms import RenewalSearchForm
from renewals.states import BatchVerb, RenewalStatus
from renewals.views.board import csv_of


def show_group(request: HttpRequest, product: str, day: str) -> HttpResponse:
    user, on, ends_on = person(request), today(), parse_day(day)
    if ends_on is None or not date(2000, 1, 1) <= ends_on <= date(2200, 1, 1):
        raise Http404
    sold = get_object_or_404(Product, code=product)
    dead = dead_addresses(user.agency)
    show = request.GET.get("show", "")
    known = {"", "all", NO_MAIL, *RenewalStatus.values}
    members = members_of(user, sold, ends_on).order_by("policy__number", "pk")
    query = search_of(sold, ends_on, "" if show not in known or show == NO_MAIL else show)
    if show == NO_MAIL:
        rows = without_mail(members, dead).in_work()
    else:
        # The very search a batch over all rows will run.
        search = {"product": sold.code, "since": str(ends_on), "until": str(ends_on), "stage": show}
        rows = RenewalSearchForm(search, user=user, on=on).filter(members)
    if request.GET.get("format") == "csv":
        return csv_of(request, rows, f"団体の更改_{sold.code}_{ends_on:%Y%m%d}.csv")
    context = {
        "product": sold,
        "ends_on": ends_on,
        "on": on,
        "group": group_of(user, sold, ends_on, dead),
        "calendar": calendar_for(user.agency, sold.code, on),
        "show": show,
        "page": (page := paginate(request, rows)),
        "lines": renewal_lines(page, on),
        # By post there is no batch: whoever has no mail is ticked one by one elsewhere.
        "verbs": () if show == NO_MAIL else BatchVerb.choices,
        "query": query,
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "renewals/_rows.html", context)
    return render(request, "renewals/group.html", context)
