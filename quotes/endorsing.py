"""What a contract was insured on, and what its tariff says when its terms change on the way (異動)."""

from dataclasses import replace
from typing import Any

from core.errors import Refused
from policies.covering import selection_agreed
from policies.models import Policy
from policies.pricing import Known, TariffPremium, subsidiaries_in
from policies.terms import Receipt, Terms
from products.rating import rate
from products.risks import Risk, risk_from
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import Case, case_of, rating_facts

_MOVED = "引受担当か保険会社が決めた保険料の契約です。変更後の保険料も、保険会社の回答を入力してください。"
_COUNTED = "subsidiaries"


def known_of(policy: Policy, terms: Terms) -> Known | None:
    """The company before and after the change, on the answers the contract was priced on; None where the house never
    quoted it."""
    quote = Quote.objects.select_related("product_version", "application__option").filter(policy=policy).first()
    if quote is None:
        return None
    case = case_of(quote)
    before, after = _company(quote, case, policy, policy.agreed), _company(quote, case, policy, terms)
    return Known(before, after, _tariff(case, policy, terms, before, after))


def _company(quote: Quote, case: Case, policy: Policy, terms: Terms) -> Risk:
    facts = replace(facts_from(quote.facts), industry=terms.industry_code, sales_yen=terms.sales_yen)
    answers: dict[str, Any] = dict(case.answers)
    if terms.insureds != policy.as_issued.insureds and _COUNTED in answers:
        answers[_COUNTED] = subsidiaries_in(terms)  # the names say how many there are now
    return risk_from(rating_facts(quote, facts), case.book, answers)


def _tariff(case: Case, policy: Policy, terms: Terms, before: Risk, after: Risk) -> TariffPremium:
    """The premium of the whole term on these terms. The tariff is asked only where it still says what the contract
    costs, as issued and as it stands; a premium somebody named is for him to change."""
    try:
        issued = rate(case.risk, selection_agreed(policy.as_issued.selection), case.book).total_yen
        stands = rate(before, selection_agreed(policy.agreed.selection), case.book).total_yen
        if (issued, stands) != (policy.premium_yen, policy.premium_now_yen):
            return TariffPremium(None, _MOVED)
        found = rate(after, selection_agreed(terms.selection), case.book)
    except Refused as refusal:
        return TariffPremium(None, refusal.message)
    return TariffPremium(found.total_yen, receipt=Receipt.model_validate(found.as_json(), strict=False))
