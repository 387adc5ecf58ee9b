"""サイバー保険: the questionnaire as typed, the builder with its live premium, underwriting and back."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Role
from core.clock import now, today
from core.doors import perform
from customers.models import Customer
from quotes import actions
from quotes.models import Quote
from tests.browser.conftest import Desk, OpenDesk
from tests.browser.steps import answer
from tests.making import make_customer, make_user
from tests.quotes.making import STANDARD, good_answers, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quote(solicitor: Any) -> Quote:
    customer: Customer = make_customer(solicitor, name="北陸運輸株式会社", kana="ホクリクウンユ", industry="logistics")
    return perform(
        actions.open_quote, customer=customer, product_version=make_version(STANDARD),
        inception_on=today() + timedelta(days=30), renewal_of=None, by=solicitor, at=now(),
    )  # fmt: skip


def test_a_risk_with_an_incident_is_referred_and_the_underwriter_accepts_it(
    desk: Desk, open_desk: OpenDesk, agency: Any, solicitor: Any, quote: Quote
) -> None:
    page = desk.page
    _say_the_facts(desk, quote)
    _answer_as_typed(desk)
    # The rest is calm; what is under test has been typed above.
    said = good_answers(quote.product_version.book, prior_incident="yes")
    rest = {name: value for name, value in said.items() if not quote.answers.filter(question_id=name).exists()}
    perform(
        actions.save_answers, quote=quote, values=rest, source="SPOKEN", given_by="田中 一郎", by=solicitor, at=now()
    )
    _build_a_cover(desk, quote)
    desk.press("判定する")
    desk.told("引受照会しました。")
    expect(page.get_by_text("過去5年間の事故について引受照会が必要です。").first).to_be_visible()
    expect(page.get_by_text("あと7日")).to_be_visible()
    desk.look("quote-referred")

    make_user(agency, Role.UNDERWRITER, username="hikiuke", name="引受 正", authority_limit_yen=2_000_000_000)
    underwriter = open_desk("hikiuke").page
    _accept(underwriter, desk.base, quote.number)
    page.reload()
    expect(page.locator(".record-head").get_by_text("提示可")).to_be_visible()
    desk.look("quote-accepted")


def _say_the_facts(desk: Desk, quote: Quote) -> None:
    page = desk.page
    desk.open(f"/quotes/{quote.number}/")
    desk.look("quote-draft")
    page.get_by_role("link", name="リスク情報", exact=True).click()
    page.get_by_label("年間売上高").fill("１２億３,０００万")
    expect(page.get_by_text("12億3,000万円", exact=True)).to_be_visible()
    page.get_by_label("決算日").fill("2026-03-31")
    desk.press("保存して次へ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("告知書")


def _answer_as_typed(desk: Desk) -> None:
    """Every change is saved at once; a question that follows from an answer appears; a reload loses nothing."""
    page = desk.page
    page.get_by_label("回答した方").fill("田中 一郎")

    def over_a_slow_line(first: Route) -> None:
        """The next question is answered while the first answer, which brings another question, is on its way."""
        page.locator("#q-past_attack").get_by_label("いいえ", exact=True).check()
        first.continue_()

    page.route("**/answers/*/", over_a_slow_line, times=1)
    page.locator("#q-prior_incident").get_by_label("はい", exact=True).check()
    detail = page.get_by_label("事故や被害の時期、内容、損害額")
    detail.fill("2024年5月、委託先の誤送信で300件の氏名が漏れた。")
    retail = page.locator("#id_retail_sales_yen")
    retail.fill("1億2千万")
    answer(page, "fiscal_year_closed", "はい")
    expect(page.locator("#saved-business")).to_contain_text("に保存しました。")
    expect(page.locator("#progress strong")).to_have_text("5")
    page.reload()
    expect(retail).to_have_value("120,000,000")
    expect(detail).to_have_value("2024年5月、委託先の誤送信で300件の氏名が漏れた。")
    expect(page.locator("#q-prior_incident").get_by_label("はい")).to_be_checked()
    page.evaluate("scrollTo(0, 0)")
    desk.shot("questionnaire", full=False)
    desk.look("questionnaire-full")


def _build_a_cover(desk: Desk, quote: Quote) -> None:
    """The premium follows each choice; a rider that cannot be had says why."""
    page = desk.page
    desk.open(f"/quotes/{quote.number}/plans/")
    premium = page.locator(".premium")
    before = premium.inner_text()
    shutdown = page.get_by_label("自主的停止による利益補償追加条項")
    expect(shutdown).to_be_disabled()
    expect(shutdown).to_have_accessible_description("先に「利益・営業継続費用補償追加条項」を付けると選べます。")
    page.get_by_label("賠償責任の限度額").select_option(label="5億円")
    expect(premium).not_to_have_text(before)
    desk.shot("builder", full=False)
    desk.press("このプランを見積に加える")
    expect(page.locator("#options > .scroll > table > tbody > tr")).to_have_count(1)


def _accept(page: Page, base: str, number: str) -> None:
    page.goto(f"{base}/console/")
    page.get_by_role("main").get_by_role("link", name="判断待ち").first.click()
    page.get_by_role("main").get_by_role("link", name=number).first.click()
    page.get_by_text("引受可", exact=True).first.click()
    page.locator("details[open] textarea").last.fill("再発防止策を確認しました。")
    page.get_by_role("button", name="引受可とする", exact=True).click()
    expect(page.get_by_text("引受可としました。")).to_be_visible()
