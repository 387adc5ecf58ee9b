"""Item 1 of the main job: a customer is registered."""

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_customer_is_registered_with_contact_and_sales(desk: Desk) -> None:
    desk.open("/customers/")
    desk.press("お客さまを登録")
    page = desk.page
    page.get_by_label("名称").fill("株式会社髙﨑製作所")
    page.get_by_label("フリガナ").first.fill("たかさきせいさくしょ")
    page.get_by_label("法人番号").fill("7123456789013")
    page.get_by_label("業種").select_option("manufacturing")
    page.get_by_label("従業員数").fill("120")
    page.get_by_label("郵便番号").press_sequentially("1000001")
    page.get_by_role("button", name="東京都千代田区千代田").click()
    page.get_by_label("住所").press("End")
    page.get_by_label("住所").press_sequentially("1-1")
    page.get_by_label("ご担当者 氏名").fill("田中 一郎")
    page.get_by_label("メールアドレス").fill("tanaka@customer.example")
    page.get_by_label("年間売上高").fill("3億5,000万")
    expect(page.get_by_text("3億5,000万円", exact=True)).to_be_visible()
    page.get_by_label("決算日").fill("2026-03-31")
    desk.press("登録する")

    expect(page.get_by_text("法人番号の検査数字が合いません")).to_be_visible()
    expect(page.get_by_label("法人番号")).to_be_focused()
    desk.accessible()
    page.get_by_label("法人番号").fill("7123456789012")
    desk.look("customer-new")
    desk.press("登録する")

    expect(page.get_by_role("heading", level=1)).to_contain_text("株式会社髙﨑製作所")
    assert Customer.objects.get().address == "東京都千代田区千代田1-1"
    desk.open("/customers/")
    desk.accessible()
