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


class EndKind(TextChoices):
    """How a contract ends before its term is over (practice 3-4): who ends it, and whether it ever held."""

    CANCELLED = "CANCELLED", "解約(契約者の申出)"
    REPLACED = "REPLACED", "中途更改(新しい契約への切替え)"
    RESCINDED = "RESCINDED", "解除(告知義務違反)"
    TERMINATED = "TERMINATED", "解除(その他の事由)"
    LAPSED = "LAPSED", "失効(保険の目的がなくなった)"
    VOID = "VOID", "無効"
    AVOIDED = "AVOIDED", "取消"


# The contract never held: it ends in the hour in which it began.
FROM_THE_START = (EndKind.VOID, EndKind.AVOIDED)


class PremiumBasis(TextChoices):
    """Where the premium after an endorsement comes from."""

    TARIFF = "TARIFF", "料率による計算"
    CARRIER = "CARRIER", "保険会社の回答"
