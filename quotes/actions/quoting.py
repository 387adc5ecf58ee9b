"""Taking down the carrier's own price (保険会社の見積回答) for a case the book does not price."""

from collections.abc import Mapping
from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from correspondence.models import Document
from quotes.actions.deciding import decide
from quotes.actions.options import name_premium
from quotes.actions.referring import locked_referral
from quotes.actions.submitting import offer
from quotes.models import CarrierAnswer, Quote, Referral
from quotes.permissions import check_can_record_carrier_answer
from quotes.rules import check_carrier_answer
from quotes.states import Decision


@action
def record_carrier_answer(
    *,
    referral: Referral,
    premiums: Mapping[int, int],
    reference: str,
    answered_on: date,
    valid_until: date,
    document: Document,
    by: User,
    at: datetime,
) -> Quote:
    """Offer at the carrier's premiums (option key → yen for the term), as long as its answer stands.

    Staff may do this while the carrier's price is all that is awaited; whatever else was referred is for underwriting.
    """
    quote, row = locked_referral(referral)
    check_can_record_carrier_answer(by, row)
    check_carrier_answer(answered_on, valid_until, jst(at).date())
    insurer = quote.product_version.product.insurer
    source = f"{insurer} 回答番号 {reference}({answered_on:%Y-%m-%d})"
    for option in quote.options.filter(premium_yen=None):
        yen = premiums.get(option.pk)
        if not yen or not 0 < yen < 10**12:
            raise Refused(
                f"プラン「{option.label}」の保険料を、保険会社の回答のとおりに入力してください。",
                field=f"premium_{option.pk}",
            )
        name_premium(option, yen, "保険会社の見積り", source)
    decide(quote, row, Decision.CARRIER, f"{source}のとおり見積りました。", "", by, at)
    CarrierAnswer.objects.create(
        referral=row,
        reference=reference,
        answered_on=answered_on,
        valid_until=valid_until,
        document=document,
        recorded_at=at,
        recorded_by=by,
    )
    words = "に保険会社の見積りを登録し、提示できるようになりました。"
    return offer(quote, verb="record_carrier_answer", words=words, by=by, at=at, stands_until=valid_until)
