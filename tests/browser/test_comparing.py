"""Comparing the products in the browser, choosing riders that go together, and taking down a carrier's price."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import now, today
from quotes.models import Quote
from quotes.states import QuoteStatus
from tests.browser.conftest import Desk
from tests.making import make_customer
from tests.quotes.making import A_PDF, SIMPLE, STANDARD, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROTECTOR = "msi-protector"


@pytest.fixture
def customer(solicitor: Any) -> Any:
    for code in (SIMPLE, STANDARD, PROTECTOR, "sompo-isms"):
        make_version(code, today())
    return make_customer(solicitor, name="株式会社髙﨑製作所", kana="タカサキセイサクショ")


def test_every_product_is_compared_and_one_becomes_a_quote(desk: Desk, customer: Any) -> None:
    page = desk.page
    desk.open(f"/customers/{customer.number}/")
    desk.press("意向を聞く")
    page.get_by_role("group", name="心配なリスク").get_by_label("情報漏えいの賠償").check()
    page.get_by_label("業種").select_option(label="小売業")
    page.get_by_label("年間売上高(税込)").fill("5億")
    desk.shot("wish")
    desk.press("記録して商品を比べる")
    table = page.get_by_role("region", name="プランの比較表")
    expect(table).to_contain_text("個別にご案内")
    expect(page.get_by_role("table").last).to_contain_text("シンプルサイバー")
    desk.shot("comparison")
    page.get_by_label("推奨する: サイバープロテクター ワイドプラン").check()
    page.get_by_label("賠償責任の限度額 1億円以上").check()
    page.get_by_label("推奨の理由").fill("ご希望の限度額に届き、費用の補償が最も広いため。")
    desk.press("提案して見積を作る")
    desk.told("見積")
    quote = Quote.objects.get()
    desk.open(quote.get_absolute_url())
    expect(page.locator("main")).to_contain_text("かなえる意向")

    standard = make_quote(code=STANDARD, by=customer.in_charge, customer=customer, at=now(), answers={"edr": "no"},
                          inception_on=today() + timedelta(days=30))  # fmt: skip
    desk.open(standard.get_absolute_url())
    desk.press("条件を変えて試算する")
    with page.expect_response(lambda response: "/what-if/" in response.url):
        page.get_by_label("自己負担額").select_option(label="100万円")
    expect(page.locator("#tried")).to_contain_text("−")
    expect(page.locator("#helps")).to_contain_text("といえる対策を、始期までに導入する")
    desk.shot("what-if")

    desk.open(f"/quotes/{quote.number}/plans/")
    insureds = page.get_by_label("追加記名被保険者特約")
    profit = page.get_by_label("利益損害補償特約", exact=True)
    with page.expect_response(lambda response: "/plans/" in response.url):
        profit.check()
    expect(insureds).to_be_disabled()
    expect(page.locator(".toggle", has=insureds)).to_contain_text("先に「利益損害補償特約」を外すと選べます。")
    desk.shot("riders")
    with page.expect_response(lambda response: "/plans/" in response.url):
        page.locator("#id_plan").select_option(label="エコノミープラン")
    expect(page.locator("#builder")).to_contain_text("エコノミープランにはセットできません")
    expect(page.locator("#builder")).to_contain_text("最も近い組み合わせ")


def test_the_carriers_answer_is_taken_down_with_its_paper(desk: Desk, customer: Any) -> None:
    page, start = desk.page, today() + timedelta(days=30)
    quote = make_quote(
        QuoteStatus.REFERRED, code=PROTECTOR, plan="basic", by=customer.in_charge, customer=customer,
        inception_on=start, at=now(),
    )  # fmt: skip
    desk.open(quote.get_absolute_url())
    desk.press("保険会社の回答を登録")
    page.get_by_label("保険会社の回答番号").fill("MSI-2026-0042")
    page.get_by_label("回答日").fill(today().isoformat())
    page.get_by_label("回答の有効期限").fill((today() + timedelta(days=14)).isoformat())
    page.get_by_label("回答書").set_input_files({"name": "回答.pdf", "mimeType": "application/pdf", "buffer": A_PDF})
    page.get_by_label("保険料(").fill("41万2,350")
    desk.look("carrier-answer")
    desk.press("登録して提示できるようにする")
    desk.told("保険会社の見積りを登録しました。")
    expect(page.locator("#options")).to_contain_text("412,350円")
