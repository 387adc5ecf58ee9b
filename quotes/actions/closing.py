"""Ends and new beginnings of an offer: revise, withdraw, lapse."""

from datetime import date, datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import event
from core.models import Event
from quotes.actions.moving import locked, move
from quotes.models import Quote, Referral
from quotes.permissions import check_can_revise_quote, check_can_take_back_quote, check_can_withdraw_quote
from quotes.signals import quote_moved
from quotes.states import QuoteStatus, ReferralStatus

BATCH = 500
_RUN_OUT = "有効期限までに申込がありませんでした。"


@action
def revise_quote(*, quote: Quote, seen_version: int, by: User, at: datetime) -> Quote:
    """Take an offer back to the desk as its next edition. The papers of the edition before stay filed; the book, and
    where it says so underwriting, judges anew."""
    row = locked(quote, seen_version)
    check_can_revise_quote(by, row)
    return _to_the_desk(row, "revise_quote", "を改訂します", by, at)


@action
def take_back_quote(*, quote: Quote, by: User, at: datetime) -> Quote:
    """Take a renewal's quote back from underwriting (引戻し) before it has decided, as its next edition: the contract
    it renews has changed, and what lies before the underwriter is no longer what is wanted."""
    row = locked(quote)
    check_can_take_back_quote(by, row)
    return _to_the_desk(row, "take_back_quote", "を引受照会から引き戻しました", by, at)


def _to_the_desk(row: Quote, verb: str, words: str, by: User, at: datetime) -> Quote:
    row.submitted_at = row.submitted_by = row.offered_at = row.offered_by = row.valid_until = None
    row.verdict = []
    _withdraw_referrals(row)
    row.edition += 1
    summary = f"見積{row.number}{words}(第{row.edition}版)。"
    return move(row, QuoteStatus.DRAFT, verb=verb, summary=summary, by=by, at=at, edition=row.edition)


@action
def withdraw_quote(*, quote: Quote, reason: str, by: User, at: datetime) -> Quote:
    """The customer or the agency lets go of the quote; a referral that waits goes with it."""
    row = locked(quote)
    check_can_withdraw_quote(by, row)
    if not reason.strip():
        raise Refused("取下げの理由を入力してください。", field="reason")
    _withdraw_referrals(row)
    row.closed_at, row.closed_by, row.closed_reason = at, by, reason.strip()[:400]
    return move(
        row, QuoteStatus.WITHDRAWN, verb="withdraw_quote",
        summary=f"見積{row.number}を取り下げました({row.closed_reason})。", by=by, at=at,
    )  # fmt: skip


def _withdraw_referrals(quote: Quote) -> None:
    """What waits for a decision waits no more; of an offer too, where only a later step was held up."""
    for referral in quote.referrals.select_for_update().filter(status__in=[ReferralStatus.OPEN, ReferralStatus.ASKED]):
        referral.status = ReferralStatus.WITHDRAWN
        referral.save(update_fields=["status"])


@action
def lapse_quotes_due(*, on: date, by: User, at: datetime) -> int:
    """Nightly: end every offer whose last day is over, in a fixed number of statements. Returns how many."""
    due = list(
        Quote.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("customer")
        .filter(status=QuoteStatus.OFFERED, valid_until__lt=on)
        .order_by("pk")
    )
    for quote in due:
        quote.status, quote.closed_at, quote.closed_by, quote.closed_reason = QuoteStatus.LAPSED, at, by, _RUN_OUT
        quote.version += 1
    Quote.objects.bulk_update(due, ["status", "closed_at", "closed_by", "closed_reason", "version"], batch_size=BATCH)
    lines = [
        event(
            "quotes.lapse_quotes_due", f"見積{quote.number}の有効期限が切れました。",
            about=[quote, quote.customer], by=by, at=at,
        )
        for quote in due
    ]  # fmt: skip
    Event.objects.bulk_create(lines, batch_size=BATCH)
    Referral.objects.undecided().filter(quote__in=due).update(status=ReferralStatus.WITHDRAWN)
    for quote in due:
        quote_moved.send(sender=Quote, quote=quote, before=QuoteStatus.OFFERED, by=by, at=at)
    return len(due)
