"""Item 9 of the main job: today's work, the search, the customer's file."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import now, today
from customers.models import Customer
from quotes.models import Quote
from renewals.round import run_round
from renewals.states import RoundKind
from tests.browser.conftest import Desk, OpenDesk
from tests.claims.making import make_claim
from tests.making import make_customer, make_robot
from tests.policies.making import make_policy_ending
from tests.quotes.making import STANDARD, make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(agency: Any, solicitor: Any) -> Customer:
    """A customer with something in every room."""
    at, start = now() - timedelta(days=1), today() + timedelta(days=20)
    customer = make_customer(solicitor, name="株式会社あおぞら商会", kana="アオゾラショウカイ", at=at)
    policy = make_policy_ending(today() + timedelta(days=40), customer)
    make_quote("APPLIED", by=solicitor, customer=customer, inception_on=start, at=at)
    make_quote("OFFERED", by=solicitor, customer=customer, inception_on=start, at=at, code=STANDARD)
    make_quote("ASKED", by=solicitor, customer=make_customer(solicitor, name="𠮷田商事㈱", kana="ヨシダショウジ"),
               inception_on=start, at=at, code=STANDARD, answers={"prior_incident": "yes"})  # fmt: skip
    make_claim(solicitor, customer, policy, at=at)
    run_round(on=today(), at=now(), by=make_robot(agency), kind=RoundKind.NIGHTLY)
    return customer


def test_every_number_of_todays_work_leads_to_as_many_rows(desk: Desk, customer: Customer) -> None:
    page = desk.page
    desk.open("/")
    desk.shot("today")
    shown = page.locator(".tally").all()
    tallies = {tally.get_attribute("href"): tally.locator(".num").inner_text() for tally in shown}
    assert len(tallies) >= 3
    for address, count in tallies.items():
        desk.open(address or "")
        expect(page.locator("table.duties tbody tr")).to_have_count(int(count))
    desk.look("duties")


def test_a_customer_is_found_by_key_kana_and_number(desk: Desk, customer: Customer) -> None:
    page = desk.page
    desk.open("/")
    page.keyboard.press("/")
    page.keyboard.type("あおぞら")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=customer.number)).to_be_visible()
    desk.look("search")
    page.keyboard.press("/")
    page.keyboard.type(customer.number.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("株式会社あおぞら商会")
    page.wait_for_load_state()
    times = [moment.get_attribute("datetime") or "" for moment in page.locator(".timeline time").all()]
    assert len(times) > 10
    assert times == sorted(times, reverse=True)
    desk.shot("customer-file", full=False)
    desk.look("customer-file-full")


def test_the_lists_have_nothing_to_complain_about_on_a_laptop_and_on_a_phone(
    desk: Desk, open_desk: OpenDesk, solicitor: Any, customer: Customer
) -> None:
    phone = open_desk(solicitor.username, viewport={"width": 390, "height": 844}, has_touch=True)
    rooms = ["", "customers", "quotes", "policies", "renewals", "claims", "claims/new", "papers", "letters"]
    quote = Quote.objects.filter(customer=customer).first()
    assert quote is not None
    for path in [*rooms, f"customers/{customer.number}", f"quotes/{quote.number}", f"quotes/{quote.number}/plans"]:
        if path in {"customers", "quotes", "policies", "claims"}:
            desk.open(f"/{path}/")
            desk.look(f"list-{path}")
        phone.open(f"/{path}/" if path else "/")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        phone.look("phone-" + (path.replace("/", "-") or "today"))
