"""Doors of the customers' room. The customer's whole file is shown by the desk, which sees every room."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.permissions import check_can_write
from accounts.screen import person
from core.clock import jst, now
from core.doors import perform
from core.errors import Refused
from core.screens import paginate, why_not
from customers import actions
from customers.forms import (
    ConsentForm,
    ContactForm,
    CustomerForm,
    CustomerSearchForm,
    NewCustomerForm,
    SalesForm,
    digits,
)
from customers.models import Contact, Customer
from customers.queries import Lookalike, addresses_at, consent_at, lookalikes, primary_contact
from customers.rules import Identity
from customers.states import ElectronicWay


def find_customer(request: HttpRequest, number: str) -> Customer:
    """The customer of the person's own agency, or 404."""
    return get_object_or_404(Customer.objects.visible_to(request.user).select_related("in_charge"), number=number)


def list_customers(request: HttpRequest) -> HttpResponse:
    form = CustomerSearchForm(request.GET, user=person(request))
    page = paginate(request, form.filter(Customer.objects.visible_to(request.user).select_related("in_charge")))
    template = "customers/_rows.html" if request.htmx else "customers/list.html"  # type: ignore[attr-defined]
    return render(request, template, {"form": form, "page": page})


def new_customer(request: HttpRequest) -> HttpResponse:
    """Register. Likely duplicates are shown once before saving; the same set is not asked about twice."""
    user = person(request)
    form = NewCustomerForm(request.POST or None, user=user)
    alike: list[Lookalike] = []
    if request.method == "POST" and form.is_valid():
        alike = lookalikes(user.agency, _identity(form.cleaned_data))
        seen = _fingerprint(alike)
        certain = [pair for pair in alike if pair.likeness.certain]
        if certain:
            form.add_error(
                "corporate_number",
                f"この法人番号は {certain[0].customer.name} として登録済みです。そちらを使ってください。",
            )
        elif not alike or form.cleaned_data["duplicates_seen"] == seen:
            try:
                customer = perform(_register, form=form, by=user, at=now())
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"お客さま「{customer.name}」({customer.number})を登録しました。")
                return redirect("desk:customer", customer.number)
        else:
            form.data = {**request.POST.dict(), "duplicates_seen": seen}
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "lookalikes": alike, "title": "お客さまの登録"}
    return render(request, "customers/form.html", context, status=status)


def _register(*, form: NewCustomerForm, by: User, at: Any) -> Customer:
    """The customer, the first contact and the first sales figure: all or nothing."""
    customer = actions.register_customer(facts=form.customer_facts(), by=by, at=at)
    if contact := form.contact_facts():
        actions.save_contact(customer=customer, contact=None, facts=contact, by=by, at=at)
    if sales := form.sales_facts():
        actions.record_sales(customer=customer, by=by, at=at, **sales)
    return customer


def edit_customer(request: HttpRequest, number: str) -> HttpResponse:
    customer = find_customer(request, number)
    fields = list(CustomerForm.base_fields)
    initial = {name: getattr(customer, name) for name in fields}
    form = CustomerForm(request.POST or None, initial=initial, user=person(request))
    seen_version = request.POST.get("seen_version", str(customer.version))
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.correct_customer, customer=customer, facts=form.cleaned_data,
                seen_version=int(seen_version) if seen_version.isdecimal() else -1, by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "お客さま情報を保存しました。")
            return redirect("desk:customer", customer.number)
    context = {
        "form": form,
        "customer": customer,
        "title": "お客さま情報の変更",
        "seen_version": seen_version,
    }
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


def edit_contact(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    customer = find_customer(request, number)
    contact = get_object_or_404(Contact, pk=pk, customer=customer) if pk else None
    initial = {name: getattr(contact, name) for name in ContactForm.base_fields} if contact else None
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.save_contact, customer=customer, contact=contact, facts=form.cleaned_data,
                by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "ご担当者を保存しました。")
            return redirect("desk:customer", customer.number)
    title = "ご担当者の変更" if contact else "ご担当者の追加"
    context = {"form": form, "customer": customer, "title": title}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


def new_sales(request: HttpRequest, number: str) -> HttpResponse:
    customer = find_customer(request, number)
    form = SalesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.record_sales, customer=customer, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "売上高を登録しました。")
            return redirect("desk:customer", customer.number)
    context = {"form": form, "customer": customer, "title": "売上高の登録"}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


def consent(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's consents to electronic delivery, and beneath them the form for the next word."""
    customer, at = find_customer(request, number), now()
    standing, contact = consent_at(customer, at), primary_contact(customer)
    withdraws = "withdraw" in request.POST
    said_by = standing.said_by if standing else contact.name if contact else ""
    initial = {
        "ways": standing.ways if standing else ElectronicWay.values,
        "said_by": said_by,
        "happened_at": jst(at).replace(second=0, microsecond=0, tzinfo=None),
    }
    form = ConsentForm(request.POST or None, withdraws=withdraws, initial=initial)
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("desk:customer", args=[customer.number])
    if request.method == "POST" and form.is_valid():
        verb = actions.withdraw_consent if withdraws else actions.record_consent
        try:
            perform(verb, customer=customer, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"電磁的方法の{'承諾の撤回' if withdraws else '承諾'}を記録しました。")
            return redirect(back)
    context = {
        "form": form, "customer": customer, "standing": standing, "back": back,
        "lines": customer.consents.select_related("recorded_by").order_by("-at", "-pk"),
        "locked": why_not(check_can_write, request.user),
    }  # fmt: skip
    return render(request, "customers/consent.html", context, status=422 if form.errors else 200)


def postcode(request: HttpRequest) -> HttpResponse:
    """Suggestions for the address; the person may type anything else."""
    return render(
        request,
        "customers/_addresses.html",
        {"addresses": addresses_at(digits(request.GET.get("postcode", "")[:20]))},
    )


def _identity(cleaned: dict[str, Any]) -> Identity:
    names = ("name", "kana", "corporate_number", "postcode", "phone")
    return Identity(**{name: cleaned[name] for name in names})


def _fingerprint(alike: list[Lookalike]) -> str:
    """Names the set of lookalikes shown, so that saving on means: these were seen."""
    return hashlib.sha256(",".join(str(pair.customer.pk) for pair in alike).encode()).hexdigest()[:16]
