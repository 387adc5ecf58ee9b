"""A letter that did not reach an address (不達): noted once, and what a person does about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from correspondence.actions.letters import queue_letter, tell
from correspondence.blanks import BLANK
from correspondence.models import Bounce, IncomingMail, Letter
from correspondence.permissions import check_can_handle_bounce
from correspondence.queries import customers_of, dead_addresses
from correspondence.rules import check_addresses, check_one_line
from correspondence.signals import bounce_handled, letter_bounced, resend_asked
from correspondence.states import BounceDeed, LetterKind
from customers.actions import save_contact
from customers.models import Contact


@action
def note_bounce(
    *,
    letter: Letter,
    address: str,
    is_permanent: bool,
    reason: str,
    mail: IncomingMail | None = None,
    by: User,
    at: datetime,
) -> Bounce:
    """Note that a letter did not reach one of its addresses: told by `mail`, or by the server that refused it at the
    door. Once for each address, however often and by whomever it is told."""
    bounce, is_new = Bounce.objects.get_or_create(
        letter=letter, address=address,
        defaults={
            "agency_id": letter.agency_id, "mail": mail, "is_permanent": is_permanent, "diagnostic": reason[:400],
            "received_at": at, "received_by": by, "owner": writer_of(letter), "due_on": jst(at).date(),
        },
    )  # fmt: skip
    if is_new:
        words = f"メール「{letter.subject}」が{address}に届きませんでした: {bounce.diagnostic}"
        tell(letter, "letter.bounced", words, by=by, at=at)
        letter_bounced.send(sender=Bounce, bounce=bounce, by=by, at=at)
    return bounce


def recipient_meant(letter: Letter, said: Sequence[str]) -> str | None:
    """Which of a letter's addresses a server means, as the letter has it.

    It may name the address the mail was forwarded to; when the letter had one recipient, that is the one meant.
    """
    ours = {address.lower(): address for address in [*letter.to, *letter.cc]}
    known = next((ours[name.lower()] for name in said if name.lower() in ours), None)
    return letter.to[0] if known is None and len(ours) == 1 else known


def writer_of(letter: Letter) -> User | None:
    """Whose desk it lands on. The rounds' letters belong to nobody until a room above takes them over."""
    return None if letter.queued_by.is_robot else letter.queued_by


@action
def handle_bounce(
    *, bounce: Bounce, deed: BounceDeed, note: str, by: User, at: datetime, new_address: str = ""
) -> Bounce:
    """Write down what was done. A new address goes into the customer's file; 宛先を直して送り直した sends the letter
    there, with the words and papers it had, unless a room above writes what holds now."""
    row = Bounce.objects.select_for_update(of=("self",)).select_related("letter__agency").get(pk=bounce.pk)
    check_can_handle_bounce(by, row)
    note = check_one_line(note.strip(), "対応の内容")
    if not note:
        raise Refused("対応の内容を入力してください。", field="note")
    address = _checked(row, deed, new_address)
    if address:
        _correct_contacts(row, address, by, at)
    if deed == BounceDeed.MENDED:
        row.again = _send_again(row, address, by, at)
    row.deed, row.note, row.handled_at, row.handled_by = deed, note, at, by
    row.save()
    words = f"{row.address}への不達に対応({row.get_deed_display()}): {note}"
    tell(row.letter, "letter.bounce_handled", words, by=by, at=at)
    bounce_handled.send(sender=Bounce, bounce=row, by=by, at=at)
    return row


def _checked(bounce: Bounce, deed: BounceDeed, new_address: str) -> str:
    address = "".join(check_addresses([new_address])) if new_address.strip() else ""
    if deed == BounceDeed.MENDED and not address:
        raise Refused("送り直すには、新しい宛先を入力してください。", field="new_address")
    if deed == BounceDeed.DISMISSED and address:
        raise Refused("不達ではないときは、新しい宛先を空にしてください。", field="new_address")
    if not address:
        return ""
    if address.lower() == bounce.address.lower():
        raise Refused("届かなかった宛先と同じです。新しい宛先を入力してください。", field="new_address")
    if dead_addresses(bounce.agency_id, among=[address]):
        raise Refused("この宛先も以前に不達になっています。別の宛先を確認してください。", field="new_address")
    return address


def _correct_contacts(bounce: Bounce, address: str, by: User, at: datetime) -> None:
    """Every contact of the letter's customers who has the address it did not reach."""
    customers = customers_of(bounce.letter)
    contacts = Contact.objects.filter(customer__in=customers, email__iexact=bounce.address, left=False)
    for contact in contacts.select_related("customer").order_by("pk"):
        save_contact(customer=contact.customer, contact=contact, facts={"email": address}, by=by, at=at)


def _send_again(bounce: Bounce, address: str, by: User, at: datetime) -> Letter:
    known: list[tuple[Any, Any]] = resend_asked.send(sender=Bounce, bounce=bounce, address=address, by=by, at=at)
    better: Letter | None = next((answer for _, answer in known if answer is not None), None)
    if better is not None:
        return better
    letter = bounce.letter
    if BLANK in letter.body:
        raise Refused(
            "ご本人だけにお送りするリンクやコードは送り直せません。新しい宛先で、もう一度作成してください。",
            field="deed",
        )
    papers = [one.paper for one in letter.attachments.select_related("paper")]
    return queue_letter(
        agency=letter.agency, key=f"bounce:{bounce.pk}:again", kind=LetterKind(letter.kind), to=[address],
        to_name=letter.to_name, reply_to=letter.reply_to, subject=letter.subject, body=letter.body, papers=papers,
        about=letter.about, by=by, at=at,
    )  # fmt: skip
