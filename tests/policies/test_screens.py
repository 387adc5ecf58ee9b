"""The list and the record, as the browser gets them."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.clock import travel
from policies.models import Policy
from tests.making import A_MONDAY, make_customer, make_user
from tests.policies.making import make_policy, many_policies

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> Policy:
    return make_policy()


@pytest.fixture
def browser(client: Client, policy: Policy) -> Client:
    client.force_login(policy.issued_by)
    return client


def listed(browser: Client, **search: object) -> list[str]:
    page = browser.get(reverse("policies:list"), search)
    assert page.status_code == 200
    return [row.number for row in page.context["page"]]


def test_the_list_finds_by_number_customer_status_product_and_expiry(browser, policy):
    other = make_policy(
        make_customer(policy.issued_by, name="青空運輸", kana="アオゾラウンユ"), starts_on=date(2026, 9, 1)
    )
    assert listed(browser) == [other.number, policy.number]
    assert listed(browser, q=policy.number) == [policy.number]
    assert listed(browser, q="青空") == [other.number]
    assert listed(browser, status="EXPIRED") == []
    assert listed(browser, product="sompo-cyber") == []
    assert listed(browser, product="sompo-simple", expires_from="2027-05-01", expires_until="2027-05-01") == [
        policy.number
    ]
    assert listed(browser, expires_from="2027-05-02") == [other.number]
    assert listed(browser, in_charge=policy.in_charge_id) == [other.number, policy.number]
    assert listed(browser, post="on") == []


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ({"colour": "red"}, "使えない検索条件"),
        ({"expires_from": "2027-05-02", "expires_until": "2027-05-01"}, "範囲が逆"),
        ({"expires_from": "2027-02-30"}, "2月30日という日付はありません"),
        ({"status": "LOST"}, "正しく選択してください"),
        ({"product": "nonsense"}, "正しく選択してください"),
    ],
)
def test_a_search_that_makes_no_sense_says_why_and_finds_nothing(browser, search, words):
    page = browser.get(reverse("policies:list"), search)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert list(page.context["page"]) == []


def test_one_row_or_a_hundred_cost_the_same_number_of_statements(browser, policy):
    with CaptureQueriesContext(connection) as one:
        listed(browser)
    many_policies(49, policy, ends_on=date(2027, 6, 1), first_serial=1)
    with CaptureQueriesContext(connection) as fifty:
        assert len(listed(browser)) == 50
    assert len(fifty) == len(one)


def test_csv_is_the_same_query_and_leaves_nothing_out(browser, policy):
    many_policies(60, policy, ends_on=date(2027, 6, 1), first_serial=1)
    found = browser.get(reverse("policies:list"), {"format": "csv", "expires_from": "2027-05-02"})
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert rows[0][0] == "証券番号"
    assert len(rows) == 61
    assert policy.number not in [row[0] for row in rows]


def test_csv_in_shift_jis_names_the_letter_it_cannot_write(browser, policy):
    make_policy(make_customer(policy.issued_by, name="𠮷田商店"))
    refused = browser.get(reverse("policies:list"), {"format": "csv", "encoding": "cp932"})
    assert refused.status_code == 409
    assert "𠮷" in refused.content.decode()


def test_policies_of_another_agency_do_not_exist(client, policy):
    client.force_login(make_user())
    assert client.get(reverse("policies:detail", args=[policy.number])).status_code == 404
    assert listed(client) == []
    assert client.post(reverse("policies:posted", args=[policy.number])).status_code == 404


def test_the_record_shows_term_cover_premium_papers_letters_and_history(browser, policy):
    with travel(A_MONDAY):
        page = browser.get(reverse("policies:detail", args=[policy.number])).content.decode()
    for words in (
        "2026年5月1日午後4時から2027年5月1日午後4時まで", "5,000万円", "65,960円", "計算明細", "保険証券",
        "始期前です", "証券C-2026-000001を発行しました", "海外での事故の追加条項",
    ):  # fmt: skip
        assert words in page


def test_the_record_of_a_renewal_compares_it_with_the_year_before(browser, policy):
    renewed = make_policy(renews=policy, premium_yen=70_000)
    page = browser.get(reverse("policies:detail", args=[renewed.number])).content.decode()
    assert "前年との比較" in page
    assert policy.number in page


def test_a_record_costs_a_fixed_number_of_statements(browser, policy):
    address = reverse("policies:detail", args=[policy.number])
    browser.get(address)
    with CaptureQueriesContext(connection) as before:
        browser.get(address)
    for _ in range(3):
        page = browser.post(
            reverse("policies:reissue", args=[policy.number]),
            {"reason": "紛失", "seen_version": Policy.objects.get(pk=policy.pk).version},
        )
        assert page.status_code == 302
    with CaptureQueriesContext(connection) as after:
        browser.get(address)
    assert len(after) <= len(before)
    [head] = [query["sql"] for query in after if 'FROM "policies_policy"' in query["sql"]]
    assert head.count(" JOIN ") == 5, "of eight tables PostgreSQL plans twice as long as of seven"


def test_a_stale_reissue_form_comes_back_with_its_entry(browser, policy):
    page = browser.post(reverse("policies:reissue", args=[policy.number]), {"reason": "紛失のため", "seen_version": 99})
    assert page.status_code == 422
    assert "ほかの人が先に更新しました" in page.content.decode()
    assert "紛失のため" in page.content.decode()


def test_the_post_is_recorded_from_the_record(client):
    policy = make_policy(make_customer(email=None))
    client.force_login(policy.issued_by)
    page = client.get(reverse("policies:detail", args=[policy.number]))
    [button] = [button for button in page.context["buttons"] if button.label == "証券の郵送を記録"]
    assert client.post(button.url, follow=True).status_code == 200
    policy.refresh_from_db()
    assert policy.posted_by == policy.issued_by
    again = client.post(button.url, follow=True)
    assert "ほかの人が先に更新しました" in again.content.decode()


def test_an_auditor_reads_but_every_button_is_grey(client, policy):
    client.force_login(make_user(policy.agency, Role.AUDITOR))
    page = client.get(reverse("policies:detail", args=[policy.number]))
    assert page.status_code == 200
    assert all(button.reason for button in page.context["buttons"])
    assert client.post(reverse("policies:posted", args=[policy.number])).status_code == 403


def test_a_name_with_markup_is_shown_as_text(browser, policy):
    strange = make_policy(make_customer(policy.issued_by, name="<script>髙﨑㈱"))
    for page in (
        browser.get(reverse("policies:list")),
        browser.get(reverse("policies:detail", args=[strange.number])),
    ):
        assert "<script>髙" not in page.content.decode()
        assert "&lt;script&gt;髙﨑㈱" in page.content.decode()


def test_the_record_shows_the_papers_of_the_quote_too(client):
    """証券, 重要事項説明書, 告知書 and 申込書 stand together on the contract, whoever received them by post."""
    from core.doors import perform
    from quotes import actions
    from tests.quotes.making import make_quote

    quote = make_quote("APPLIED")
    issued = perform(actions.issue_quote, quote=quote, by=quote.in_charge, at=quote.applied_at)
    client.force_login(quote.in_charge)
    page = client.get(issued.policy.get_absolute_url()).content.decode()
    for title in ("保険証券", "申込書", "告知書", "重要事項説明書", "見積書"):
        assert title in page, title
