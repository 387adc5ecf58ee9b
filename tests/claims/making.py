"""Claims for tests, through the office's own actions."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from claims import actions
from claims.models import Claim
from core.clock import JST
from core.doors import perform
from customers.models import Customer
from policies.models import Policy

A_TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=JST)


def claim_facts(at: datetime = A_TUESDAY, **facts: Any) -> dict[str, Any]:
    return {
        "kind": "CYBER",
        "description": "サーバーのファイルが暗号化され、開けなくなった。",
        "occurred_at": None,
        "discovered_at": at - timedelta(hours=2),
        "claimed_at": None,
        "claimant": "",
        "is_circumstance": False,
        "reported_at": at - timedelta(minutes=5),
        "measures": ["ISOLATED"],
        "measures_note": "",
        "reporter_name": "田中 一郎",
        "reporter_phone": "03-1111-2222",
        "reporter_email": "",
        "involves_personal_data": False,
        "leak_persons": None,
        "leak_sensitive": False,
        "leak_financial": False,
        "leak_wrongful": False,
        "funds_lost": False,
        "caller_words": "",
    } | facts


def make_claim(
    by: User,
    customer: Customer | None = None,
    policy: Policy | None = None,
    *,
    at: datetime = A_TUESDAY,
    owner: User | None = None,
    **facts: Any,
) -> Claim:
    """A claim as taken in: with a customer it is handed to the insurer, else it waits for one."""
    if customer is None and policy is None:
        facts.setdefault("caller_words", "見本商会")
    return perform(
        actions.open_claim, customer=customer, policy=policy, facts=claim_facts(at, **facts), owner=owner or by,
        by=by, at=at,
    )  # fmt: skip
