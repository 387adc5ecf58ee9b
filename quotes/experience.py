"""The claims of the term speak (事故歴): counted into the facts of a renewal, rated where the book reads them, else
put before an underwriter."""

from dataclasses import replace

from core.clock import jst
from customers.happenings import Happening, happenings_of
from policies.models import Policy
from products.book import Experience
from quotes.facts import RiskFacts
from quotes.queries import Case
from quotes.rules import Raised, Triage, also
from quotes.states import Gate, ReasonKind

CODE = "experience"
_SENTENCE = "契約期間中に事故の受付があります。経過と再発防止を確認し、更改の可否と条件を判断してください。"


def happened_in(policy: Policy) -> tuple[Happening, ...]:
    """Everything reported to us that happened, or was feared, since the contract began."""
    begins = jst(policy.starts_at).date()
    return tuple(one for one in happenings_of(policy.customer) if one.on >= begins)


def with_claims(facts: RiskFacts, renewal_of: Policy | None) -> RiskFacts:
    """The facts with the claims of the contract that ends; those of a new customer have none."""
    return facts if renewal_of is None else replace(facts, claims_in_term=len(happened_in(renewal_of)))


def with_experience(verdict: Triage, case: Case) -> Triage:
    """Where the book does not read the claims of the term, they are a reason for underwriting."""
    if not case.facts.claims_in_term or verdict.way == "decline":
        return verdict
    rules = case.book.renewal.experience if case.book.renewal else None
    if rules is not None and rules.by == "book":
        return verdict
    return also(verdict, raised_by_claims(case.facts.claims_in_term, rules))


def raised_by_claims(count: int, rules: Experience | None) -> Raised:
    """The reason, in the book's sentence where it has one."""
    sentence = rules.sentence if rules else _SENTENCE
    return Raised(CODE, sentence, "すべてのプラン", Gate.OFFER, ReasonKind.HISTORY, f"事故{count}件の経過と再発防止策")
