"""What a solicitor does again and again, as small steps on a screen."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.portal.making import code_for, link_for

METHOD = "対面"


def start_quote(desk: Desk, customer: Any, product: str) -> None:
    """From the customer's file: 見積を作成, product, 作成する."""
    desk.open(f"/customers/{customer.number}/")
    desk.press("見積を作る")
    desk.page.get_by_label("商品").select_option(label=f"{product}(損害保険ジャパン株式会社)")
    desk.press("作成する")


def record(desk: Desk, kind: str, **entries: str) -> None:
    """One line of the checklist: open its form, fill in what it asks for, record it."""
    page = desk.page
    line = page.locator("tr").filter(has=page.get_by_role("rowheader", name=kind, exact=True))
    line.get_by_role("link").click()
    page.get_by_label("方法").select_option(label=METHOD)
    page.wait_for_load_state("domcontentloaded")  # of what is ticked below, nothing may be missing yet
    for label, text in entries.items():
        page.get_by_label(label).fill(text)
    for box in page.get_by_role("checkbox").all():
        box.check()
    for yes in page.get_by_role("radio", name="はい").all():
        yes.check()
    if page.get_by_label("結果").count():
        page.get_by_label("結果").select_option(label="該当なし")
    desk.press("記録する")
    desk.told(f"「{kind}」を記録しました。")


def record_everything(desk: Desk, *, but: tuple[str, ...] = ()) -> None:
    """Every step the checklist of a plain quote asks for, through its screens."""
    for kind, entries in {
        "権限の明示": {},
        "当初意向の把握": {"当初の意向": "情報漏えいの賠償と調査の費用に備えたい。"},
        "重要事項説明書の交付": {},
        "重要事項の説明": {},
        "告知書の確認": {},
        "反社会的勢力の確認": {"確認した資料": "新聞記事検索"},
        "最終意向の確認": {"最終の意向": "見積のプランで申し込む。", "当初の意向から変わった点": "変更なし"},
    }.items():
        if kind not in but:
            record(desk, kind, **entries)


def answer(page: Page, question: str, words: str) -> None:
    """The radio button of one question of the questionnaire; the answer is saved before the next step."""
    with page.expect_response(lambda response: "/answers/" in response.url):
        page.locator(f"#q-{question}").get_by_label(words, exact=True).check()


def come_in(phone: Desk) -> None:
    """A customer on his phone: the link from the mail, the code from the mail."""
    phone.open(link_for())
    phone.look("portal-door")
    phone.press("確認コードを送る")
    code = phone.page.get_by_label("確認コード")
    expect(code).to_be_visible()
    code.fill(code_for())
    phone.look("portal-code")
    phone.press("開く")
