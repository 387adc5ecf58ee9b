"""Doors: the wish, the comparison that answers it, its paper, and the proposal that opens a quote."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.permissions import check_can_write
from accounts.screen import person
from core.clock import jst, now, today
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from customers.industries import Industry
from customers.models import Customer
from customers.queries import primary_contact
from proposals import actions
from proposals.comparing import Comparison, compare, wished_of
from proposals.forms import ProposalForm, WishForm
from proposals.models import Wish
from proposals.needs import needs
from proposals.papers import file_comparison
from proposals.queries import first_wish
from proposals.rules import ORDER
from proposals.tables import premium_words, rows_of
from quotes.queries import facts_of_customer

FIRST_LIABILITY, FIRST_COST = 100_000_000, 30_000_000


def wish(request: HttpRequest, number: str) -> HttpResponse:
    """Take down what the customer wants; with ?corrects= the wish he had before is the start."""
    user, at = person(request), now()
    customer = get_object_or_404(Customer.objects.visible_to(user).select_related("agency"), number=number)
    before = _before(request, customer)
    known = facts_of_customer(customer)
    initial = _first_guess(customer, at) if before is None else _again(before, at)
    form = WishForm(request.POST or None, user=user, on=jst(at).date(), known=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = perform(
                actions.record_wish, customer=customer, facts=form.facts(), corrects=before,
                heard_by=form.cleaned_data["heard_by"], by=user, at=at,
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "意向を記録しました。ご意向の順に、取り扱っている商品を並べています。")
            return redirect(made)
    context = {"customer": customer, "form": form, "before": before}
    return render(request, "proposals/wish.html", context, status=422 if form.errors else 200)


def _before(request: HttpRequest, customer: Customer) -> Wish | None:
    key = request.GET.get("corrects", "")
    if not key:
        return None
    return get_object_or_404(Wish, pk=int(key) if key.isdecimal() and len(key) < 15 else 0, customer=customer)


def _first_guess(customer: Customer, at: datetime) -> dict[str, Any]:
    """What the customer's file knows."""
    known, contact = facts_of_customer(customer), primary_contact(customer)
    return {
        "industry": customer.industry, "sales_yen": known.sales_yen, "fiscal_year_end": known.fiscal_year_end,
        "sales_kind": known.sales_kind, "inception_on": today() + timedelta(days=30),
        "liability_yen": FIRST_LIABILITY, "cost_yen": FIRST_COST,
        "told_by": contact.name if contact else "", "at": _minute(at),
    }  # fmt: skip


def _again(before: Wish, at: datetime) -> dict[str, Any]:
    """The wish as it was told before; who told the new one and when is asked anew."""
    names = (
        "risks", "must_haves", "liability_yen", "cost_yen", "budget_yen", "inception_on", "words", "told_by", "method",
        "loss_liability_yen", "loss_cost_yen",
    )  # fmt: skip
    facts = before.risk_facts
    said = {name: getattr(before, name) for name in names}
    return {
        **said, "industry": facts.industry, "sales_yen": facts.sales_yen, "fiscal_year_end": facts.fiscal_year_end,
        "sales_kind": facts.sales_kind, "at": _minute(at),
    }  # fmt: skip


def _minute(at: datetime) -> datetime:
    return jst(at).replace(second=0, microsecond=0, tzinfo=None)


def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Every product and plan sold on the wished day, in the order of the wishes, and the proposal beneath."""
    found = _find(request, pk)
    whole = compare(found.customer, wished_of(found))
    return _page(request, found, whole, _proposal_form(request, found, whole, None))


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Recommend a cover, and open the quote."""
    found, at = _find(request, pk), now()
    whole = compare(found.customer, wished_of(found))
    form = _proposal_form(request, found, whole, request.POST)
    if form.is_valid():
        try:
            made = perform(actions.propose, wish=found, by=person(request), at=at, **form.cleaned_data)
        except Refused as refusal:
            form.needs_confirmation = refusal.field == "confirmed"
            form.refuse(refusal)
        else:
            messages.success(request, f"提案を記録し、見積{made.quote.number}を作成しました。続きを入力してください。")
            return redirect("quotes:plans" if made.quote.product_version.book.limits_are_packages else "quotes:facts",
                            made.quote.number)  # fmt: skip
    return _page(request, found, whole, form)


@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the comparison as a 比較表 before anything is recommended."""
    found, user = _find(request, pk), person(request)
    try:
        check_can_write(user)
        shown = _shown(request, compare(found.customer, wished_of(found)))
        paper = perform(file_comparison, comparison=shown, wish=found, by=user, at=now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    return redirect(paper)


def _find(request: HttpRequest, pk: int) -> Wish:
    """The wish of a customer of the person's own agency, or 404."""
    rows = Wish.objects.visible_to(person(request)).select_related("customer__agency", "heard_by", "recorded_by")
    return get_object_or_404(rows, pk=pk)


def _shown(request: HttpRequest, whole: Comparison, keys: Iterable[str] = ()) -> Comparison:
    return whole if "all_plans" in request.GET else whole.seen(keys)


def _proposal_form(request: HttpRequest, wish: Wish, whole: Comparison, data: Any) -> ProposalForm:
    at = now()
    initial = {
        "told_to": wish.told_by, "method": wish.method, "proposed_at": _minute(at),
        "recommended": whole.fitting[0].key if whole.fitting else "",
    }  # fmt: skip
    keys = [column.key for column in whole.columns]
    return ProposalForm(data, wish=wish, keys=keys, user=person(request), at=jst(at), initial=initial)


def _page(request: HttpRequest, wish: Wish, whole: Comparison, form: ProposalForm) -> HttpResponse:
    recommended, covers = str(form["recommended"].value() or ""), list(form["covers"].value() or [])
    shown = _shown(request, whole, [recommended, *covers])
    context = {
        "wish": wish, "customer": wish.customer, "comparison": shown, "form": form, "order": ORDER,
        "fitting": shown.fitting, "out": [(column, premium_words(column)) for column in shown.out],
        "rows": rows_of(shown.fitting, shown.wished, wish.risks), "first": first_wish(wish),
        "later": wish.corrected_by.order_by("-pk").first(), "recommended": recommended, "covers": covers,
        "proposals": wish.proposals.select_related("quote", "by", "paper"),
        "locked": why_not(check_can_write, person(request)),
        "industry": Industry(wish.risk_facts.industry).label, "all_plans": "all_plans" in request.GET,
        "notes": [need.note for need in needs().needs if need.note and need.code in (*wish.risks, *wish.must_haves)],
        "one_insurer": shown.insurers[0] if len(shown.insurers) == 1 else "",
    }  # fmt: skip
    return render(request, "proposals/compare.html", context, status=422 if form.errors else 200)
