"""Sending the customer his link, again, to a colleague, and taking it back."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.jobs import ring
from correspondence.actions import queue_letter
from correspondence.rules import check_addresses
from correspondence.states import LetterKind
from customers.models import Contact
from portal.actions.moving import close, locked, locked_for, tell, tell_office
from portal.keys import fingerprint, new_seed, token_from
from portal.letters import Text, invitation_letter
from portal.models import Invitation, Visit, Visitor
from portal.permissions import check_can_admit_visitor, check_can_change_invitation, check_can_invite
from portal.queries import asks_anything
from portal.rules import is_same_company, stands_until
from portal.states import InvitationStatus, Purpose
from quotes.models import Quote

MAX_COLLEAGUES = 5
TYPESET = "portal.tasks.typeset"


@action
def invite(
    *,
    quote: Quote,
    purpose: str,
    contact: Contact | None = None,
    name: str = "",
    email: str = "",
    reason: str = "",
    by: User,
    at: datetime,
) -> Invitation:
    """Send a link to a contact of the customer, or to another address with the reason for it."""
    row = (
        Quote.objects.select_for_update(of=("self",)).select_related("customer", "agency", "in_charge").get(pk=quote.pk)
    )
    on = jst(at).date()
    is_open = row.invitations.open().filter(purpose=purpose).exists()
    check_can_invite(by, row, purpose, on, is_open=is_open, is_asked=asks_anything(row))
    if contact is not None:
        if contact.customer_id != row.customer_id or contact.left:
            raise Refused("このお客さまの、在籍しているご担当者を選んでください。", field="contact")
        if not contact.email:
            raise Refused("ご担当者にメールアドレスがありません。お客さま情報に登録してください。", field="contact")
        name, email, reason = contact.name, contact.email, ""
    elif not reason.strip():
        raise Refused("登録されたご担当者でない宛先には、理由を入力してください。", field="reason")
    invitation = Invitation.objects.create(
        agency=row.agency, quote=row, purpose=Purpose(purpose), edition=row.edition, sent_at=at, sent_by=by,
        valid_until=_until(row, purpose, at),
    )  # fmt: skip
    visitor = _visitor(invitation, name, email, contact=contact, reason=reason)
    visitor.admitted_at, visitor.admitted_by = at, by
    visitor.save()
    _send(visitor, by=by, at=at)
    if purpose == Purpose.APPLICATION:
        ring(TYPESET, quote=row.pk)
    words = f"{visitor.name}様({visitor.email})へお客さま用リンク({invitation.get_purpose_display()})を送りました。"
    tell(invitation, "invite", words + (f"理由: {reason.strip()}" if reason else ""), by=by, at=at, to=visitor.email)
    return invitation


@action
def prepare_invitation(*, quote: Quote, contact: Contact, valid_until: datetime, by: User, at: datetime) -> Visitor:
    """A link to the questionnaire that another room's letter will carry (`portal.blanks.link_if_alive`); no letter of
    ours goes out, and that room reminds."""
    check_can_invite(
        by, quote, Purpose.QUESTIONNAIRE, jst(at).date(), is_open=quote.invitations.open().exists(),
        is_asked=asks_anything(quote),
    )  # fmt: skip
    invitation = Invitation.objects.create(
        agency_id=quote.agency_id, quote=quote, purpose=Purpose.QUESTIONNAIRE, edition=quote.edition, sent_at=at,
        sent_by=by, valid_until=valid_until, in_another_letter=True,
    )  # fmt: skip
    visitor = _visitor(invitation, contact.name, contact.email, contact=contact)
    visitor.admitted_at, visitor.admitted_by = at, by
    visitor.save()
    words = f"{visitor.name}様({visitor.email})へのお客さま用リンク(告知書)を、案内に記載します。"
    tell(invitation, "prepare_invitation", words, by=by, at=at, to=visitor.email)
    return visitor


@action
def resend_invitation(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """A new link to everybody who was let in; the old ones and their visits are dead. The days count from now."""
    row = locked(invitation)
    check_can_change_invitation(by, row)
    row.mailing += 1
    row.sent_at, row.sent_by, row.valid_until = at, by, _until(row.quote, row.purpose, at)
    row.save(update_fields=["mailing", "sent_at", "sent_by", "valid_until"])
    visitors = list(row.visitors.exclude(admitted_at=None).select_related("introduced_by"))
    Visit.objects.filter(opened_by__in=visitors, ended_at=None).update(ended_at=at)
    for visitor in visitors:
        visitor.invitation = row
        visitor.seed = new_seed()
        visitor.token_hash = fingerprint(token_from(visitor.seed))
        visitor.save(update_fields=["seed", "token_hash"])
        _send(visitor, by=by, at=at)
    words = f"お客さま用リンク({row.get_purpose_display()})を送り直しました。前のリンクは開けません。"
    tell(row, "resend_invitation", words, by=by, at=at, mailing=row.mailing)
    return row


@action
def revoke_invitation(*, invitation: Invitation, reason: str, by: User, at: datetime) -> Invitation:
    """Take the link back. What was answered stays."""
    row = locked(invitation)
    check_can_change_invitation(by, row)
    if not reason.strip():
        raise Refused("取り消す理由を入力してください。", field="reason")
    close(row, InvitationStatus.REVOKED, reason.strip(), by=by, at=at)
    return row


@action
def introduce_colleague(*, visitor: Visitor, name: str, email: str, title: str, by: User, at: datetime) -> Visitor:
    """Somebody inside lets a colleague continue. The same company's mail needs no more; another address waits for the
    office's word."""
    row = locked_for(visitor, at)
    if row.visitors.count() > MAX_COLLEAGUES:
        raise Refused(f"一緒に入力できるのは{MAX_COLLEAGUES}名までです。代理店へお電話ください。", field="email")
    colleague = _visitor(row, name, email, title=title, introduced_by=visitor)
    if is_same_company(colleague.email, visitor.email):
        colleague.admitted_at, colleague.admitted_by = at, by
    colleague.save()
    if colleague.is_admitted:
        _send(colleague, by=by, at=at)
        words = f"{visitor.name}様が{colleague.name}様({colleague.email})を招待しました。"
    else:
        words = (
            f"{visitor.name}様が{colleague.name}様({colleague.email})を紹介しました。宛先を確認して承認してください。"
        )
        tell_office(row, words, by=by, at=at)
    tell(row, "introduce_colleague", words, by=by, at=at, visitor=colleague.pk)
    return colleague


