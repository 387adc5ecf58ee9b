"""What a screen shows of a renewal's change: the premium's reasons as a picture and a table, and both years beside each
other. The quote's page gets it as a box (`quotes.beside`), for quotes know nothing of renewals."""

from datetime import datetime
from typing import Any

from accounts.models import User
from policies.models import Policy
from quotes.beside import Panel
from quotes.models import Quote
from renewals.changes import Proposed, agreed_situation, agreed_year, explained, proposals_of, proposed_by
from renewals.models import Renewal

TEMPLATE = "renewals/_change.html"


def change_panel(quote: Quote, user: User, at: datetime) -> Panel | None:
    """On the page of a renewal's quote, as soon as a plan has a premium."""
    if quote.renewal_of is None:
        return None
    context = _context(quote.renewal_of, quote, None)
    return Panel(TEMPLATE, context) if context else None


def change_of(renewal: Renewal) -> dict[str, Any] | None:
    """On the record of a renewal: of its quote in work, else of the latest terms; None while nothing is priced."""
    terms = renewal.terms.select_related("product_version").first()
    return _context(renewal.policy, renewal.quote, proposed_by(terms) if terms else None)


def _context(policy: Policy, quote: Quote | None, otherwise: Proposed | None) -> dict[str, Any] | None:
    before = agreed_situation(policy)
    proposed = proposals_of(quote, before) if quote is not None else ()
    first = proposed[0] if proposed else otherwise
    if first is None:
        return None
    change = explained(before, agreed_year(policy, before), first)
    return {"change": change, "proposed": first, "policy": policy, "others": proposed[1:]}
