"""The words of the letters (文面): the versions in use, a new one tried on a real contract, a test mail to oneself."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.screen import person
from core.clock import jst, now
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from correspondence.models import LetterTemplate
from correspondence.states import WordingKind
from customers.queries import primary_contact
from policies.models import Policy
from renewals import actions
from renewals.actions.planning import refuse_mistakes
from renewals.letters import Worded, customer_letter, values_of
from renewals.models import Renewal
from renewals.permissions import check_can_keep_calendar
from renewals.plan_forms import WordingForm
from renewals.planning import calendar_for
from renewals.wordings import Wording, day_read, fields_of, house_wording, required_of, wordings


def list_wordings(request: HttpRequest) -> HttpResponse:
    """Every letter whose words may be chosen, and which are in use."""
    agency, words = person(request).agency_id, wordings()
    rows = [(kind, words.of(agency, kind)) for kind in WordingKind]
    return render(request, "renewals/wordings.html", {"rows": rows})


def edit_wording(request: HttpRequest, kind: str) -> HttpResponse:
    """One letter's words: try (preview), test (mail to oneself), publish, or go back to the house's."""
    if kind not in WordingKind.values:
        raise Http404
    user, wanted = person(request), WordingKind(kind)
    versions = list(LetterTemplate.objects.filter(agency=user.agency, kind=wanted).select_related("published_by"))
    current = wordings().of(user.agency_id, wanted)
    seen = versions[0].number if versions else 0
    form = WordingForm(
        request.POST or None, initial={"subject": current.subject, "body": current.body, "seen_number": seen}
    )
    shown: Worded | None = None
    deed = request.POST.get("deed", "preview")
    if request.method == "POST":
        if form.is_valid():
            try:
                shown = _try(form, wanted, user)
                if deed == "test":
                    perform(actions.send_test_mail, kind=wanted, text=shown, by=user, at=now())
                    messages.success(request, f"{user.email}にテストメールを送ります。お客さまには送られません。")
                elif deed in {"publish", "house"}:
                    _publish(form, wanted, user, is_house=deed == "house")
                    messages.success(request, "新しい版を公開しました。次のメールから使います。")
                    return redirect("renewals:wording", kind=wanted)
            except Refused as refusal:
                form.refuse(refusal)
    elif request.method == "GET":
        try:
            shown = _filled(current.subject, current.body, wanted, user, "")
        except Refused:
            shown = None  # no contract yet to try it on
    context: dict[str, Any] = {
        "kind": wanted,
        "form": form,
        "current": current,
        "versions": versions,
        "fields": [(name, label, name in required_of(wanted)) for name, label in fields_of(wanted).items()],
        "shown": shown,
        "house": house_wording(wanted),
        "reason": why_not(check_can_keep_calendar, user),
    }
    return render(request, "renewals/wording.html", context, status=422 if form.errors else 200)


def _try(form: WordingForm, kind: WordingKind, user: User) -> Worded:
    subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    refuse_mistakes(kind, subject, body)
    return _filled(subject, body, kind, user, form.cleaned_data["number"])


def _filled(subject: str, body: str, kind: WordingKind, user: User, number: str) -> Worded:
    """The text as a real customer would read it."""
    rows = Policy.objects.visible_to(user).select_related("agency", "customer", "in_charge")
    if number:
        policy = rows.filter(number=number.upper()).first()
    else:
        policy = rows.filter(status=Policy.Status.IN_FORCE, ends_at__gt=now()).order_by("ends_at", "pk").first()
    if policy is None:
        raise Refused("確認に使う契約が見つかりません。証券番号を確認してください。", field="number")
    renewal = Renewal.objects.filter(policy=policy).select_related("agency", "customer", "owner").first()
    renewal = renewal or Renewal(
        agency=policy.agency,
        policy=policy,
        customer=policy.customer,
        owner=policy.in_charge,
        term_end_at=policy.ends_at,
    )
    terms = renewal.terms.first() if renewal.pk else None
    contact = primary_contact(policy.customer)
    on = day_read(kind, jst(policy.ends_at).date())
    calendar = calendar_for(policy.agency, policy.product_version.product.code, on)
    values = values_of(
        renewal, contact.name if contact else "ご担当者", on, calendar, has_link="customer_link" in fields_of(kind),
        new_premium_yen=terms.premium_yen if terms else None,
    )  # fmt: skip
    return customer_letter(Wording(kind, "確認", subject, body), values)


def _publish(form: WordingForm, kind: WordingKind, user: User, *, is_house: bool) -> None:
    reason = form.cleaned_data["reason"]
    if not reason:
        raise Refused("変更の理由を入力してください。", field="reason")
    perform(
        actions.publish_wording, kind=kind, reason=reason, seen_number=form.cleaned_data["seen_number"],
        subject="" if is_house else form.cleaned_data["subject"], body="" if is_house else form.cleaned_data["body"],
        by=user, at=now(),
    )  # fmt: skip
