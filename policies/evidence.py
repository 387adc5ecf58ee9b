"""The contract as plain lines, for the pack that proves a solicitation."""

from core.telling import Section, told
from policies.models import Policy


def evidence_of(policy: Policy | None) -> list[Section]:
    """The contract that came of it, where one did."""
    if policy is None:
        return [Section("policy", "成立した契約", (), (Policy,))]
    facts = [
        ("プラン", policy.as_issued.plan_label),
        ("補償", "\n".join(f"{line.label} {line.limit_yen:,}円" for line in policy.as_issued.cover)),
    ]
    line = told(
        policy, policy.number, at=policy.issued_at, facts=facts,
        omits=("agency", "customer", "product_version", "number", "terms", "instalments", "version"),
    )  # fmt: skip
    return [Section("policy", "成立した契約", (line,), (Policy,))]
