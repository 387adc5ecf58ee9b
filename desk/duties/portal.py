"""Duties from the customer's page: what a customer signed and the office has to finish, and whom to let in."""

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from accounts.models import User
from core.clock import JST
from desk.duties.kinds import Kind, Moment, Rows, never, record, says
from portal.models import Invitation, Visitor
from portal.states import LIVE_STATUSES, InvitationStatus, Purpose
from quotes.states import QuoteStatus


def found(user: User, moment: Moment) -> list[Rows]:
    return [_signed(user), _introduced(user, moment)]


def _signed(user: User) -> Rows:
    """Signed by link, and the quote still stands where the signature left it."""
    applied = Q(purpose=Purpose.APPLICATION, quote__status=QuoteStatus.OFFERED, quote__edition=F("edition"))
    answered = Q(purpose=Purpose.QUESTIONNAIRE, quote__status=QuoteStatus.DRAFT)
    signed = Invitation.objects.visible_to(user).filter(applied | answered, status=InvitationStatus.SIGNED)
    return Rows(
        signed, {"signed-applications": applied, "signed-answers": Q()},
        on=TruncDate("signed_at", tzinfo=JST), owner="quote__in_charge", office="quote__in_charge__office",
        number="quote__number", customer="quote__customer",
    )  # fmt: skip


def _introduced(user: User, moment: Moment) -> Rows:
    """A colleague at another company's address waits for the office's word."""
    waiting = Visitor.objects.filter(
        admitted_at=None, invitation__agency=user.agency_id, invitation__status__in=LIVE_STATUSES,
        invitation__valid_until__gt=moment.at,
    )  # fmt: skip
    return Rows(
        waiting, {"introduced": Q()}, on=TruncDate("invitation__sent_at", tzinfo=JST),
        owner="invitation__quote__in_charge", office="invitation__quote__in_charge__office",
        number="invitation__quote__number", customer="invitation__quote__customer", note="name",
    )  # fmt: skip


_QUOTE = record("quotes:detail")

KINDS = (
    Kind(
        "signed-applications", "お客さまが確定した申込", "warn", says("足りない記録を済ませて申込を受け付ける"),
        "見積を開く", _QUOTE, late=never,
    ),
    Kind(
        "signed-answers", "お客さまが提出した告知書", "warn", says("告知書の回答を確認して判定する"), "見積を開く",
        _QUOTE, late=never,
    ),
    Kind(
        "introduced", "リンクの宛先の確認", "warn", lambda row, moment: f"{row.note}様の宛先を確かめて承認する",
        "見積を開く", _QUOTE, late=never,
    ),
)  # fmt: skip
