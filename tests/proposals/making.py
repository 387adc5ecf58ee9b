"""Wishes and proposals for tests, through the actions the office uses."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from core.doors import perform
from customers.models import Customer
from proposals import actions
from proposals.comparing import compare, wished_of
from proposals.models import Proposal, Wish
from quotes.facts import RiskFacts
from tests.making import A_MONDAY

FACTS = RiskFacts("retail", 500_000_000, date(2026, 3, 31), "ACTUAL", 40).as_json()


def make_wish(customer: Customer, *, by: User | None = None, at: datetime = A_MONDAY, **facts: Any) -> Wish:
    """A wish told on the phone: leaks and repair, a hundred million and thirty million."""
    by = by or customer.in_charge
    corrects = facts.pop("corrects", None)
    told = {
        "risks": ["leak", "response"], "must_haves": [], "liability_yen": 100_000_000, "cost_yen": 30_000_000,
        "budget_yen": None, "inception_on": date(2026, 5, 1), "facts": FACTS, "words": "", "told_by": "田中 一郎",
        "method": "PHONE", "at": facts.pop("told_at", at), **facts,
    }  # fmt: skip
    return perform(
        actions.record_wish, customer=customer, facts=told, heard_by=by, corrects=corrects, by=by, at=at
    )  # fmt: skip


def make_proposal(wish: Wish, *, by: User | None = None, at: datetime = A_MONDAY, **facts: Any) -> Proposal:
    """The first cover in the order of the wishes, recommended for its limits."""
    by = by or wish.customer.in_charge
    said = {
        "covers": [], "served": ["liability"], "reason": "ご希望の限度額に届くため。", "method": "PHONE",
        "told_to": "田中 一郎", "proposed_by": by, "proposed_at": at, **facts,
    }  # fmt: skip
    if "recommended" not in said:
        said["recommended"] = compare(wish.customer, wished_of(wish)).columns[0].key
    return perform(actions.propose, wish=wish, by=by, at=at, **said)
