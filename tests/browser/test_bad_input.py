"""What goes wrong at a desk: an expired session, two windows, a hostile name, 戻る, a browser without script."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import now, today
from core.doors import perform
from policies.models import Policy
from quotes import actions
from quotes.models import Quote
from tests.browser.conftest import PASSWORD, Desk, OpenDesk
from tests.browser.steps import answer, start_quote
from tests.making import make_customer
from tests.quotes.making import SIMPLE, STANDARD, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def make_open_quote(by: Any, code: str) -> Quote:
    return perform(
        actions.open_quote, customer=make_customer(by), product_version=make_version(code),
        inception_on=today() + timedelta(days=20), renewal_of=None, by=by, at=now(),
    )  # fmt: skip


def test_an_expired_session_in_the_questionnaire_loses_nothing(desk: Desk, solicitor: Any) -> None:
    quote = make_open_quote(solicitor, STANDARD)
    page = desk.page
    desk.open(f"/quotes/{quote.number}/answers/")
    page.get_by_label("回答した方").fill("田中 一郎")
    answer(page, "prior_incident", "はい")
    page.context.clear_cookies()
    detail = page.get_by_label("事故や被害の時期、内容、損害額")
    detail.fill("2024年5月、委託先の誤送信。")
    detail.blur()
    expect(page.get_by_text("ログインの有効期限が切れたため")).to_be_visible()
    desk.look("session-expired")
    desk.press("ログインし直して続ける")
    page.get_by_label("ログインID").fill(solicitor.username)
    page.get_by_label("パスワード").fill(PASSWORD)
    desk.press("ログイン")
    expect(detail).to_have_value("2024年5月、委託先の誤送信。")
    expect(page.get_by_text("保存できていなかった")).to_be_visible()
    desk.look("session-back")
    desk.press("保存して進む")
    desk.told("告知書の回答を保存しました。")
    assert quote.answers.get(question_id="incident_detail").value == "2024年5月、委託先の誤送信。"


def test_of_two_windows_the_older_one_is_told_so_and_keeps_its_entries(desk: Desk, solicitor: Any) -> None:
    quote = make_open_quote(solicitor, STANDARD)
    page, other = desk.page, desk.page.context.new_page()
    for window, sales in ((page, "2億"), (other, "3億")):
        window.goto(f"{desk.base}/quotes/{quote.number}/facts/")
        window.get_by_label("年間売上高").fill(sales)
        window.get_by_label("決算日").fill("2026-03-31")
    other.get_by_role("button", name="保存して次へ").click()
    expect(other.get_by_text("リスク情報を保存しました。")).to_be_visible()
    desk.press("保存して次へ")
    expect(page.get_by_role("alert")).to_contain_text("ほかの人")
    expect(page.get_by_label("年間売上高")).to_have_value("2億")
    desk.look("stale")
    quote.refresh_from_db()
    assert quote.facts["sales_yen"] == 300_000_000


def test_a_name_with_markup_is_a_name(desk: Desk, solicitor: Any) -> None:
    name = "株式会社<script>document.title='x'</script>髙﨑"
    quote = make_quote(by=solicitor, customer=make_customer(solicitor, name=name, kana="タカサキ"),
                       inception_on=today() + timedelta(days=20), at=now())  # fmt: skip
    for path in (f"/quotes/{quote.number}/", f"/customers/{quote.customer.number}/", "/search/?q=タカサキ"):
        desk.open(path)
        expect(desk.page.get_by_text(name).first).to_be_visible()
        assert desk.page.title() != "x"


def test_the_back_button_after_issue_issues_nothing_more(desk: Desk, solicitor: Any) -> None:
    at = now() - timedelta(hours=6)
    quote = make_quote("APPLIED", by=solicitor, inception_on=today() + timedelta(days=20), at=at)
    page = desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    desk.open("/quotes/")
    desk.open(f"/quotes/{quote.number}/")
    before = page.content()
    desk.press("承諾して証券を発行")
    desk.told("を発行しました。")
    page.go_back()
    # The page of before, as a browser that kept it would show it again.
    page.set_content(before.replace('action="/', f'action="{desk.base}/'))
    page.get_by_role("button", name="承諾して証券を発行").click()
    desk.told("を発行しました。")
    desk.look("issued-twice")
    assert Policy.objects.count() == 1


def test_a_simple_quote_is_made_without_script(open_desk: OpenDesk, solicitor: Any) -> None:
    desk = open_desk(solicitor.username, java_script_enabled=False)
    make_version(SIMPLE)
    start_quote(desk, make_customer(solicitor), "シンプルサイバー")
    page = desk.page
    page.get_by_label("年間売上高").fill("５億円")
    page.get_by_label("決算日").fill("2026-03-31")
    for yes in page.get_by_role("radio", name="はい").all():
        yes.check()
    page.get_by_label("回答した方").fill("田中 一郎")
    desk.press("保存して保険料を計算")
    premium = page.locator("table.plan-grid tbody td strong").first
    before = premium.inner_text()
    page.get_by_label("使用人法令違反補償追加条項").check()
    desk.press("計算し直す")
    expect(premium).not_to_have_text(before)
    page.get_by_role("link", name="明細").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("保険料の計算明細")
    page.go_back()
    page.get_by_role("button", name="選ぶ").nth(2).click()
    desk.press("判定する")
    desk.told("提示できるようになりました。")
