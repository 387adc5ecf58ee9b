"""A letter of the renewal came back, and a person has the right address: what is written there is the notice as it
stands today, with its latest papers and a link for that address, not the letter of then."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from correspondence.actions import queue_letter
from correspondence.models import Bounce, Letter
from customers.models import Contact
from portal.actions import revoke_invitation
from portal.states import Purpose
from renewals.actions.correcting import ABOUT_THE_RENEWAL
from renewals.actions.notifying import notice_anew
from renewals.actions.offering import lay_out_link
from renewals.actions.taking_back import take_back_notice
from renewals.actions.undelivered import renewal_of
from renewals.models import Renewal

_MOVED = "宛先が変わったため、新しい宛先のリンクに替えました。"


@action
def send_notice_again(*, bounce: Bounce, address: str, by: User, at: datetime) -> Letter | None:
    """Write the notice to the new address. None for letters that are no notice or reminder of one renewal; refused
    where the renewal has ended, or nobody in the customer's file has the address."""
    row = renewal_of(bounce)
    if row is None or bounce.letter.kind not in ABOUT_THE_RENEWAL:
        return None
    if not row.is_open:
        raise Refused(
            f"この更改は「{row.get_status_display()}」で終わっています。案内は送り直さず、必要なことは電話でお伝えください。",
            field="deed",
        )
    contacts = row.customer.contacts.filter(email__iexact=address, left=False)
    contact = contacts.order_by("-is_primary", "pk").first()
    if contact is None:
        raise Refused(
            "新しい宛先のご担当者が登録されていません。お客さまの画面で登録してから、送り直してください。",
            field="new_address",
        )
    take_back_notice(row, by=by, at=at)
    move_link(row, bounce.address, contact, by, at)
    new = notice_anew(row, contact, at)
    return queue_letter(
        agency=row.agency, key=f"bounce:{bounce.pk}:again", kind=new.kind, to=new.to, to_name=new.to_name,
        reply_to=new.reply_to, subject=new.subject, body=new.body, wording=new.wording, papers=new.papers,
        about=new.about, by=by, at=at,
    )  # fmt: skip


def move_link(row: Renewal, dead: str, contact: Contact, by: User, at: datetime) -> None:
    """The link that went to the old address is taken back, and one for the new address laid out. A link the office
    sent to somebody else stays, and this letter goes without."""
    quote = row.quote
    if quote is None:
        return
    open_ones = quote.invitations.open().filter(purpose=Purpose.QUESTIONNAIRE, in_another_letter=True)
    for invitation in open_ones:
        if all(visitor.email.lower() == dead.lower() for visitor in invitation.visitors.all()):
            revoke_invitation(invitation=invitation, reason=_MOVED, by=by, at=at)
    lay_out_link(row, quote, contact, by, at)
