"""What a renewal's quote has to ask: reads the form, last year's form and what the year brought. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import jst
from policies.models import Policy
from products.bank import bank
from products.scoring import shown_questions
from quotes.contradicting import contradicted_by_the_year
from quotes.models import Answer, Quote
from quotes.queries import Case, answers_shown, case_of
from quotes.renewing import LastTime, RenewalPlan, Standing, Year, plan, words_of


def plan_of(
    quote: Quote,
    rows: Sequence[Answer] | None = None,
    case: Case | None = None,
    last: Mapping[str, LastTime] | None = None,
) -> RenewalPlan:
    """The plan of a renewal's form as it stands. Whoever has read its answers or the last form's gives them."""
    answers = answers_shown(quote) if rows is None else list(rows)
    known = case or case_of(quote, answers)
    return plan(
        known.book, shown_questions(known.answers, known.book, known.risk.facts),
        {row.question_id: _standing(row) for row in answers},
        last_time(quote) if last is None else last,
        sales_told=known.facts.sales_yen is not None,
        inception_on=quote.inception_on,
        bank=bank(),
        year=Year(contradicted_by_the_year(quote, known, answers), touched_by_endorsements(quote.renewal_of)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToAsk:
    """The plan for the office's screen: what must be asked, in the words that are asked, and why."""

    plan: RenewalPlan
    lines: tuple[tuple[str, str, str], ...]  # id, wording, why


def asked_of(quote: Quote, rows: Sequence[Answer], case: Case) -> ToAsk:
    """What is still to be asked of a renewal's customer."""
    found = plan_of(quote, rows, case)
    words = {question.id: question.wording for question in case.book.questions}
    words |= {declaration.id: declaration.wording for declaration in case.book.declarations}
    return ToAsk(found, tuple((ask.id, words[ask.id], ask.why.sentence) for ask in found.asked))


# What an endorsement (異動) of these terms makes doubtful in the form, by the bank's meanings.
_TOUCHES = {
    "insureds": frozenset({"subsidiaries", "subsidiary_names", "partners", "partner_names", "insureds_sales_yen"}),
    "industry_code": frozenset({"it_services_to_others", "it_services_detail", "consumer_lending", "mutual_aid"}),
    "sales_yen": frozenset({"retail_sales_yen", "overseas_sales_yen", "insureds_sales_yen"}),
}


def touched_by_endorsements(policy: Policy | None) -> frozenset[str]:
    """Questions whose answers an endorsement of the term may have overtaken."""
    if policy is None or policy.endorsed_terms is None:
        return frozenset()
    before, now = policy.as_issued, policy.agreed
    touched = (ids for name, ids in _TOUCHES.items() if getattr(before, name) != getattr(now, name))
    return frozenset().union(*touched)


def _standing(row: Answer) -> Standing:
    """An answer that was taken over is as old as the one it comes from."""
    said = row.carried_from if row.is_carried and row.carried_from is not None else row
    return Standing(row.value, row.is_carried, jst(said.answered_at).date())


def form_of(policy: Policy | None) -> Quote | None:
    """The quote a policy came from; one that was taken over from elsewhere has none. Asked for once: the policy keeps
    it, as nothing changes in it any more."""
    return getattr(policy, "quote", None)


def last_time(quote: Quote) -> dict[str, LastTime]:
    """What the customer said in the form of the contract that ends, where it was this product's: another one's words
    are other words, and its answers came along by their meaning."""
    last = form_of(quote.renewal_of)
    if last is None or last.product_version.product_id != quote.product_version.product_id:
        return {}
    asked = {question.id: words_of(question) for question in last.product_version.book.questions}
    rows = Answer.objects.filter(quote=last, is_carried=False).values_list("question_id", "value", "wording_version")
    return {name: LastTime(value, version, asked.get(name, ())) for name, value, version in rows}


def answers_of(rows: Mapping[str, LastTime]) -> dict[str, Any]:
    """Values only."""
    return {name: said.value for name, said in rows.items()}
