"""The customer's file: one page that reads like the folder on the shelf."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from customers import actions
from desk.customer_file import customer_file, years
from desk.duties.kinds import Moment
from tests.claims.making import A_TUESDAY, make_claim
from tests.making import A_MONDAY, make_agency, make_customer, make_user
from tests.policies.making import make_policy
from tests.quotes.making import make_quote
from tests.renewals.making import make_renewal

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def customer(user):
    return make_customer(user, name="㈱盾見本髙﨑𠮷", kana="タテミホン")


def page_of(user, customer) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("desk:customer", args=[customer.number]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_file_shows_everything_the_rooms_hold(user, customer):
    quote = make_quote(by=user, customer=customer)
    renewal = make_renewal(customer=customer)
    claim = make_claim(user, policy=renewal.policy)
    page = page_of(user, customer)
    for text in (
        "㈱盾見本髙﨑𠮷", "田中 一郎", "tanaka@customer.example", "5億円", "2026/03/31", "実績", "税込", quote.number,
        renewal.policy.number, claim.number, "保険証券", "更改のご案内", "事故連絡票", "を受け付けました",
    ):  # fmt: skip
        assert text in page, text


def test_an_empty_file_says_what_to_do_first(user):
    page = page_of(user, make_customer(user, email=None, sales_yen=None))
    for text in (
        "「見積を作る」から始めてください",
        "ご担当者がいません",
        "売上高がありません",
        "事故の受付はありません",
    ):
        assert text in page


def test_the_next_steps_come_earliest_first(user, customer):
    quote = make_quote(by=user, customer=customer)
    claim = make_claim(user, customer)
    steps = customer_file(customer, Moment(A_TUESDAY)).steps
    assert [step.number for step in steps] == [quote.number, claim.number]
    assert [step.on for step in steps] == sorted(step.on for step in steps)


def test_the_years_put_premium_beside_sales_and_the_last_word_about_a_year_counts(user, customer):
    make_policy(customer, starts_on=date(2026, 4, 10), premium_yen=65_960)
    make_policy(customer, starts_on=date(2026, 5, 10), premium_yen=100_000)
    later = A_MONDAY + timedelta(days=1)
    perform(
        actions.record_sales, customer=customer, fiscal_year_end=date(2026, 3, 31), kind="ACTUAL", tax="INCLUDED",
        sales_yen=510_000_000, by=user, at=later,
    )  # fmt: skip
    perform(
        actions.record_sales, customer=customer, fiscal_year_end=date(2027, 3, 31), kind="EXPECTED", tax="INCLUDED",
        sales_yen=600_000_000, by=user, at=later,
    )  # fmt: skip
    told = years(customer, tuple(customer.sales_figures.all()))
    assert [(y.year, y.policies, y.premium_yen, y.sales.sales_yen) for y in told] == [
        (2027, 0, 0, 600_000_000),
        (2026, 2, 165_960, 510_000_000),
    ]


def test_another_agencys_customer_does_not_exist(customer):
    client = Client()
    client.force_login(make_user(make_agency("よその代理店")))
    assert client.get(reverse("desk:customer", args=[customer.number])).status_code == 404
    assert client.get(reverse("desk:customer", args=["K-999999"])).status_code == 404


@pytest.mark.parametrize("role", [Role.UNDERWRITER, Role.AUDITOR])
def test_readers_may_read_the_file(user, customer, role):
    assert customer.number in page_of(make_user(user.agency, role), customer)


def test_the_file_costs_the_same_statements_however_thick_it_is(user, customer):
    def fill():
        make_quote(by=user, customer=customer)
        make_claim(user, policy=make_policy(customer))

    def statements():
        with CaptureQueriesContext(connection) as seen:
            page_of(user, customer)
        return len(seen)

    fill()
    statements()
    few = statements()
    for _ in range(4):
        fill()
    assert statements() == few