@action
def admit_visitor(*, visitor: Visitor, by: User, at: datetime) -> Visitor:
    """The office made sure who is behind an address of another domain."""
    row = locked(visitor.invitation)
    current = row.visitors.select_related("introduced_by").get(pk=visitor.pk)
    current.invitation = row
    check_can_admit_visitor(by, current)
    current.admitted_at, current.admitted_by = at, by
    current.save(update_fields=["admitted_at", "admitted_by"])
    _send(current, by=by, at=at)
    tell(row, "admit_visitor", f"{current.name}様({current.email})の参加を承認し、リンクを送りました。", by=by, at=at)
    return current


def _until(quote: Quote, purpose: str, at: datetime) -> datetime:
    ends = quote.valid_until if purpose == Purpose.APPLICATION else None
    return stands_until(at, settings.PORTAL_LINK_DAYS, ends)


def _visitor(
    invitation: Invitation,
    name: str,
    email: str,
    *,
    title: str = "",
    contact: Contact | None = None,
    reason: str = "",
    introduced_by: Visitor | None = None,
) -> Visitor:
    address = "".join(check_addresses([email]))
    if User.objects.filter(agency=invitation.agency_id, email__iexact=address).exists():
        raise Refused("代理店で働く人の宛先には送れません。お客さまご本人の宛先を入力してください。", field="email")
    if introduced_by is not None and invitation.visitors.filter(email__iexact=address).exists():
        raise Refused("このメールアドレスの方は、すでに招待されています。", field="email")
    seed = new_seed()
    return Visitor(
        invitation=invitation, name=name.strip(), title=title.strip(), email=address, contact=contact,
        reason=reason.strip(), introduced_by=introduced_by, seed=seed, token_hash=fingerprint(token_from(seed)),
    )  # fmt: skip


def _send(visitor: Visitor, *, by: User, at: datetime) -> None:
    post(visitor, invitation_letter(visitor), "link", by=by, at=at)


def post(visitor: Visitor, text: Text, kind: str, *, by: User, at: datetime) -> None:
    """Queue a letter with a link. Each kind goes once for each sending."""
    invitation = visitor.invitation
    quote = invitation.quote
    queue_letter(
        agency=invitation.agency, key=f"invitation:{visitor.pk}:{kind}:{invitation.mailing}",
        kind=LetterKind.INVITATION, to=[visitor.email], to_name=f"{quote.customer.name} {visitor.name}",
        subject=text.subject, body=text.body, reply_to=quote.in_charge.email or quote.agency.email,
        about=[visitor, quote, quote.customer], by=by, at=at,
    )  # fmt: skip
