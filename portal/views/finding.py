"""Who stands before the customer's page, and what everybody else gets.

Unknown, revoked and expired links get one page, the same in every byte, after the same single statement. Somebody who
came in by a code and whose link ended meanwhile has proved who he is: he is told why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.queries import robot
from core.clock import now
from core.doors import perform
from core.errors import Refused
from portal import actions, gates
from portal.models import Invitation, Visit, Visitor
from portal.queries import visit_of, visitor_of
from quotes.models import Quote

COOKIE = "visit"
# A page may load what this house serves and be framed by nobody; htmx writes one style of its own.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
View = Callable[..., HttpResponse]

# What was just done, by the word the address carries: no session is needed to say it.
DONE = {
    "saved": "保存しました。",
    "code": "確認コードをメールでお送りしました。届くまで1分ほどかかることがあります。",
    "carried": "前回の回答のまま確認しました。",
    "document": "ファイルをお預かりしました。",
    "colleague": "ご案内メールをお送りしました。",
    "introduced": "代理店で宛先を確認してから、ご案内メールをお送りします。",
    "consent": "承諾を記録しました。書類をお読みください。",
    "point": "確認を記録しました。",
    "left": "終了しました。続けるときは、もう一度確認コードで開いてください。",
    "idle": "しばらく操作がなかったため、いったん閉じました。保存した内容は残っています。",
}


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever has a living link. Without `visit` he stands before the door."""

    token: str
    visitor: Visitor
    visit: Visit | None
    at: datetime

    @property
    def invitation(self) -> Invitation:
        return self.visitor.invitation

    @property
    def quote(self) -> Quote:
        return self.visitor.invitation.quote


def by_link(view: View) -> View:
    """The view gets the guest; whoever has no living link gets the page that says nothing."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **facts: Any) -> HttpResponse:
        guest = _guest(request, token)
        if guest is None:
            return _private(nothing_here(request))
        try:
            return _private(view(request, guest, **facts))
        except Http404:
            return _private(nothing_here(request))
        except Refused as refusal:
            return _private(refused(request, guest, refusal))

    return answer


def inside(view: View) -> View:
    """The same for pages behind the code: whose visit is over goes back to the door, and on if his link ended."""

    @wraps(view)
    def answer(request: HttpRequest, guest: Guest, **facts: Any) -> HttpResponse:
        if guest.visit is None:
            return _to_the_door(request, guest)
        if not guest.invitation.is_live(guest.at):
            return render(request, "portal/closed.html", context(guest), status=410)
        if guest.at - guest.visit.seen_at > timedelta(minutes=1):
            perform(actions.note_seen, visit=guest.visit, by=robot(), at=guest.at)
        return view(request, guest, **facts)

    return by_link(answer)


def _guest(request: HttpRequest, token: str) -> Guest | None:
    at, key = now(), request.COOKIES.get(COOKIE, "")
    if not key and gates.is_guessing(request):
        return None
    visitor = visitor_of(token)
    visit = visit_of(visitor, key, at) if visitor is not None and key else None
    if visitor is not None and (visit or visitor.is_admitted and visitor.invitation.is_live(at)):
        return Guest(token, visitor, visit, at)
    gates.note_guess(request)
    return None


def _to_the_door(request: HttpRequest, guest: Guest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # Refreshing would throw away what was typed: the page keeps it and says what to do.
        return HttpResponse(DONE["idle"], status=401, content_type="text/plain; charset=utf-8")
    return done("portal:home", guest, "idle")


def nothing_here(request: HttpRequest) -> HttpResponse:
    """このページは表示できません: no name, no reason."""
    return render(request, "portal/nothing.html", status=404)


def refused(request: HttpRequest, guest: Guest, refusal: Refused) -> HttpResponse:
    """The sentence, and the way back. The record keeps what could not be done."""
    if guest.visit is not None:
        words = " ".join((refusal.message, *refusal.reasons))[:300]
        perform(actions.note_trouble, visitor=guest.visitor, words=words, by=robot(), at=guest.at)
    if request.headers.get("HX-Request"):
        return HttpResponse(refusal.message, status=409, content_type="text/plain; charset=utf-8")
    return render(request, "portal/refused.html", context(guest, error=refusal), status=409)


def context(guest: Guest, **more: Any) -> dict[str, Any]:
    """What every page of the customer shows."""
    return {
        "token": guest.token, "visitor": guest.visitor, "invitation": guest.invitation, "quote": guest.quote,
        "agency": guest.invitation.agency, "inside": guest.visit is not None, **more,
    }  # fmt: skip


def page(request: HttpRequest, guest: Guest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    said = DONE.get(request.GET.get("done", ""), "")
    return render(request, f"portal/{template}.html", context(guest, said=said, **more), status=status)


def done(name: str, guest: Guest, word: str = "", *args: Any, mark: str = "") -> HttpResponse:
    """To another page, which says what was done."""
    to = redirect(name, guest.token, *args)
    to["Location"] += (f"?done={word}" if word else "") + (f"#{mark}" if mark else "")
    return to


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine, framed by nobody; the link is told to no other site. (`no-referrer`
    would make browsers send `Origin: null` with every form, which the CSRF check rightly refuses.)"""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["X-Frame-Options"] = "DENY"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response
