"""Item 8 of the main job: a claim is taken in while on the phone."""

from datetime import time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from accounts.models import Agency
from claims.models import Claim
from core.clock import jst, now, today
from policies.models import Policy
from tests.browser.conftest import Desk
from tests.making import make_customer
from tests.policies.making import make_policy_ending

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def policy(solicitor: Any) -> Policy:
    """It ended yesterday at four."""
    customer = make_customer(solicitor, name="株式会社やまと印刷", kana="ヤマトインサツ")
    return make_policy_ending(today() - timedelta(days=1), customer)


@pytest.fixture
def _after_hours(agency: Any) -> None:
    """The office opens and closes on the other side of the day."""
    hours = (time(13), time(17)) if jst(now()).hour < 12 else (time(9), time(11))
    Agency.objects.update(opens_at=hours[0], closes_at=hours[1])


@pytest.mark.usefixtures("_after_hours")
def test_the_screen_says_at_once_whether_a_policy_was_in_force(desk: Desk, policy: Policy) -> None:
    page, panel = desk.page, desk.page.locator("#panel")
    desk.open("/claims/")
    desk.press("事故を受け付け")
    expect(panel.get_by_text("営業時間外です")).to_be_visible()
    seek, words = page.get_by_label("証券番号・会社名・カナ"), page.get_by_label("何が起きたか")

    def while_one_writes(found: Route) -> None:
        """The next field is filled in, and assessed, before the search has answered."""
        with page.expect_response("**/claims/assess/"):
            words.fill("画面が開かない。")
            words.blur()
        found.continue_()

    def after_the_choice(found: Route) -> None:
        """The search answers when the choice has been made already."""
        with page.expect_response("**/claims/assess/"):
            page.get_by_label(policy.number).check()
        found.fulfill(body="<p>ほかの会社</p>")

    page.route("**/claims/find/*", while_one_writes, times=1)
    seek.focus()
    page.keyboard.insert_text("ヤマト")
    expect(page.get_by_label(policy.number)).to_be_visible()
    page.route("**/claims/find/*", after_the_choice, times=1)
    seek.focus()
    page.keyboard.insert_text("印")
    expect(page.get_by_label(policy.number)).to_be_checked()
    discovered = page.get_by_label("発見日時")
    minute = f"{policy.ends_on:%Y-%m-%d}T"
    discovered.fill(minute + "15:59")
    discovered.blur()
    expect(panel.get_by_text("期間内", exact=True).first).to_be_visible()
    discovered.fill(minute + "16:00")
    discovered.blur()
    expect(panel.get_by_text("期間外", exact=True).first).to_be_visible()
    expect(panel.get_by_text("期間内", exact=True)).to_have_count(0)
    expect(page.get_by_role("radio", name="サイバーインシデント")).to_be_visible()
    expect(page.locator("input[name=kind]")).to_have_count(4)

    discovered.fill(minute + "15:59")
    page.locator("input[name=kind]").first.check()
    words.fill("サーバーのファイルが暗号化され、開けなくなった。")
    page.get_by_label("発生日時は不明").check()
    page.get_by_label("連絡者の氏名").fill("田中 一郎")
    page.get_by_label("電話番号").fill("03-1111-2222")
    page.get_by_label("感染・被害端末をネットワークから切り離した").check()
    expect(panel.get_by_text("期間内", exact=True).first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    desk.shot("claim-intake", full=False)
    desk.look("claim-intake-full")
    desk.press("受け付ける")

    expect(page.get_by_text("次にすること:")).to_be_visible()
    claim = Claim.objects.get()
    assert claim.policy == policy
    expect(page.get_by_role("heading", level=1)).to_contain_text(claim.number)
    desk.look("claim")
    page.get_by_role("link", name="事故連絡票").first.wait_for()
    href = page.get_by_role("link", name="事故連絡票").first.get_attribute("href")
    assert page.request.get(desk.base + (href or "")).body().startswith(b"%PDF")
    page.get_by_role("link", name=claim.number).first.click()
    expect(page.get_by_text("claims@insurer.example").first).to_be_visible()
    desk.open("/claims/")
    desk.look("claims")
