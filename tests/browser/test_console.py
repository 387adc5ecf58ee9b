"""The underwriters' console in a browser: the first page, the queue, the case, a question and a decision.

axe looks at the console's own content (`main`). The frame around it, sidebar and header, is django-unfold's: its
headline stands outside any landmark and its menus open by clicks alone; that is not ours to mend.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, expect

from accounts.models import Role
from core.doors import perform
from quotes import actions
from quotes.states import QuoteStatus
from tests.browser.conftest import PASSWORD, Desk
from tests.making import A_MONDAY, make_user
from tests.quotes.making import STANDARD, make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Console(Desk):
    """The underwriter's screen."""

    ours = "main"


@pytest.fixture
def console(chromium: Browser, live_server: Any, agency: Any) -> Iterator[Console]:
    make_user(agency, Role.UNDERWRITER, username="hikiuke", name="引受 正", password=PASSWORD)
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP", timezone_id="Asia/Tokyo")
    console = Console(context.new_page(), live_server.url)
    console.login("hikiuke")
    yield console
    context.close()


def test_an_underwriter_asks_reads_the_answer_and_accepts_on_conditions(console: Console, solicitor: Any) -> None:
    answers = {"prior_incident": "yes", "mfa": "no", "backup_restore_test": "unknown"}
    quote = make_quote("REFERRED", by=solicitor, code=STANDARD, plan="plan-2", sales_yen=2 * 10**10, answers=answers)
    make_quote("ISSUED", by=solicitor, customer=quote.customer)
    make_quote("REFERRED", by=solicitor, code=STANDARD, plan="plan-1", answers={"prior_incident": "yes"})
    page, elsewhere = console.page, []

    def watch(request: Request) -> None:
        if not request.url.startswith((console.base, "data:", "blob:")):
            elsewhere.append(request.url)

    page.on("request", watch)
    console.open("/console/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("概況")
    console.look("console-index", full=False)
    page.get_by_role("main").get_by_role("link", name="判断待ち 2件", exact=True).click()
    expect(page.get_by_role("main").locator("tbody tr")).to_have_count(2)
    console.look("console-queue", full=False)

    console.press(quote.number)
    expect(page.get_by_role("main").get_by_text("照会の理由").first).to_be_visible()
    console.shot("console-case", full=False)
    page.locator("summary", has_text="質問").click()
    page.locator("#ask_question").fill("多要素認証の導入予定はありますか。")
    page.get_by_role("button", name="質問する").click()
    expect(page.get_by_text("質問しました。回答を待ちます。")).to_be_visible()
    referral = quote.referrals.get()
    perform(actions.answer_question, referral=referral, answer="来月から導入します。", by=solicitor, at=A_MONDAY)

    page.reload()
    expect(page.get_by_text("来月から導入します。")).to_be_visible()
    page.get_by_text("条件付引受可", exact=True).click()
    page.locator("#conditions_set-0-sentence").fill("管理者の接続に多要素認証を導入すること。")
    page.locator("#conditions_reason").fill("導入の予定を確認しました。")
    page.get_by_role("button", name="条件付きで引受可とする").click()
    premium = page.locator("details[open]").get_by_label("年間保険料")
    expect(premium).to_be_focused()
    console.accessible()
    premium.fill("123万4,560円")
    expect(page.locator("#conditions_set-0-sentence")).to_have_value("管理者の接続に多要素認証を導入すること。")
    page.get_by_role("button", name="条件付きで引受可とする").click()
    expect(page.get_by_text("条件付引受可としました。")).to_be_visible()
    console.accessible()

    quote.refresh_from_db()
    assert quote.status == QuoteStatus.OFFERED
    assert quote.options.get().premium_yen == 1_234_560
    assert not elsewhere
