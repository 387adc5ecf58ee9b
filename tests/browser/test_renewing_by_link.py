"""Item 7 from the other side: the customer renews on a phone, the office sees why the premium is another one."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from policies.models import Policy
from renewals.models import Renewal
from tests.browser.conftest import Desk
from tests.browser.steps import come_in
from tests.making import make_user
from tests.renewals.test_by_link import make_insured, notified

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def policy(agency: Any, solicitor: Any) -> Policy:
    """A サイバー保険 of last year's whose customer got this morning's notice, with the premium and his link."""
    policy = make_insured(by=solicitor)
    notified(policy)
    return policy


def test_a_customer_renews_on_a_phone_from_the_notice_to_the_application(
    open_desk: Any, solicitor: Any, policy: Policy, phone: Desk
) -> None:
    come_in(phone)
    page = phone.page
    expect(page.get_by_role("heading", level=1)).to_have_text("更改のお手続き")
    page.get_by_label("年間売上高").fill("5億2,000万")
    for no in page.get_by_role("radio", name="いいえ", exact=True).all():
        if no.is_visible():
            no.check()
    phone.shot("portal-renewal")
    page.get_by_label(re.compile("前回から変わりありません")).check()
    phone.press("次へ(内容の確認)")
    phone.look("portal-renewal-sign")
    page.get_by_label("いまのご契約と同じ補償を希望します").check()
    page.get_by_label("役職").fill("総務部長")
    phone.press("確定する")
    expect(page.get_by_role("heading", level=1)).to_have_text("回答を確定しました")
    phone.look("portal-renewal-signed")
    phone.press("続けて申し込む")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("回答を確定しました")
    phone.look("portal-renewal-onward")

    renewal = Renewal.objects.get(policy=policy)
    assert (renewal.status, renewal.track) == ("QUOTED", "SIMPLE")
    desk = open_desk(solicitor.username)
    desk.open(f"/renewals/{renewal.pk}/")
    expect(desk.page.get_by_role("heading", name="前年との違い")).to_be_visible()
    desk.shot("renewal-change")


def test_the_office_inspects_words_and_hands_over_its_renewals(
    open_desk: Any, agency: Any, solicitor: Any, policy: Policy
) -> None:
    manager = make_user(agency, username="kanri", name="山本 学", kana="ヤマモト マナブ", role=Role.MANAGER)
    desk = open_desk(manager.username)
    page = desk.page
    desk.open("/renewals/inspection/")
    expect(page.get_by_role("status").first).to_contain_text("満期60日前を過ぎたすべての契約に")
    desk.shot("renewal-inspection")

    desk.open("/renewals/wordings/")
    page.locator("a.row-link").first.click()
    body = page.get_by_label("本文")
    words = body.input_value()
    body.fill(words + "\n{{ discount }}")
    page.get_by_label("理由").fill("試しに書きかえる")
    desk.press("実際の契約で確認")
    expect(page.locator("main form")).to_contain_text("discount")  # refused, with its name and place
    page.get_by_label("本文").fill(words.replace("平素より", "いつも"))
    desk.press("実際の契約で確認")
    expect(page.locator("#shown").locator("..")).to_contain_text(policy.number)
    desk.look("wording")

    desk.open("/renewals/?stage=NOTIFIED")
    page.get_by_label(f"{policy.number}を選ぶ").check()
    page.get_by_label("選んだ更改に行うこと").select_option(label="担当替え")
    desk.press("確認へ進む")
    page.get_by_label("新しい担当者").select_option(label=manager.name)
    desk.look("batch-new")
    desk.open("/renewals/calendar/")
    desk.look("renewal-calendar")


def test_a_contract_is_changed_and_ended_on_its_page(desk: Desk, policy: Policy) -> None:
    page = desk.page
    desk.open(policy.get_absolute_url() + "endorse/")
    page.get_by_label("保険会社の承認番号").fill("SJ-2026-004711")
    page.get_by_label("変更の事由").last.fill("売上高の届出")
    page.get_by_label("売上高").fill("7億5,000万")
    expect(page.get_by_label("ITサービス引渡後1か月事故補償追加条項")).to_be_disabled()  # it needs another one first
    page.get_by_label("サイバー攻撃による対人・対物事故補償追加条項").check()
    expect(page.locator("#difference")).to_contain_text("サイバー攻撃による対人・対物事故補償追加条項なしあり追加")
    desk.press("差額を計算する")
    desk.shot("policy-endorse")
    desk.press("この内容で異動を記録する")
    desk.told("第1回異動を記録しました。")

    desk.open(policy.get_absolute_url() + "cancel/")
    page.get_by_label("申し出た方").fill("総務部 髙﨑 𠮷雄")
    page.get_by_label("理由").fill("事業をやめるため")
    desk.press("返還保険料を計算する")
    expect(page.locator("#refund")).to_contain_text("終了日を入力してください。")
    desk.look("policy-cancel-refused")
    page.get_by_label("終了日").fill(policy.ends_on.replace(day=1).isoformat())
    desk.press("返還保険料を計算する")
    expect(page.locator("#refund")).to_contain_text("返還保険料")
    desk.look("policy-cancel")
    desk.press("この内容で終了を記録する")
    desk.told("の終了を記録しました")
    renewal = Renewal.objects.get(policy=policy)
    assert renewal.status == "CANCELLED"
    desk.look("policy-ended")
