"""A renewal's quote follows the contract that ends: what was endorsed or claimed on meanwhile is in it, and what was
offered before that is judged anew."""

from dataclasses import replace
from datetime import datetime

from accounts.models import User
from core.doors import action
from core.history import record
from policies.covering import selection_agreed
from policies.models import Policy
from quotes.actions.closing import revise_quote
from quotes.actions.moving import about, locked, touch
from quotes.actions.options import replace_cover, reprice
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.states import QuoteStatus


@action
def follow_contract(*, quote: Quote, cause: str, by: User, at: datetime) -> Quote:
    """Take an offer back to the desk and bring the contract's changed cover and line of business into the draft. What
    waits for underwriting or was applied for is left to the people who have it before them."""
    row = locked(quote)
    policy = row.renewal_of
    if policy is None:
        return row
    if row.status == QuoteStatus.OFFERED:
        row = revise_quote(quote=row, seen_version=row.version, by=by, at=at)
    if row.status != QuoteStatus.DRAFT:
        return row
    if take_over_endorsed(row, policy):
        touch(row)
        words = f"見積{row.number}の補償と業種を、契約の変更に合わせました({cause})。"
        record("quotes.follow_contract", words, about=about(row), by=by, at=at)
    return row


def take_over_endorsed(quote: Quote, policy: Policy) -> bool:
    """The cover and the line of business as the contract has them since its last 異動. Returns whether it had one."""
    if policy.endorsed_terms is None or not policy.agreed.selection:
        return False
    facts = facts_from(quote.facts)
    if quote.product_version.book.industry(policy.agreed.industry_code):
        facts = replace(facts, industry=policy.agreed.industry_code)
    quote.facts = facts.as_json()
    quote.save(update_fields=["facts"])
    carried = quote.options.order_by("position").first()
    if carried is not None:
        carried.quote = quote
        replace_cover(carried, selection_agreed(policy.agreed.selection))
    reprice(quote)
    return True
