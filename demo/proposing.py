"""What a new customer wants, and what he is proposed: the wish first, the comparison, the recommended cover."""

from datetime import date, datetime, timedelta
from random import Random

from core.clock import jst
from core.doors import perform
from core.errors import Refused
from customers.models import Customer
from demo.office import Case, Office
from demo.words import REASONS, WISH_WORDS
from products.queries import version_on
from proposals import actions as proposals
from proposals.comparing import Column, compare, wished_of
from proposals.items import items_of, unmet_items
from proposals.models import Wish
from quotes.facts import RiskFacts
from quotes.models import Quote

WISHES_SINCE = 150  # days before today since when every first conversation is written down as a wish
RISKS = ("leak", "response", "partners", "ransom", "interruption", "authorities")


def propose(office: Office, customer: Customer, case: Case, start: date, at: datetime) -> Quote | None:
    """A wish and the proposal for it. None where the office did not work so yet, or the product cannot be had."""
    if jst(at).date() < office.today - timedelta(days=WISHES_SINCE):
        return None
    chance = Random(case.company.corporate_number)
    try:
        wish = _wish(customer, case, start, chance, at)
    except Refused:
        return None  # begins too far ahead: the quote says the same
    comparison = compare(customer, wished_of(wish))
    column = next((c for c in comparison.columns if c.book.code == case.product and not c.problems), None)
    if column is None:
        return None
    others = [c.key for c in comparison.fitting if c.version == column.version and c.key != column.key]
    made = perform(
        proposals.propose, wish=wish, covers=others[:1] if chance.random() < 0.3 else [], recommended=column.key,
        served=_served(wish, column), reason=chance.choice(REASONS), confirmed=True, method="IN_PERSON",
        told_to=case.company.contact, proposed_by=case.person, proposed_at=at, by=case.person, at=at,
    )  # fmt: skip
    return made.quote


def _wish(customer: Customer, case: Case, start: date, chance: Random, at: datetime) -> Wish:
    plans = version_on(case.product, start).book.plans_for_sale
    plan = plans[case.plan % len(plans)]
    musts = ["insiders"] if case.product in ("sompo-simple", "sompo-cyber") else []
    if case.product == "sompo-cyber" and case.company.industry == "it_services":
        musts.append("it_services")
    elif case.product == "sompo-cyber" and case.plan % 4 == 0:
        musts.append("interruption")
    planned = case.special.get("fiscal_year_closed") == "no"
    facts = RiskFacts(
        case.company.industry, case.company.sales_yen // 10_000 * 10_000,
        date(jst(at).year - (jst(at).month < 5), 3, 31), "PLANNED" if planned else "ACTUAL", case.company.employees,
    )  # fmt: skip
    told = {
        "risks": chance.sample(RISKS, chance.randint(1, 3)), "must_haves": musts,
        "liability_yen": plan.liability_yen, "cost_yen": plan.cost_yen,
        "budget_yen": chance.choice([None, None, 150_000, 200_000, 500_000]), "inception_on": start,
        "facts": facts.as_json(), "words": chance.choice(WISH_WORDS), "told_by": case.company.contact,
        "method": chance.choice(["PHONE", "IN_PERSON"]), "at": at,
    }  # fmt: skip
    return perform(
        proposals.record_wish, customer=customer, facts=told, heard_by=case.person, by=case.person, at=at
    )  # fmt: skip


def _served(wish: Wish, column: Column) -> list[str]:
    unmet = unmet_items(column.facts, wish)
    return [item.code for item in items_of(wish) if item.code not in unmet and item.code != "words"][:3]
