"""Customers for tests: they come by the link in their mail and type the code from their mail, as people do."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock
from core.doors import perform
from correspondence.tasks import drain
from customers.queries import primary_contact
from desk.duties.board import board
from desk.duties.kinds import Moment
from desk.duties.scope import Scope
from portal import actions
from portal.models import Invitation
from portal.states import Purpose
from quotes import actions as quote_actions
from quotes.models import Quote
from quotes.states import QuoteStatus
from tests.making import make_customer, make_robot, make_user
from tests.quotes.making import STANDARD, make_quote, make_version


def make_open_quote(*, code: str = STANDARD, by: User | None = None, at: datetime | None = None) -> Quote:
    """A draft nobody has answered anything of."""
    at, by = at or clock.now(), by or make_user()
    make_robot(by.agency)
    on = clock.jst(at).date() + timedelta(days=30)
    return perform(
        quote_actions.open_quote, customer=make_customer(by, at=at), product_version=make_version(code, on),
        inception_on=on, renewal_of=None, by=by, at=at,
    )  # fmt: skip


def make_offer(*, by: User | None = None, at: datetime | None = None, **facts: Any) -> Quote:
    """An offer of today, with its papers."""
    at, by = at or clock.now(), by or make_user()
    make_robot(by.agency)
    on = clock.jst(at).date() + timedelta(days=30)
    return make_quote(QuoteStatus.OFFERED, by=by, at=at, inception_on=on, **facts)


def send_link(quote: Quote, purpose: Purpose = Purpose.QUESTIONNAIRE, *, at: datetime | None = None) -> Invitation:
    """To the customer's first contact, by the person in charge."""
    contact = primary_contact(quote.customer)
    return perform(
        actions.invite, quote=quote, purpose=purpose, contact=contact, by=quote.in_charge, at=at or clock.now()
    )  # fmt: skip


def mailed(words: str, to: str) -> str:
    """What the newest mail to an address says, by a pattern with one group."""
    drain()
    message = next(m for m in reversed(mail.outbox) if to in m.recipients()[0])
    found = re.search(words, message.body)
    assert found, message.body
    return found[1]


def link_for(email: str = "tanaka@customer.example") -> str:
    """The path of the link in the newest mail."""
    drain()
    for message in reversed(mail.outbox):
        if email in message.recipients()[0] and (found := re.search(r"https?://[^/]+(/c/\S+/)", message.body)):
            return found[1]
    raise AssertionError(f"no link was mailed to {email}")


def code_for(email: str = "tanaka@customer.example") -> str:
    return mailed(r"確認コード: (\d{6})", email)


def come_in(email: str = "tanaka@customer.example", client: Client | None = None) -> "Customer":
    """Open the link, ask for a code, type it."""
    customer = Customer(client or Client(), link_for(email))
    customer.client.post(customer.home + "code/")
    answer = customer.client.post(customer.home + "enter/", {"code": code_for(email)})
    assert answer.status_code == 302, answer.content.decode()
    return customer


class Customer:
    """Somebody on the page: a browser and the link he came by."""

    def __init__(self, client: Client, home: str) -> None:
        self.client = client
        self.home = home
        self.token = home.split("/")[2]

    def get(self, path: str = "") -> Any:
        return self.client.get(self.home + path)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: Any) -> Any:
        return self.client.post(self.home + path, data or {}, **headers)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"portal:{name}", args=[self.token, *args])


def duties_of(quote: Quote) -> dict[str, int]:
    """What waits on the desk of whoever is in charge."""
    tallies = board(quote.in_charge, Scope.MINE, Moment(clock.now())).tallies
    return {tally.kind.code: tally.count for tally in tallies}
