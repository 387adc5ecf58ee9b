"""A case with something in every part of its record, walked by the office's own actions."""

from datetime import timedelta

from accounts.models import User
from core.doors import perform
from correspondence.actions import file_document, render_missing
from customers.actions import record_consent
from evidence.actions import make_pack
from evidence.collecting import papers_of
from evidence.models import Pack
from portal import actions as portal_actions
from portal.states import Purpose
from quotes import actions as quote_actions
from quotes.models import Quote
from tests.making import A_MONDAY, make_customer, make_robot, make_user
from tests.proposals.making import make_proposal, make_wish
from tests.quotes.making import A_PDF, SIMPLE, apply_for, fill_quote, make_version

HOSTILE = "<script>alert('盾')</script>"
HOUR = timedelta(hours=1)


def make_case(by: User | None = None) -> Quote:
    """From the first wish to the policy and its mail, with a link that was sent and taken back."""
    by = by or make_user(name="髙﨑 𠮷子")
    make_robot(by.agency)
    make_version(SIMPLE)
    customer = make_customer(by, name="株式会社髙﨑𠮷田商会㈱")
    first = make_wish(customer)
    wish = make_wish(customer, corrects=first, words=HOSTILE, at=A_MONDAY + timedelta(minutes=1))
    quote = make_proposal(wish, at=A_MONDAY + timedelta(minutes=2)).quote
    at = A_MONDAY + timedelta(minutes=3)
    quote.refresh_from_db()
    fill_quote(quote, by=by, at=at)
    perform(file_document, agency=by.agency, filename="計画書.pdf", content=A_PDF, about=[quote], by=by, at=at)
    link = perform(
        portal_actions.invite, quote=quote, purpose=Purpose.QUESTIONNAIRE, contact=customer.contacts.get(), by=by, at=at
    )
    perform(portal_actions.revoke_invitation, invitation=link, reason="面談で回答", by=by, at=at + HOUR)
    quote.refresh_from_db()
    quote = perform(quote_actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=at + HOUR)
    said = {"said_by": "田中 一郎", "method": "PHONE", "happened_at": at + HOUR}
    perform(record_consent, customer=customer, by=by, at=at + HOUR, **said)
    perform(quote_actions.send_quotation, quote=quote, contact=customer.contacts.get(), by=by, at=at + HOUR)
    apply_for(quote, by=by, at=at + 2 * HOUR)
    return perform(quote_actions.issue_quote, quote=quote, by=by, at=at + 5 * HOUR)


def make_one_pack(quote: Quote, reason: str = "顧問弁護士への相談") -> Pack:
    """As the screen does it: first the PDFs, then the pack."""
    at = A_MONDAY + 8 * HOUR
    render_missing(papers_of(quote), at=at)
    return perform(make_pack, quote=quote, reason=reason, by=quote.in_charge, at=at)
