"""What every verb on a quote begins and ends with: the lock, and the move that leaves a line and tells the others."""

from datetime import datetime
from typing import Any

from accounts.models import User
from core.errors import Stale
from core.history import record
from core.models import key_of, thread_key
from customers.models import Customer
from quotes.models import Quote
from quotes.signals import quote_moved
from quotes.states import QuoteStatus


def locked(quote: Quote, seen_version: int | None = None) -> Quote:
    """The quote's row, locked until the door closes. Refused when it changed after `seen_version`.

    Brings along what nearly every verb reads, the product, and not its book's text, which is kept by fingerprint:
    planning a join of six tables took three times as long as all the rest.
    """
    row = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("product_version__product")
        .defer("product_version__content")
        .get(pk=quote.pk)
    )
    if seen_version is not None and row.version != seen_version:
        raise Stale
    return row


def about(quote: Quote) -> list[str]:
    """Whose timelines show what happens to a quote, by their keys; no query."""
    return [thread_key(quote), key_of(Customer, quote.customer_id)]


def touch(quote: Quote) -> None:
    """Something a form may have shown has changed: forms that saw less are stale now."""
    quote.version += 1
    quote.save(update_fields=["version"])


def move(quote: Quote, to: QuoteStatus, *, verb: str, summary: str, by: User, at: datetime, **details: Any) -> Quote:
    """Change the status, write the line of history, tell the rooms above. The caller set what goes with it."""
    before = quote.status
    quote.status = to
    quote.version += 1
    quote.save()
    record(f"quotes.{verb}", summary, about=about(quote), by=by, at=at, **details)
    quote_moved.send(sender=Quote, quote=quote, before=before, by=by, at=at)
    return quote
