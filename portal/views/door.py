"""The door: the link, the code, the visit; and the page behind it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import robot
from core.doors import perform
from core.errors import Refused
from portal import actions
from portal.forms import CodeForm, ColleagueForm
from portal.keys import new_key, token_from
from portal.models import AccessCode
from portal.rules import MAX_TRIES
from portal.states import CodePurpose, Purpose, Verdict
from portal.views import application, questionnaire, renewal
from portal.views.finding import COOKIE, Guest, by_link, context, done, inside, page

_WRONG = {
    Verdict.WRONG: "確認コードが違います。メールに書かれた6桁の数字を確認してください。",
    Verdict.SPENT: "この確認コードは使えません。新しい確認コードを送ってください。",
}


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD"])
@by_link
def home(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Behind the door: what there is to do. Before it: the code. Opening it sends nothing, for mail scanners open
    links too."""
    if guest.visit is None:
        return _door(request, guest)
    if not guest.invitation.is_live(guest.at):
        return render(request, "portal/closed.html", context(guest), status=410)
    if guest.invitation.purpose == Purpose.QUESTIONNAIRE:
        is_renewal = guest.quote.is_renewal and guest.invitation.is_open
        return renewal.home(request, guest) if is_renewal else questionnaire.home(request, guest)
    return application.home(request, guest)


@require_POST
@by_link
def ask_code(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Mail a code to this visitor's own address. Without script the page says so after a redirect."""
    purpose = CodePurpose.ENTER
    perform(actions.ask_code, visitor=guest.visitor, purpose=purpose, by=robot(), at=guest.at)
    return done("portal:home", guest, "code")


@require_POST
@by_link
def enter(request: HttpRequest, guest: Guest) -> HttpResponse:
    """A right code opens a visit, under a cookie that only this link's pages get."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _door(request, guest, form)
    key = new_key()
    verdict = perform(
        actions.enter, visitor=guest.visitor, typed=form.cleaned_data["code"], key=key, by=robot(), at=guest.at
    )
    if verdict is not Verdict.RIGHT:
        form.refuse(Refused(_WRONG[verdict], field="code"))
        return _door(request, guest, form)
    return _with_visit(done("portal:home", guest), guest.token, key)


def _with_visit(response: HttpResponse, token: str, key: str) -> HttpResponse:
    """The cookie belongs to that link's pages alone."""
    response.set_cookie(
        COOKIE, key, path=reverse("portal:home", args=[token]), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@require_POST
@inside
def onward(request: HttpRequest, guest: Guest) -> HttpResponse:
    """From the signed questionnaire to the application, without another code at the door."""
    key = new_key()
    found = perform(actions.go_on, visitor=guest.visitor, key=key, by=robot(), at=guest.at)
    token = token_from(found.seed)
    return _with_visit(redirect("portal:home", token), token, key)


@require_POST
@inside
def leave(request: HttpRequest, guest: Guest) -> HttpResponse:
    """終了する."""
    perform(actions.leave, visit=guest.visit, by=robot(), at=guest.at)
    response = done("portal:home", guest, "left")
    response.delete_cookie(COOKIE, path=reverse("portal:home", args=[guest.token]))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def colleague(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Let a colleague continue, by his own link and code."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = form.cleaned_data
        try:
            added = perform(actions.introduce_colleague, visitor=guest.visitor, by=robot(), at=guest.at, **facts)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return done("portal:home", guest, "colleague" if added.is_admitted else "introduced")
    visitors = guest.invitation.visitors.select_related("introduced_by")
    return page(request, guest, "colleague", status=422 if form.errors else 200, form=form, visitors=visitors)


def _door(request: HttpRequest, guest: Guest, form: CodeForm | None = None) -> HttpResponse:
    """Says whose page it is and nothing about the customer: whoever holds a forwarded link stands here too."""
    waiting = AccessCode.objects.filter(
        asked_by=guest.visitor, purpose=CodePurpose.ENTER, used_at=None, valid_until__gt=guest.at, tries__lt=MAX_TRIES
    )
    status = 422 if form is not None and form.errors else 200
    return page(request, guest, "door", status=status, form=form or CodeForm(), has_code=waiting.exists())
