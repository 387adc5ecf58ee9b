"""Sending the 見積書 by e-mail from the record."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from correspondence.actions import queue_letter
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, PaperKind
from customers.models import Contact
from quotes.actions.moving import locked
from quotes.actions.stepping import record_step
from quotes.letters import quotation_letter
from quotes.models import Quote
from quotes.permissions import check_can_send_quotation
from quotes.queries import latest_step
from quotes.states import Method, StepKind


@action
def send_quotation(*, quote: Quote, contact: Contact, by: User, at: datetime) -> Letter:
    """Queue the 見積書 of the present edition to a contact, with the 比較表 it came from and of a renewal with the
    更改条件のご提案, and write it into the record of solicitation.

    Needs the consent to electronic delivery. The same edition to the same address goes once.
    """
    row = locked(quote)
    check_can_send_quotation(by, row)
    if contact.customer_id != row.customer_id or contact.left:
        raise Refused("このお客さまの、在籍しているご担当者を選んでください。", field="contact")
    if not contact.email:
        raise Refused("ご担当者にメールアドレスがありません。お客さま情報に登録してください。", field="contact")
    paper = quotation_paper(row)
    beside = [found for found in (renewal_offer_paper(row), comparison_paper(row)) if found is not None]
    text = quotation_letter(row, contact.name, [found.title for found in (paper, *beside)])
    key = f"quote:{row.pk}:quotation-{row.edition}:{contact.email.lower()}"
    if Letter.objects.filter(key=key).exists():
        raise Refused("この版の見積書は、この宛先へすでに送信しています。「メール」で状況を確認してください。")
    record_step(
        quote=row, kind=StepKind.QUOTATION_SENT, happened_at=at, method=Method.MAIL, counterpart=contact.name,
        detail={"to": contact.email}, paper=paper, by=by, at=at,
    )  # fmt: skip
    return queue_letter(
        agency=row.agency, key=key, kind=LetterKind.QUOTATION, to=[contact.email],
        to_name=f"{row.customer.name} {contact.name}", subject=text.subject, body=text.body,
        reply_to=row.in_charge.email or row.agency.email, papers=[paper, *beside],
        about=[row, row.customer], by=by, at=at,
    )  # fmt: skip


def quotation_paper(quote: Quote) -> Paper:
    """The 見積書 of the present edition."""
    found = Paper.objects.about(quote).filter(kind=PaperKind.QUOTATION, filed_at__gte=quote.offered_at).first()
    if found is None:
        raise Refused("この見積の見積書がありません。見積を改訂して、もう一度判定してください。")
    return found


def renewal_offer_paper(quote: Quote) -> Paper | None:
    """The 更改条件のご提案 that belongs to this offer, as last corrected; a new customer has none."""
    about = Paper.objects.about(quote).filter(kind=PaperKind.RENEWAL_OFFER, filed_at__gte=quote.offered_at)
    return about.order_by("-pk").first() if quote.is_renewal else None


def comparison_paper(quote: Quote) -> Paper | None:
    """The 比較表 that was explained, where the comparison was put on record with one."""
    step = latest_step(quote, StepKind.COMPARISON)
    return step.paper if step else None
