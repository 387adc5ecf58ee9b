"""What the tariff says of a contract whose terms change on the way (異動), on the answers it was priced on."""

from dataclasses import replace

from core.errors import Refused
from policies.models import Policy
from policies.pricing import TariffPremium
from policies.terms import Receipt, Terms
from products.rating import rate
from products.risks import risk_from
from quotes.covers import selection_agreed
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import case_of, rating_facts

_NO_QUOTE = "この契約の見積がないため、料率で計算できません。保険会社の回答を入力してください。"
_MOVED = "引受担当か保険会社が決めた保険料の契約です。変更後の保険料も、保険会社の回答を入力してください。"


def tariff_of(policy: Policy, terms: Terms) -> TariffPremium:
    """The premium of the whole term on these terms. The tariff is asked only where it still says what the contract
    cost when it was issued; a premium somebody named is for him to change."""
    quote = Quote.objects.select_related("product_version", "application__option").filter(policy=policy).first()
    if quote is None:
        return TariffPremium(None, _NO_QUOTE)
    case = case_of(quote)
    try:
        if rate(case.risk, selection_agreed(policy.as_issued.selection), case.book).total_yen != policy.premium_yen:
            return TariffPremium(None, _MOVED)
        facts = replace(facts_from(quote.facts), industry=terms.industry_code, sales_yen=terms.sales_yen)
        risk = risk_from(rating_facts(quote, facts), case.book, case.answers)
        found = rate(risk, selection_agreed(terms.selection), case.book)
    except Refused as refusal:
        return TariffPremium(None, refusal.message)
    return TariffPremium(found.total_yen, receipt=Receipt.model_validate(found.as_json(), strict=False))
