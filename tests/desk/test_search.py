"""Search across the rooms."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.claims.making import make_claim
from tests.making import make_agency, make_customer, make_user
from tests.policies.making import make_policy
from tests.quotes.making import make_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def records(user):
    customer = make_customer(user, name="㈱盾見本", kana="タテミホン", corporate_number="7123456789012")
    policy = make_policy(customer)
    return customer, make_quote(by=user, customer=customer), policy, make_claim(user, policy=policy)


@pytest.mark.parametrize("text", ["盾見本", "株式会社盾見本", "たてみほん", "ﾀﾃﾐﾎﾝ", "タテ"])
def test_a_name_or_kana_in_any_writing_finds_the_customer_and_what_belongs_to_it(browser, records, text):
    page = browser.get(reverse("desk:search"), {"q": text}).content.decode()
    for record in records:
        assert record.number in page


def test_an_exact_number_goes_straight_to_the_record(browser, records):
    customer, quote, policy, claim = records
    for record, address in (
        (customer, reverse("desk:customer", args=[customer.number])),
        (quote, quote.get_absolute_url()),
        (policy, policy.get_absolute_url()),
        (claim, claim.get_absolute_url()),
    ):
        for typed in (record.number, record.number.lower(), record.number.replace("-", "－")):
            answer = browser.get(reverse("desk:search"), {"q": typed})
            assert (answer.status_code, answer.url) == (302, address)


def test_the_corporate_number_goes_straight_to_the_customer(browser, records):
    answer = browser.get(reverse("desk:search"), {"q": "７１２３４５６７８９０１２"})
    assert answer.url == reverse("desk:customer", args=[records[0].number])


def test_another_agencys_records_are_not_found(records):
    stranger = Client()
    stranger.force_login(make_user(make_agency("よその代理店")))
    for text in ("盾見本", "7123456789012", *(record.number for record in records)):
        answer = stranger.get(reverse("desk:search"), {"q": text})
        assert answer.status_code == 200
        assert "見つかりません" in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "%", "'; DROP TABLE", "<script>alert(1)</script>", "C-", "9" * 100]
)
def test_strange_words_are_answered_calmly(browser, records, text):
    answer = browser.get(reverse("desk:search"), {"q": text})
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()


def test_nothing_typed_says_what_to_type(browser):
    assert "どれかを入力してください" in browser.get(reverse("desk:search")).content.decode()


def test_more_than_ten_are_cut_openly_in_a_fixed_number_of_statements(browser, user):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(reverse("desk:search"), {"q": "見本商会"}).content.decode()
        return len(seen), page

    make_customer(user, name="見本商会0", sales_yen=None, email=None)
    few, page = statements()
    assert "1件" in page
    for number in range(1, 12):
        make_customer(user, name=f"見本商会{number}", sales_yen=None, email=None)
    many, page = statements()
    assert "10件以上" in page
    assert "お客さまをすべて見る" in page
    assert many == few
