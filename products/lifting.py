"""What a rule that refers a case blocks, and what sort of authority lifts it (引受権限の区分).

A book may say both for each rule; where it does not, a rule blocks the offer, and its kind follows from its code.
"""

from typing import Literal

Gate = Literal["offer", "application", "issue"]
Lifting = Literal["limit", "history", "security", "business", "price", "document", "carrier", "contradiction"]

_KNOWN: dict[str, Lifting] = {
    "liability_authority": "limit",
    "cost_authority": "limit",
    "prior_incident": "history",
    "past_attack": "history",
    "known_circumstances": "history",
    "weak_security": "security",
    "supply_chain_control": "security",
    "beyond_tariff": "price",
    "fiscal_year_closed": "document",
}


def lifting_of(code: str, said: Lifting | None) -> Lifting:
    """What the book says, or what the rule's code means in every book; anything else is about the business."""
    return said or _KNOWN.get(code, "business")
