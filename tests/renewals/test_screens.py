"""The board and the record, as the browser gets them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.clock import travel
from renewals.models import Renewal
from renewals.search_forms import RenewalSearchForm
from renewals.states import RenewalStatus
from tests.making import make_customer, make_user
from tests.policies.making import many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewal() -> Renewal:
    return make_renewal()


@pytest.fixture
def browser(client: Client, renewal: Renewal) -> Client:
    client.force_login(renewal.owner)
    return client


@pytest.fixture(autouse=True)
def _day(request):
    with travel(at(before(40), 10)):
        yield


def test_every_number_of_the_board_leads_to_exactly_the_rows_it_counts(browser, renewal):
    branch = make_user(renewal.agency, office=renewal.agency.offices.create(name="支店", compliance_officer="法 支子"))
    many_policies(3, renewal.policy, ends_on=before(-15), first_serial=1, in_charge=branch)
    many_policies(
        4, renewal.policy, ends_on=before(35), first_serial=10, in_charge=make_user(renewal.agency, office=None)
    )
    many_policies(2, renewal.policy, ends_on=before(42), first_serial=20)
    run(before(43))
    run(before(41), 16, 1)
    board = browser.get(reverse("renewals:board")).context["board"]
    assert sum(line.total.count for line in board.nearness.lines) == board.in_work == 8
    assert board.premium_yen == 8 * renewal.policy.premium_yen
    assert {tally.label: tally.count for tally in board.ends}["無保険"] == 2
    assert {line.label: line.total.count for line in board.offices.lines} == {"支店": 3, "営業所なし": 4, "本店": 1}
    assert sum(len(column.cards) + column.more for column in board.columns) == 8
    found = [(tally.query, tally.count) for tally in (*board.ends, *(column.tally for column in board.columns))]
    for grid in (board.nearness, board.months, board.staff, board.offices):
        for line in grid.lines:
            assert sum(cell.count for cell in line.cells) == line.total.count
            assert line.premium_yen == line.total.count * renewal.policy.premium_yen  # at stake; all cost the same
            found += [(cell.query, cell.count) for cell in (*line.cells, line.total) if cell.count]
    user = renewal.owner
    for query, count in found:
        form = RenewalSearchForm(QueryDict(query), user=user, on=before(40))
        assert form.filter(Renewal.objects.visible_to(user)).count() == count, query


def test_the_list_is_searched_by_product_track_and_mail_that_came_back(browser, renewal):
    def found(**search):
        return len(browser.get(reverse("renewals:board"), search).context["page"].object_list)

    product = renewal.policy.product_version.product.code
    assert (found(product=product), found(track="SIMPLE"), found(undelivered="on")) == (1, 0, 0)
    Renewal.objects.update(track="SIMPLE", track_reasons=[], is_undelivered=True)
    assert (found(track="SIMPLE"), found(track="NORMAL"), found(undelivered="on")) == (1, 0, 1)


def test_one_renewal_or_a_hundred_cost_the_board_the_same_number_of_statements(browser, renewal):
    address = reverse("renewals:board")
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    many_policies(100, renewal.policy, ends_on=EXPIRY, first_serial=1)
    run(before(60))
    with CaptureQueriesContext(connection) as hundred:
        page = browser.get(address)
    assert page.context["board"].in_work == 101
    assert len(hundred) == len(one)


@pytest.mark.parametrize("search", [{"colour": "red"}, {"month": "2027-13"}, {"near": "soon"}, {"stage": "x"}])
def test_a_search_that_makes_no_sense_says_so_and_finds_nothing(browser, search):
    page = browser.get(reverse("renewals:board"), search)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert list(page.context["page"]) == []


def test_the_last_round_stands_on_the_board_and_every_round_in_the_list(browser):
    assert "更改を開始 1件" in browser.get(reverse("renewals:board")).content.decode()
    page = browser.get(reverse("renewals:rounds"))
    assert "朝の処理" in page.content.decode()


def test_renewals_of_another_agency_do_not_exist(client, renewal):
    client.force_login(make_user())
    assert client.get(renewal.get_absolute_url()).status_code == 404
    assert client.post(reverse("renewals:quote", args=[renewal.pk])).status_code == 404
    assert client.get(reverse("renewals:board")).context["board"].in_work == 0


def test_the_record_shows_what_is_due_letters_papers_and_history(browser, renewal):
    page = browser.get(renewal.get_absolute_url()).content.decode()
    for words in (
        "返答がなければ電話で意向を確認する",
        "あと40日",
        "更改のご案内",
        "送信待ち",
        "再案内",
        renewal.policy.number,
    ):
        assert words in page


def test_an_answer_is_recorded_from_the_page(browser, renewal):
    entries = {
        "response": "CONSIDERING", "channel": "PHONE", "person": "田中", "responded_at": "2027/5/22 9:30",
        "note": "来週返事", "seen_version": renewal.version,
    }  # fmt: skip
    assert browser.post(reverse("renewals:respond", args=[renewal.pk]), entries).status_code == 302
    renewal.refresh_from_db()
    assert renewal.responded_at == at(before(40), 9, 30)
    assert renewal.next_on == before(33)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"responded_at": "2027-02-30T10:00"}, "2月30日という日付はありません"),
        ({"responded_at": "2027-05-22T23:59"}, "未来"),
        ({"response": ""}, "「回答」を選んでください"),
        ({"seen_version": "999"}, "ほかの人が先に更新しました"),
    ],
)
def test_a_wrong_answer_form_comes_back_with_every_entry(browser, renewal, change, words):
    entries = {
        "response": "RENEW", "channel": "MAIL", "person": "田中髙﨑", "responded_at": "2027-05-22T09:00",
        "note": "前年と同じ", "seen_version": renewal.version,
    }  # fmt: skip
    page = browser.post(reverse("renewals:respond", args=[renewal.pk]), entries | change)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "田中髙﨑" in page.content.decode()
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.NOTIFIED


def test_a_renewal_is_closed_from_the_page_and_the_forms_give_way_to_the_outcome(browser, renewal):
    entries = {"outcome": "LOST", "reason": "他社の補償が広い", "seen_version": renewal.version}
    page = browser.post(reverse("renewals:close", args=[renewal.pk]), entries, follow=True).content.decode()
    assert "他社の補償が広い" in page
    assert "この更改は「他社」で終わっています" in page
    again = browser.post(reverse("renewals:close", args=[renewal.pk]), entries)
    assert again.status_code == 422


def test_the_quote_is_opened_from_the_page_and_a_double_click_finds_it(client):
    renewal = make_renewal(days=85)  # before the round opens the quote
    client.force_login(renewal.owner)
    address = reverse("renewals:quote", args=[renewal.pk])
    first, second = client.post(address), client.post(address)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert renewal.policy.renewal_quotes.count() == 1
    client.force_login(make_user(renewal.agency))
    with travel(at(before(40), 10, 5)):
        colleague = client.post(address, follow=True)
    assert colleague.redirect_chain[0][0] == first.url
    assert f"{renewal.owner.name}さんがすでに開いています" in colleague.content.decode()


def test_an_uninsured_record_says_that_a_new_contract_is_needed(browser, renewal):
    run(EXPIRY, 16, 1)
    with travel(at(EXPIRY, 17)):
        page = browser.get(renewal.get_absolute_url()).content.decode()
    assert "お客さまは無保険です" in page
    assert "新しい契約" in page


def test_the_policy_page_opens_its_renewal_or_says_when_it_can(browser, renewal):
    found = browser.post(reverse("renewals:open", args=[renewal.policy.number]))
    assert found.url == renewal.get_absolute_url()
    early = make_expiring(renewal.customer, expiry=EXPIRY + timedelta(days=200))
    refused = browser.post(reverse("renewals:open", args=[early.number]), follow=True)
    assert "120日前から" in refused.content.decode()


def test_the_post_of_a_notice_is_recorded_from_the_page(client):
    renewal = make_renewal(customer=make_customer(email=None))
    client.force_login(renewal.owner)
    page = client.get(renewal.get_absolute_url())
    assert "郵送待ち" in page.content.decode()
    [button] = [button for button in page.context["buttons"] if "郵送" in button.label]
    client.post(button.url)
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.NOTIFIED
    assert (
        "郵送を待っている案内はありません"
        in client.post(
            button.url.replace(f"seen={renewal.version - 1}", f"seen={renewal.version}"), follow=True
        ).content.decode()
    )


def test_an_auditor_reads_the_board_and_writes_nothing(client, renewal):
    client.force_login(make_user(renewal.agency, Role.AUDITOR))
    page = client.get(renewal.get_absolute_url())
    assert page.status_code == 200
    assert all(button.reason for button in page.context["buttons"])
    assert client.post(reverse("renewals:close", args=[renewal.pk])).status_code == 403
