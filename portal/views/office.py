"""The office's doors: send a link, send it again, take it back, let a colleague in, take a signed application."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.clock import now
from core.doors import perform
from core.errors import Refused
from portal import actions
from portal.forms import InviteForm, RevokeForm
from portal.models import Invitation, Visitor
from portal.states import Purpose
from quotes.views.finding import find_quote

_TITLES = {Purpose.QUESTIONNAIRE: "告知書の回答をリンクで依頼", Purpose.APPLICATION: "申込をリンクで依頼"}


def invite(request: HttpRequest, number: str, purpose: str) -> HttpResponse:
    """To whom the link goes."""
    if purpose.upper() not in Purpose.values:
        raise Http404
    quote, kind = find_quote(request, number), Purpose(purpose.upper())
    form = InviteForm(request.POST or None, customer=quote.customer)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = perform(
                actions.invite, quote=quote, purpose=kind, by=request.user, at=now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            to = invitation.visitors.get()
            messages.success(request, f"{to.name}様へお客さま用リンクを送りました。")
            return redirect(quote)
    context = {"quote": quote, "form": form, "title": _TITLES[kind], "button": "リンクを送る", "here": "detail"}
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link; the old one is dead."""
    invitation = _find(request, pk)
    try:
        perform(actions.resend_invitation, invitation=invitation, by=request.user, at=now())
        messages.success(request, "新しいリンクを送りました。前のリンクは開けません。")
    except Refused as refusal:
        _say(request, refusal)
    return redirect(invitation.quote)


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, with a reason."""
    invitation = _find(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                actions.revoke_invitation, invitation=invitation, reason=form.cleaned_data["reason"],
                by=request.user, at=now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "お客さま用リンクを取り消しました。")
            return redirect(invitation.quote)
    context = {
        "quote": invitation.quote,
        "form": form,
        "title": "お客さま用リンクの取消",
        "button": "取り消す",
        "here": "detail",
    }
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The application with what the customer signed."""
    invitation = _find(request, pk)
    try:
        perform(actions.take_application, invitation=invitation, by=request.user, at=now())
        messages.success(request, "お客さまが確定した内容で申込を受け付けました。申込書を作成しました。")
    except Refused as refusal:
        _say(request, refusal)
    return redirect(invitation.quote)


@require_POST
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague with another company's address, after the office made sure."""
    visitors = Visitor.objects.filter(invitation__agency=request.user.agency_id)  # type: ignore[union-attr]
    visitor = get_object_or_404(visitors.select_related("invitation__quote"), pk=pk)
    try:
        perform(actions.admit_visitor, visitor=visitor, by=request.user, at=now())
        messages.success(request, f"{visitor.name}様の参加を承認し、リンクを送りました。")
    except Refused as refusal:
        _say(request, refusal)
    return redirect(visitor.invitation.quote)


def _find(request: HttpRequest, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(request.user).select_related(
        "quote__customer", "quote__product_version__product"
    )
    return get_object_or_404(rows, pk=pk)


def _say(request: HttpRequest, refusal: Refused) -> None:
    messages.error(request, "\n".join([refusal.message, *refusal.reasons]))
