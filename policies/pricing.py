"""What the tariff says of a changed contract, asked of the room above that knows how it was priced (quotes).

Policies keep what was agreed, not the answers it was priced on. The room that has them registers in its AppConfig.
"""

from collections.abc import Callable
from dataclasses import dataclass

from policies.models import Policy
from policies.terms import Receipt, Terms


@dataclass(frozen=True, slots=True)
class TariffPremium:
    """The premium of the whole term on the changed terms with its receipt, or the sentence why there is none."""

    premium_yen: int | None
    why: str = ""
    receipt: Receipt | None = None


Pricing = Callable[[Policy, Terms], TariffPremium]
_NOBODY = TariffPremium(None, "この契約は料率で計算できません。保険会社の回答を入力してください。")
_pricing: list[Pricing] = []


def price_by(pricing: Pricing) -> None:
    """The room above that knows how contracts are priced."""
    _pricing[:] = [pricing]


def tariff_premium(policy: Policy, terms: Terms) -> TariffPremium:
    """What the contract's book asks for these terms."""
    return _pricing[0](policy, terms) if _pricing else _NOBODY
