"""The states of a policy (契約), their labels and the one table of allowed moves.

始期前 and 満期日当日 are no states: they follow from the term (`policies.rules.cover_at`).
"""

from django.db.models import TextChoices

from core.states import Status


class PolicyStatus(Status):
    IN_FORCE = "IN_FORCE", "good", "有効"
    EXPIRED = "EXPIRED", "ended", "満期"
    CANCELLED = "CANCELLED", "ended", "解約"


POLICY_MOVES: dict[str, tuple[str, ...]] = {
    PolicyStatus.IN_FORCE: (PolicyStatus.EXPIRED, PolicyStatus.CANCELLED),
    PolicyStatus.EXPIRED: (),
    PolicyStatus.CANCELLED: (),
}


class Delivery(TextChoices):
    """How the 証券 reaches the customer."""

    EMAIL = "EMAIL", "メール"
    POST = "POST", "郵送"
