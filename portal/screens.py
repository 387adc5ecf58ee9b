"""What the office sees of invitations on the quote's page: how far the customer is, and what can be done."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from accounts.models import User
from core.clock import jst
from core.screens import Button, why_not
from portal import permissions
from portal.models import Confirmation, Invitation, PageOpened, SignOff, Visit, Visitor
from portal.queries import asks_anything, changes_since_signature, progress_of, questionnaire_of
from portal.states import InvitationStatus, Purpose
from quotes.beside import Panel
from quotes.checklist import lacking
from quotes.models import Quote
from quotes.queries import case_facts
from quotes.states import QuoteStatus

_STAGES = {"day-3": "3日後", "day-7": "7日後", "last": "期限前"}


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """One of the customer's people, and when he was last seen."""

    visitor: Visitor
    seen_at: datetime | None
    pages: int
    points: int
    admit: Button | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation as the quote's page shows it."""

    invitation: Invitation
    visitors: tuple[VisitorLine, ...]
    reminders: str
    sign_off: SignOff | None
    progress: str
    waits_for: tuple[str, ...]
    deeds: tuple[Button, ...]


def panel(quote: Quote, user: User, at: datetime) -> Panel | None:
    """The box お客さま用ページ: nothing where the customer was never asked and cannot be now."""
    rows = list(quote.invitations.select_related("sent_by", "closed_by", "sign_off__signed_by").all())
    deeds = [_invite_button(quote, user, at, purpose, rows) for purpose in _now(quote)]
    if not rows and not deeds:
        return None
    for row in rows:
        row.quote = quote
    context = {
        "invitations": [view_of(row, user, at) for row in rows],
        "deeds": deeds,
        "changes": changes_since_signature(quote) if rows and quote.status == QuoteStatus.DRAFT else [],
    }
    return Panel("portal/_panel.html", context)


def needs(quote: Quote) -> list[str]:
    """What the customer signed must be what is judged."""
    changed = len(changes_since_signature(quote))
    if not changed:
        return []
    return [
        f"お客さまが確定した後に、告知の回答が{changed}問変わりました。お客さま用リンクを送り、もう一度確定していただいてください。"
    ]


def _now(quote: Quote) -> tuple[Purpose, ...]:
    if quote.status == QuoteStatus.DRAFT:
        return (Purpose.QUESTIONNAIRE,)
    return (Purpose.APPLICATION,) if quote.status == QuoteStatus.OFFERED else ()


def _invite_button(quote: Quote, user: User, at: datetime, purpose: Purpose, rows: list[Invitation]) -> Button:
    is_open = any(row.is_open and row.purpose == purpose for row in rows)
    reason = why_not(
        permissions.check_can_invite,
        user,
        quote,
        purpose,
        jst(at).date(),
        is_open=is_open,
        is_asked=asks_anything(quote),
    )
    words = {Purpose.QUESTIONNAIRE: "告知書の回答をリンクで依頼", Purpose.APPLICATION: "申込をリンクで依頼"}
    return Button(words[purpose], reverse("portal:invite", args=[quote.number, purpose.lower()]), reason)


def view_of(invitation: Invitation, user: User, at: datetime) -> InvitationView:
    visitors = list(invitation.visitors.all())
    seen = dict(Visit.objects.filter(opened_by__in=visitors).values_list("opened_by").annotate(Max("seen_at")))
    lines = tuple(
        VisitorLine(
            visitor, seen.get(visitor.pk),
            PageOpened.objects.filter(opened_by=visitor, page__gt=0).count(),
            Confirmation.objects.filter(confirmed_by=visitor).count(),
            _admit_button(visitor, user) if not visitor.is_admitted and invitation.is_open else None,
        )
        for visitor in visitors
    )  # fmt: skip
    sent = [stage.split(":", 1)[1] for stage in invitation.reminded]
    sign_off = getattr(invitation, "sign_off", None)
    return InvitationView(
        invitation, lines, "、".join(_STAGES[stage] for stage in sent), sign_off, _progress(invitation),
        _waits_for(invitation, at), tuple(_deeds(invitation, user)),
    )  # fmt: skip


def _progress(invitation: Invitation) -> str:
    if invitation.purpose != Purpose.QUESTIONNAIRE or not invitation.is_open:
        return ""
    progress = progress_of(questionnaire_of(invitation.quote))
    return f"{progress.answered} / {progress.asked} 問"


def _waits_for(invitation: Invitation, at: datetime) -> tuple[str, ...]:
    """What the office still owes a signed application."""
    quote = invitation.quote
    if invitation.purpose != Purpose.APPLICATION or invitation.status != InvitationStatus.SIGNED:
        return ()
    if quote.status != QuoteStatus.OFFERED or quote.edition != invitation.edition:
        return ()
    on = jst(at).date()
    return tuple(lacking(case_facts(quote, on), at, on))


def _deeds(invitation: Invitation, user: User) -> list[Button]:
    if invitation.is_open:
        reason = why_not(permissions.check_can_change_invitation, user, invitation)
        confirm = "新しいリンクを送ります。前のリンクは開けなくなります。"
        return [
            Button("もう一度送る", _url("resend", invitation), reason, method="post", confirm=confirm),
            Button("取り消す", _url("revoke", invitation), reason),
        ]
    is_signed = invitation.purpose == Purpose.APPLICATION and invitation.status == InvitationStatus.SIGNED
    if is_signed and invitation.quote.status == QuoteStatus.OFFERED:
        reason = why_not(permissions.check_can_take_application, user, invitation)
        return [
            Button("確定された内容で申込を受け付ける", _url("take", invitation), reason, method="post", style="primary")
        ]
    return []


def _admit_button(visitor: Visitor, user: User) -> Button:
    reason = why_not(permissions.check_can_admit_visitor, user, visitor)
    return Button(f"{visitor.name}様を承認", reverse("portal:admit", args=[visitor.pk]), reason, method="post")


def _url(name: str, invitation: Invitation) -> str:
    return reverse(f"portal:{name}", args=[invitation.pk])
