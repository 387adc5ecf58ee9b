"""What comes back from the customer, and the quote that follows."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from products.models import ProductVersion
from quotes.actions import open_quote, withdraw_quote
from quotes.models import Quote
from renewals.actions.moving import locked, save
from renewals.actions.taking_back import take_back_letters
from renewals.models import Renewal
from renewals.permissions import check_can_open_quote, check_can_record_response
from renewals.situation import next_version, successor_version
from renewals.states import SILENT_STATUSES, Channel, RenewalStatus, Response
from renewals.tracks import INELIGIBLE

_DOES_NOT_TAKE = "この商品では更改できないため、後継商品の見積に替えました。"


@action
def record_response(
    *,
    renewal: Renewal,
    seen_version: int,
    response: str,
    channel: str,
    person: str,
    note: str,
    responded_at: datetime,
    by: User,
    at: datetime,
) -> Renewal:
    """Note the customer's answer (回答): what, how, who said it and when. The latest counts, the history keeps all."""
    row = locked(renewal, seen_version)
    check_can_record_response(by, row, at)
    if responded_at > at:
        raise Refused("回答日時が未来になっています。回答を受けた日時を入力してください。", field="responded_at")
    if responded_at < row.policy.starts_at:
        raise Refused("回答日時が今の契約の始期より前です。日時を確認してください。", field="responded_at")
    row.response, row.response_channel = response, channel
    row.response_person, row.response_note = person, note
    row.responded_at, row.responded_by = responded_at, by
    row.correction = ""  # whoever spoke with the customer has told him what changed
    if row.status in SILENT_STATUSES:
        row.status = RenewalStatus.RESPONDED
    take_back_letters(row, by=by, at=at)
    words = f"{person}様から回答がありました({Channel(channel).label}): {Response(response).label}"
    return save(row, "record_response", f"{words}。{note}" if note else f"{words}。", by=by, at=at)


def _version_for(row: Renewal) -> ProductVersion:
    """The book of the new contract; its successor's where the product has come to its end, or where it does not take
    the customer any more."""
    version, ended = next_version(row.policy)
    if version is None or _is_ineligible(row):
        version = successor_version(row.policy.product_version.book, row.ends_on) or version
    if version is None:
        raise Refused(f"{ended}後継商品の版が公開されていないため、見積を開けません。管理者に連絡してください。")
    return version


def _is_ineligible(row: Renewal) -> bool:
    return any(reason["code"] == INELIGIBLE for reason in row.track_reasons)


@action
def open_renewal_quote(*, renewal: Renewal, by: User, at: datetime) -> Quote:
    """Open the quote of this renewal: last year's facts, this year's sales asked anew. One that is open is returned,
    unless its product does not take the customer any more: the successor's takes its place."""
    row = locked(renewal)
    check_can_open_quote(by, row, at)
    version = _version_for(row)
    standing = row.policy.renewal_quotes.open().first()
    if standing is not None:
        of_old_product = standing.product_version.product_id == row.policy.product_version.product_id
        leads_nowhere = standing.status == Quote.Status.DRAFT and of_old_product and _is_ineligible(row)
        if not leads_nowhere or version.product_id == standing.product_version.product_id:
            return standing
        withdraw_quote(quote=standing, reason=_DOES_NOT_TAKE, by=by, at=at)
        row = locked(renewal)  # the withdrawal moved it
    quote = open_quote(
        customer=row.customer,
        product_version=version,
        inception_on=row.ends_on,
        renewal_of=row.policy,
        by=by,
        at=at,
    )
    row.quote = quote
    save(row, "open_renewal_quote", f"更改の見積{quote.number}を開きました。", by=by, at=at, more=[quote])
    return quote
