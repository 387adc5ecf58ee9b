"""What the proposals' room shows on the page of a quote: the wish it serves, and the proposal it came from."""

from datetime import datetime

from accounts.models import User
from proposals.items import labels_of
from proposals.queries import proposal_of
from quotes.beside import Panel
from quotes.models import Quote


def proposal_panel(quote: Quote, user: User, at: datetime) -> Panel | None:
    """The wish, the recommendation and its reason; nothing on a quote that came another way."""
    proposal = proposal_of(quote)
    if proposal is None:
        return None
    labels = labels_of(proposal.wish, proposal.served)
    return Panel("proposals/_panel.html", {"proposal": proposal, "wish": proposal.wish, "served": labels})
