"""What the house knows of a contract's company and what its tariff says, asked of the room above it (quotes).

Policies keep what was agreed, not the answers it was priced on. The room that has them registers in its AppConfig.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Refused
from policies.models import Policy
from policies.terms import Receipt, Terms
from products.risks import Risk, risk_from


@dataclass(frozen=True, slots=True)
class TariffPremium:
    """The premium of the whole term on the changed terms with its receipt, or the sentence why there is none."""

    premium_yen: int | None
    why: str = ""
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The company as the contract's book sees it, before a change of terms and after it, and the tariff's premium."""

    before: Risk
    after: Risk
    tariff: TariffPremium


Source = Callable[[Policy, Terms], Known | None]
_NOBODY = TariffPremium(None, "この契約の見積がないため、料率で計算できません。保険会社の回答を入力してください。")
_sources: list[Source] = []


def ask(source: Source) -> None:
    """The room above that knows on which answers contracts were priced."""
    _sources[:] = [source]


def known_of(policy: Policy, terms: Terms) -> Known:
    """What is known for these terms, by the book of the contract itself, never a newer one. Of a contract taken over
    from elsewhere only what its terms say."""
    known = _sources[0](policy, terms) if _sources else None
    return known or Known(_by_terms(policy, policy.agreed), _by_terms(policy, terms), _NOBODY)


def _by_terms(policy: Policy, terms: Terms) -> Risk:
    facts = {"industry": terms.industry_code, "sales_yen": terms.sales_yen, "subsidiaries": subsidiaries_in(terms)}
    try:
        return risk_from(facts, policy.product_version.book)
    except Refused as refusal:
        raise Refused(refusal.message, field="sales_yen") from refusal


def subsidiaries_in(terms: Terms) -> int:
    """How many of the insured companies are subsidiaries."""
    return sum(one.role == "subsidiary" for one in terms.insureds)
