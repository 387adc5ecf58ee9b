"""Two underwriters publish the next version of a book: from the draft to the bar on the line of months.

axe looks at the console's own content (`main`); the frame around it is django-unfold's.
"""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Role
from core.clock import today
from products.models import ProductDraft, ProductVersion
from quotes.tasks import measure_effects
from tests.browser.conftest import PASSWORD, Desk
from tests.making import make_customer, make_user
from tests.quotes.making import STANDARD, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Console(Desk):
    """The underwriter's screen."""

    ours = "main"


@pytest.fixture
def sit(chromium: Browser, live_server: Any, agency: Any) -> Any:
    contexts = []

    def down(username: str, name: str, role: Role = Role.UNDERWRITER) -> Console:
        make_user(agency, role, username=username, name=name, password=PASSWORD)
        size = {"width": 1366, "height": 768}
        context = chromium.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")
        contexts.append(context)
        console = Console(context.new_page(), live_server.url)
        console.login(username)
        return console

    yield down
    for context in contexts:
        context.close()


def test_a_draft_is_written_checked_measured_and_approved_by_a_second_person(sit: Any, solicitor: Any) -> None:
    make_version(STANDARD)
    school = make_customer(solicitor, industry="education", name="学校法人見本学園", kana="ミホンガクエン")
    make_quote("ISSUED", by=solicitor, code=STANDARD, customer=school)
    make_quote("OFFERED", by=solicitor, code=STANDARD, plan="plan-2", customer=school)
    make_quote("OFFERED", by=solicitor, code=STANDARD)
    starts_on = today() + timedelta(days=60)
    writer = sit("hikiuke", "引受 正")
    page = writer.page

    writer.open("/console/products/")
    writer.look("shelf-before", full=False)
    page.locator("tbody").get_by_role("link", name="下書きを作成").click()
    page.get_by_label("販売開始日(予定)").fill(starts_on.isoformat())
    page.get_by_label("改定の目的").fill("教育の料率と見積権限の改定")
    writer.look("draft-new", full=False)
    writer.press("下書きを作成する")
    expect(page.get_by_text("下書きを作成しました。")).to_be_visible()

    page.get_by_role("link", name="賠償責任・事故対応費用: 業種").click()
    writer.look("draft-figures")
    education = page.get_by_label("教育・学習支援業、福祉・介護事業 値")
    education.fill("二割増")
    page.get_by_label("変更の根拠").fill("2026年12月1日付 保険会社通知")
    writer.press("変更を保存する")
    expect(page.get_by_text("数として読み取れません")).to_be_visible()
    writer.look("draft-figures-wrong")
    education.fill("1.44")
    writer.press("変更を保存する")
    expect(page.get_by_text("変更を保存しました。")).to_be_visible()
    page.locator("summary", has_text="重要事項説明書").click()
    page.get_by_role("link", name="契約概要: 保険料", exact=True).click()
    box = page.get_by_label("段落 1")
    box.fill(box.input_value().replace("保険料は、", "年間の保険料は、"))
    page.get_by_label("変更の根拠").fill("2026年12月1日付 保険会社通知")
    writer.look("draft-texts")
    writer.press("変更を保存する")
    page.locator("summary", has_text="そのほかの数値").click()
    page.get_by_role("link", name="条件で使う数値").first.click()
    page.get_by_label("代理店が見積りを提示できる賠償限度額 値").fill("３００，０００，０００")
    page.get_by_label("変更の根拠").fill("2026年12月1日付 保険会社通知")
    writer.press("変更を保存する")
    writer.look("draft")

    page.get_by_role("main").get_by_role("link", name="検査", exact=True).click()
    expect(page.get_by_text("1.2 → 1.44")).to_be_visible()
    writer.look("draft-check")
    page.get_by_role("link", name="下書きへ").click()
    page.get_by_role("main").get_by_role("link", name="影響の試算", exact=True).click()
    writer.press("試算を始める")
    expect(page.get_by_text("0件 / 3件")).to_be_visible()
    writer.look("effect-running", full=False)
    measure_effects()
    expect(page.get_by_text("差額の大きいもの")).to_be_visible()
    expect(page.get_by_role("link", name="引受照会が必要になる")).to_be_visible()
    writer.shot("console-effect")

    draft = ProductDraft.objects.get()
    writer.open(f"/console/products/productdraft/{draft.pk}/")
    page.get_by_text("承認を申請", exact=True).click()
    page.get_by_role("button", name="承認を申請する").click()
    expect(page.get_by_text("承認を申請しました。").first).to_be_visible()
    expect(page.get_by_text("本人は承認できません").first).to_be_visible()
    writer.look("draft-submitted", full=False)

    second = sit("kanri", "管理 守", Role.MANAGER)
    second.open(f"/console/products/productdraft/{draft.pk}/")
    second.page.get_by_text("承認して公開", exact=True).click()
    second.look("draft-approving", full=False)
    second.page.get_by_role("button", name="承認して公開する").click()
    expect(second.page.get_by_text("公開しました。").first).to_be_visible()
    expect(second.page.get_by_role("main").get_by_text("未開始", exact=True).last).to_be_visible()
    second.shot("console-shelf", full=False)
    published = ProductVersion.objects.get(starts_on=starts_on)
    assert published.approved_by is not None
    assert published.approved_by.username == "kanri"
    second.open(f"/console/products/productversion/{published.pk}/change/")
    expect(second.page.get_by_text("管理 守が承認")).to_be_visible()
