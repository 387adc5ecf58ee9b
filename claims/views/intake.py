"""The intake: one screen while on the phone. Nothing is written before 「受け付ける」."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.screen import person
from claims import actions
from claims.forms import IntakeForm
from claims.intake import panel
from claims.models import Claim
from claims.queries import Candidate, candidates, with_policies
from claims.rules.steps import Step
from claims.views.finding import Subject, subject_of
from core.clock import now
from core.doors import perform
from core.errors import Refused


def new_claim(request: HttpRequest) -> HttpResponse:
    """Take in a claim. Without script, the buttons 探す and 確認する answer with the same page."""
    user = person(request)
    at = now()
    subject = subject_of(user, _chosen(request))
    form = IntakeForm(request.POST or None, user=user, at=at, initial=_initial(subject, at))
    status = 200
    if request.method == "POST":
        form.is_valid()
        if request.POST.get("step") in {"find", "assess"}:
            # Looking is not saving: what lacks is not complained about yet.
            shown = panel(user, *subject, form, at)
            form = IntakeForm(initial=form.cleaned_data | _typed(form), user=user, at=at)
            return render(request, "claims/new.html", _context(request, form, subject, shown))
        claim = _save(request, form, subject, at)
        if claim is not None:
            return redirect(claim)
        status = 422
    return render(
        request, "claims/new.html", _context(request, form, subject, panel(user, *subject, form, at)), status=status
    )


def find(request: HttpRequest) -> HttpResponse:
    """The customers and contracts that fit what was typed, as radio buttons; what is chosen already stays."""
    subject = subject_of(person(request), _chosen(request))
    return render(request, "claims/_candidates.html", _found(request, request.GET.get("q", ""), subject))


def assess(request: HttpRequest) -> HttpResponse:
    """The right-hand side anew, from the form as it stands. Writes nothing."""
    user, at = person(request), now()
    subject = subject_of(user, _chosen(request))
    form = IntakeForm(request.POST, user=user, at=at)
    form.is_valid()
    return render(request, "claims/_panel.html", {"panel": panel(user, *subject, form, at), "subject": subject})


def _save(request: HttpRequest, form: IntakeForm, subject: Subject, at: datetime) -> Claim | None:
    customer, policy = subject
    if customer is None and not request.POST.get("caller_words", "").strip():
        form.add_error(
            "caller_words", "お客さまか契約を選んでください。見つからないときは、申し出の会社名などを書いてください。"
        )
    if not form.is_valid():
        return None
    cleaned = form.cleaned_data
    step = Step(cleaned["next_action"], cleaned["next_on"]) if cleaned["next_action"] else None
    try:
        claim = perform(
            actions.open_claim, customer=customer, policy=policy, facts=form.facts(), owner=cleaned["owner"],
            step=step, ticket=cleaned["ticket"], by=request.user, at=at,
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return None
    told = claim.handed_off_at is not None
    said = "保険会社へのメールを送信待ちに入れました。" if told else "契約を特定したら保険会社へ連絡してください。"
    messages.success(request, f"事故{claim.number}を受け付けました。{said}")
    return claim


def _chosen(request: HttpRequest) -> str:
    query = request.POST if request.method == "POST" else request.GET
    return (query.get("subject") or query.get("policy") or query.get("customer") or "")[:20]


def _initial(subject: Subject, at: datetime) -> dict[str, Any]:
    """Coming from a customer's file: the contact is filled in as a suggestion."""
    customer = subject[0]
    initial: dict[str, Any] = {"reported_at": at.replace(second=0, microsecond=0), "ticket": uuid4()}
    contact = customer.contacts.filter(left=False).first() if customer else None
    if contact is not None:
        initial |= {
            "reporter_name": contact.name, "reporter_phone": contact.phone, "reporter_email": contact.email,
        }  # fmt: skip
    return initial


def _typed(form: IntakeForm) -> dict[str, Any]:
    """What was typed and could not be cleaned stays as typed."""
    return {name: form.data.get(name) for name in form.errors if name in form.fields and form.data.get(name)}


def _found(request: HttpRequest, text: str, subject: Subject) -> dict[str, Any]:
    customer, policy = subject
    found: list[Candidate] = []
    more = False
    if text.strip():
        found, more = candidates(person(request), text[:100])
    if customer is not None and all(candidate.customer != customer for candidate in found):
        found = with_policies([customer]) + found
    selected = policy.number if policy else customer.number if customer else ""
    return {"candidates": found, "more": more, "asked": text.strip(), "selected": selected}


def _context(request: HttpRequest, form: IntakeForm, subject: Subject, shown: Any) -> dict[str, Any]:
    text = request.POST.get("q", "") or request.GET.get("q", "")
    return {"form": form, "panel": shown, "subject": subject, "q": text, **_found(request, text, subject)}
