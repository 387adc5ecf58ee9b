"""What screens and actions ask about wishes and proposals, in few statements."""

from collections.abc import Sequence

from customers.models import Customer
from proposals.models import Proposal, Wish
from quotes.models import Quote


def first_wish(wish: Wish) -> Wish:
    """The wish the first conversation brought: the 当初意向 behind later changes."""
    while wish.corrects is not None:
        wish = wish.corrects
    return wish


def latest_wish(customer: Customer) -> Wish | None:
    """What the customer wants now, as far as it was told."""
    return Wish.objects.filter(customer=customer).order_by("-pk").first()


def wishes_of(customer: Customer, count: int) -> Sequence[Wish]:
    """The newest wishes, with the proposals made for each."""
    rows = Wish.objects.filter(customer=customer).select_related("heard_by")
    return list(rows.prefetch_related("proposals__quote").order_by("-pk")[:count])


def proposal_of(quote: Quote) -> Proposal | None:
    """The proposal a quote came from; a renewal and an older quote have none."""
    rows = Proposal.objects.select_related("wish", "paper", "by").filter(quote=quote)
    return rows.first()
