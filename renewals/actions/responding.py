"""The customer signed the answers of his renewal by link: the system judges at once, without anybody at the office."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.permissions import check_can_solicit
from core.clock import jst
from core.doors import action, attempt
from core.errors import Refused
from core.screens import why_not
from portal.actions import invite
from portal.models import SignOff
from portal.renewing import SAME_WISHES
from portal.states import Purpose
from quotes.actions import record_step, submit_quote
from quotes.models import Quote
from quotes.queries import latest_step
from quotes.states import Method, QuoteStatus, StepKind
from renewals.actions.moving import locked, save
from renewals.actions.offering import revise_terms
from renewals.actions.taking_back import take_back_letters
from renewals.models import Renewal, RenewalTerms
from renewals.states import SILENT_STATUSES, Channel, RenewalStatus, Response

BY_LINK = "お客さまの回答"
_ANOTHER_ADDRESS = "告知書に回答した方のため"


@action
def take_signed_answers(*, quote: Quote, sign_off: SignOff, by: User, at: datetime) -> RenewalTerms | None:
    """Note the answer and make the terms anew on what he told. Within the bounds of 簡易 they are offered at once, with
    the link to apply; outside them the owner goes on, and the terms say why."""
    known = Renewal.objects.filter(policy=quote.renewal_of).first()
    if known is None or not known.is_open:
        return None
    row = _note_response(locked(known), sign_off, by, at)
    current = Quote.objects.get(pk=quote.pk)
    _note_solicitation(current, sign_off, by, at)
    changes = bool(sign_off.said.get("changes_wishes"))
    terms = revise_terms(row, current, cause=BY_LINK, wishes_change=changes, by=by, at=at)
    if not terms.is_simple:
        return terms
    if lacks := _offer(current, by, at):
        return revise_terms(locked(row), current, cause=BY_LINK, lacks=lacks, by=by, at=at)
    _lead_on(current, sign_off, by, at)
    return terms


def _note_response(row: Renewal, sign_off: SignOff, by: User, at: datetime) -> Renewal:
    row.response, row.response_channel = Response.RENEW, Channel.WEB
    row.response_person, row.response_note = sign_off.name, str(sign_off.said.get("wishes", ""))[:500]
    row.responded_at, row.responded_by = at, by
    if row.status in SILENT_STATUSES:
        row.status = RenewalStatus.RESPONDED
    take_back_letters(row, by=by, at=at)
    words = f"{sign_off.name}様がお客さま用ページで更改の告知書を確定しました。"
    return save(row, "take_signed_answers", words, by=by, at=at, more=[sign_off.invitation.quote])


def _note_solicitation(quote: Quote, sign_off: SignOff, by: User, at: datetime) -> None:
    """What the page showed and asked: our authority, and the wishes. Only a licensed person's solicitation counts."""
    solicitor = quote.in_charge
    if why_not(check_can_solicit, solicitor, jst(at).date()):
        return
    wishes = str(sign_off.said.get("wishes", "")) or SAME_WISHES
    steps: dict[StepKind, dict[str, Any]] = {StepKind.AUTHORITY_SHOWN: {}, StepKind.INTENT_FIRST: {"text": wishes}}
    for kind, detail in steps.items():
        if latest_step(quote, kind) is None:
            record_step(
                quote=quote, kind=kind, happened_at=at, method=Method.WEB, counterpart=sign_off.name, detail=detail,
                done_by=solicitor, by=by, at=at,
            )  # fmt: skip


def _offer(quote: Quote, by: User, at: datetime) -> list[str]:
    """Let the book judge. Empty when the offer stands; else why it does not."""
    quote.refresh_from_db()
    try:
        judged = attempt(submit_quote, quote=quote, seen_version=quote.version, by=by, at=at)
    except Refused as refusal:
        return list(refusal.reasons) or [refusal.message]
    if judged.status == QuoteStatus.OFFERED:
        return []
    return [reason["sentence"] for reason in judged.verdict] or ["引受担当の確認が必要です。"]


def _lead_on(quote: Quote, sign_off: SignOff, by: User, at: datetime) -> None:
    """The link to read and apply, to the same person; he goes on in the same visit, or comes back by the mail."""
    who = sign_off.signed_by
    offered = Quote.objects.get(pk=quote.pk)
    facts: dict[str, Any] = {"contact": who.contact} if who.contact else {}
    if not facts:
        facts = {"name": who.name, "email": who.email, "reason": _ANOTHER_ADDRESS}
    invite(quote=offered, purpose=Purpose.APPLICATION, by=by, at=at, **facts)
