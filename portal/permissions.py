"""What staff may do with an invitation; each check returns nothing, or refuses with a sentence."""

from datetime import date

from accounts.models import User
from accounts.permissions import check_can_write
from core.errors import Refused
from portal.models import Invitation, Visitor
from portal.states import InvitationStatus, Purpose
from quotes.models import Quote
from quotes.states import QuoteStatus


def check_can_invite(user: User, quote: Quote, purpose: str, on: date, *, is_open: bool, is_asked: bool = True) -> None:
    """The questionnaire while the quote is a draft, the application while an offer stands. `is_open`: a link of this
    purpose is out already; `is_asked`: the book asks the customer anything at all."""
    check_can_write(user)
    if is_open:
        raise Refused("この用途のリンクはすでに送っています。「もう一度送る」か「取り消す」を使ってください。")
    if purpose == Purpose.QUESTIONNAIRE:
        if quote.status != QuoteStatus.DRAFT:
            raise Refused("告知書への回答は、見積が作成中のあいだだけお願いできます。")
        if not is_asked:
            raise Refused("この商品には、お客さまに回答していただく質問がありません。")
        return
    if quote.status != QuoteStatus.OFFERED:
        raise Refused("申込は、見積が提示できる状態になってからお願いできます。")
    if quote.has_run_out(on):
        raise Refused("見積の有効期限が切れています。改訂して、もう一度判定してください。")


def check_can_change_invitation(user: User, invitation: Invitation) -> None:
    """Send again, revoke: only while the customer still has something to do."""
    check_can_write(user)
    if not invitation.is_open:
        raise Refused(
            f"このリンクは「{invitation.get_status_display()}」です。必要なときは新しいリンクを作成してください。"
        )


def check_can_admit_visitor(user: User, visitor: Visitor) -> None:
    check_can_change_invitation(user, visitor.invitation)
    if visitor.is_admitted:
        raise Refused(f"{visitor.name}様はすでに承認されています。")


def check_can_take_application(user: User, invitation: Invitation) -> None:
    """What the customer signed by link becomes the application, as long as the same offer stands."""
    check_can_write(user)
    quote = invitation.quote
    if invitation.purpose != Purpose.APPLICATION or invitation.status != InvitationStatus.SIGNED:
        raise Refused("お客さまはまだ申込を確定していません。")
    if quote.status != QuoteStatus.OFFERED or quote.edition != invitation.edition:
        raise Refused("お客さまが確定した見積ではなくなりました。あらためて申込をお願いしてください。")
