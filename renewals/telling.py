"""What the customer's page says of his renewal after he has signed: the offer, or why somebody will call."""

from core.money import format_yen
from portal.afterwards import Afterwards
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.models import RenewalTerms
from renewals.tracks import NO_RULES

_CALLS = "担当者からお電話でご連絡します。お急ぎのときは、上の電話番号にお電話ください。"


def afterwards_of(quote: Quote) -> Afterwards | None:
    """None for quotes that renew nothing."""
    if quote.renewal_of_id is None:
        return None
    revisions = list(RenewalTerms.objects.filter(quote=quote).order_by("-revision")[:2])
    if not revisions:
        return None
    terms = revisions[0]
    if terms.is_simple and terms.premium_yen is not None and quote.status != QuoteStatus.DRAFT:
        return Afterwards("新しい保険料", (*_premium(terms, revisions[1] if len(revisions) > 1 else None), _NEXT))
    why = tuple(f"・{reason['sentence']}" for reason in terms.reasons if reason["code"] != NO_RULES)
    why = ("次の点を担当者が確認します。", *why) if why else ("担当者がご回答を確認します。",)
    return Afterwards("ありがとうございました。担当者からご連絡します", (*why, _CALLS))


_NEXT = "続けて、重要事項のご確認とお申し込みに進めます。あとで続けるときは、メールでお送りしたリンクから開けます。"


def _premium(terms: RenewalTerms, printed: RenewalTerms | None) -> tuple[str, ...]:
    assert terms.premium_yen is not None
    words = f"年間 {format_yen(terms.premium_yen)}"
    if printed is None or printed.premium_yen is None:
        return (words,)
    if printed.premium_yen == terms.premium_yen:
        return (f"{words}。ご案内に記載した保険料のとおりです。",)
    told = f"ご案内に記載した保険料は前年の売上高による{format_yen(printed.premium_yen)}でした。"
    return (f"{words}。{told}今年の売上高とご回答で計算し直しました。",)
