"""The record that proves a case, and what stands beside it: the pack, the ledger of complaints, the register."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from complaints.models import Complaint
from core import clock
from correspondence.actions import render_missing
from evidence.collecting import papers_of
from evidence.verify import main
from tests.browser.conftest import OpenDesk
from tests.evidence.making import make_case
from tests.making import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_hands_out_a_record_takes_a_complaint_and_keeps_the_register(
    open_desk: OpenDesk, agency: Any, tmp_path: Path
) -> None:
    manager = make_user(agency, Role.MANAGER, name="髙﨑 𠮷子")
    quote = make_case(manager)
    render_missing(papers_of(quote), at=clock.now())  # so that the browser does not wait for seven papers
    desk = open_desk(manager.username)
    page = desk.page
    desk.open(quote.get_absolute_url())
    desk.press("募集証跡パックを作成する")
    desk.press("作成する")
    expect(page.get_by_text("「出力の理由」を入力してください。").first).to_be_visible()
    page.get_by_label("出力の理由").fill("顧問弁護士への相談")
    desk.press("作成する")
    desk.told("募集証跡パックを作成しました。指紋")
    desk.look("pack")
    with page.expect_download() as handed_out:
        desk.press("ダウンロード")
    handed_out.value.save_as(tmp_path / "pack.zip")
    assert main([str(tmp_path / "pack.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as zipped:
        zipped.extractall(tmp_path / "pack")
    page.goto((tmp_path / "pack" / "index.html").as_uri())
    desk.look("pack-index")
    expect(page.locator("a[href^='papers/']").first).to_be_visible()

    desk.open(f"/customers/{quote.customer.number}/")
    page.get_by_role("link", name="受け付ける", exact=True).click()
    page.get_by_label("契約").select_option(index=1)
    page.get_by_label("内容").fill("証券が届くと聞いていた日に届かなかった。")
    desk.look("complaint-new")
    desk.press("受け付ける")
    desk.told("を受け付けました。")
    for kind, words in (("一次対応", "お詫びし、写しを送った。"), ("一次対応", "電話でもお詫びした。")):
        desk.press("記録を追加する")
        page.get_by_label("種類").select_option(label=kind)
        page.get_by_label("内容").fill(words)
        desk.press("記録する")
    page.get_by_role("link", name="訂正").first.click()
    page.get_by_label("内容").fill("お詫びし、証券の写しをメールで送った。")
    desk.press("記録する")
    desk.look("complaint")
    assert Complaint.objects.get().lines.count() == 3
    expect(page.get_by_text("再発防止の取組みを記録してください。")).to_be_visible()

    desk.open("/register/")
    desk.look("register")
    page.get_by_role("row", name=manager.name).get_by_role("link", name="変更する").click()
    page.get_by_label("損保一般試験 商品単位 期限").fill("2031-03-31")
    desk.look("licence")
    desk.press("保存する")
    desk.told("募集人資格を保存しました。")
    desk.open("/complaints/")
    desk.look("complaints")
    desk.open(f"/quotes/{quote.number}/apply/")
    desk.look("checklist-done")
    expect(page.locator(".checklist .status-wait")).to_have_count(0)  # as it stood when the application was taken
