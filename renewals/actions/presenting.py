"""Bringing a renewal's quote before the customer from the board (見積提示)."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from correspondence.queries import dead_addresses
from customers.queries import reachable_contact
from quotes.actions import send_quotation, submit_quote
from quotes.models import Quote
from quotes.permissions import check_can_send_quotation
from quotes.states import QuoteStatus
from renewals.actions.moving import locked
from renewals.models import Renewal
from renewals.permissions import check_can_open_quote


@action
def present_quote(*, renewal: Renewal, by: User, at: datetime) -> tuple[Quote, str]:
    """Have the renewal's quote judged and, once it can be offered, send the 見積書. Returns the quote and a sentence.

    Refused with what is missing: an offer needs the whole questionnaire. Where only the mail cannot go, the offer
    stands and the sentence says why.
    """
    row = locked(renewal)
    check_can_open_quote(by, row, at)
    quote = row.policy.renewal_quotes.open().first()
    if quote is None:
        raise Refused("更改の見積がまだありません。先に「更改の見積を開く」を行ってください。")
    if quote.status == QuoteStatus.DRAFT:
        quote = submit_quote(quote=quote, seen_version=quote.version, by=by, at=at)
    if quote.status == QuoteStatus.REFERRED:
        return quote, f"見積{quote.number}を引受照会しました。"
    if quote.status == QuoteStatus.DECLINED:
        return quote, f"見積{quote.number}は引受けできませんでした: {quote.closed_reason}"
    check_can_send_quotation(by, quote)
    contact = reachable_contact(row.customer, dead_addresses(row.agency))
    if contact is None:
        return quote, f"見積{quote.number}を提示できます。届くメールアドレスがないため、見積書は郵送してください。"
    try:
        # It refuses before it writes anything, so the offer above stands.
        send_quotation(quote=quote, contact=contact, by=by, at=at)
    except Refused as refusal:
        return quote, f"見積{quote.number}を提示できます。見積書は送っていません: {refusal.message}"
    return quote, f"見積{quote.number}の見積書を{contact.name}様に送ります。"
