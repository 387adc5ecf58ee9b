"""The main job as a solicitor does it: quote, record the solicitation, apply, issue, and the mail arrives."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from correspondence.tasks import drain
from policies.models import Policy
from tests.browser.conftest import Desk
from tests.browser.steps import record, record_everything, start_quote
from tests.correspondence.mailserver import Mailbox, running
from tests.making import make_customer
from tests.quotes.making import SIMPLE, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(solicitor: Any) -> Any:
    make_version(SIMPLE)
    return make_customer(solicitor, name="株式会社髙﨑製作所", kana="タカサキセイサクショ")


def test_a_simple_quote_becomes_a_policy_whose_papers_arrive_by_mail(desk: Desk, customer: Any, settings: Any) -> None:
    page = desk.page
    start_quote(desk, customer, "シンプルサイバー")
    _choose_a_plan(desk)
    desk.press("判定する")
    desk.told("提示できるようになりました。")
    desk.look("quote-offered")

    _apply(desk)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="承諾して証券を発行").dblclick()
    desk.told("を発行しました。")
    policy = Policy.objects.get()
    page.get_by_role("link", name=policy.number).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(policy.number)
    desk.shot("policy", full=False)
    desk.look("policy-full")

    certificate = page.get_by_role("link", name="保険証券").first
    _opens_as_the_same_pdf_again(desk, certificate.get_attribute("href"))
    mailbox = Mailbox()
    with running(mailbox) as port:
        settings.EMAIL_BACKEND = "correspondence.transport.WatchedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        drain()
    message = mailbox.messages[0]
    assert "tanaka@customer.example" in message["To"]
    names = sorted(part.get_filename() or "" for part in message.walk() if part.get_filename())
    assert len(names) >= 4, names
    page.reload()
    expect(page.get_by_text("送信済").first).to_be_visible()


def _choose_a_plan(desk: Desk) -> None:
    """Facts, declarations, the grid; a rider's toggle moves the premiums; one plan goes onto the quote."""
    page = desk.page
    page.get_by_label("年間売上高").fill("5億")
    page.get_by_label("決算日").fill("2026-03-31")
    desk.look("simple-start")
    for yes in page.get_by_role("radio", name="はい").all():
        yes.check()
    page.get_by_label("回答した方").fill("田中 一郎")
    desk.press("保存して保険料を計算")
    expect(page.get_by_role("button", name="選ぶ")).to_have_count(12)

    cell = page.locator("table.plan-grid tbody td").nth(0)
    before = cell.locator("strong").inner_text()
    box = page.locator(".toggles input[type=checkbox]:not(:disabled)").first

    def over_a_slow_line(plans: Route) -> None:
        """No plan can be chosen at a premium that no longer holds."""
        expect(page.get_by_role("button", name="選ぶ").first).to_be_disabled()
        plans.continue_()

    page.route("**/plans/?*", over_a_slow_line, times=1)
    box.check()
    expect(cell.locator("strong")).not_to_have_text(before)
    expect(box).to_be_checked()
    page.get_by_role("link", name="明細").first.click()
    expect(page.locator("#receipt table")).to_be_visible()
    page.locator("#grid").evaluate("grid => grid.scrollIntoView()")
    desk.shot("simple-grid", full=False)
    page.get_by_role("button", name="選ぶ").nth(2).click()
    desk.told("を見積に加えました。")
    expect(page.locator("#options > .scroll > table > tbody > tr")).to_have_count(1)


def _apply(desk: Desk) -> None:
    """The checklist says what lacks; the application is refused with the same list, then taken."""
    page = desk.page
    desk.press("申込へ進む")
    desk.look("checklist-empty")
    page.get_by_role("link", name="承諾を記録する").click()
    desk.look("consent")
    desk.press("承諾を記録する")
    desk.told("電磁的方法の承諾を記録しました。")
    record_everything(desk, but=("反社会的勢力の確認",))
    desk.shot("checklist")
    desk.press("申込を受け付ける")
    expect(page.get_by_text("反社会的勢力に該当しないことを確認し、記録してください。").nth(1)).to_be_visible()
    desk.look("apply-refused")
    record(desk, "反社会的勢力の確認", 確認した資料="新聞記事検索")
    desk.press("申込を受け付ける")
    desk.told("申込を受け付けました。")
    desk.look("quote-applied")


def _opens_as_the_same_pdf_again(desk: Desk, url: str | None) -> None:
    assert url
    first, second = (desk.page.request.get(desk.base + url) for _ in range(2))
    assert first.status == 200
    assert first.body().startswith(b"%PDF")
    assert first.body() == second.body()
