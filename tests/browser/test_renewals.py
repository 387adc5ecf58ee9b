"""Item 7 of the main job: fifty days before expiry, from the notice to the new policy."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import now, today
from core.doors import perform
from policies.models import Policy
from products.actions import publish_book
from quotes import actions
from quotes.models import Quote
from renewals.round import run_round
from renewals.states import RoundKind
from tests.browser.conftest import Desk
from tests.browser.steps import record_everything
from tests.making import make_customer, make_robot
from tests.quotes.making import STANDARD, make_quote, shelf
from tests.renewals.test_by_link import year_before

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def policy(agency: Any, solicitor: Any) -> Policy:
    """A サイバー保険 issued last year that ends in fifty days; this morning's round has run."""
    text, starts_on = shelf()[STANDARD]
    earlier = starts_on.replace(year=starts_on.year - 1)
    issued_at, robot = now() - timedelta(days=345), make_robot(agency)
    text = text.replace(f"starts_on: {starts_on}", f"starts_on: {earlier}")
    perform(publish_book, text=text, starts_on=earlier, by=robot, at=issued_at)
    customer = make_customer(
        solicitor, name="株式会社つばめ食品", kana="ツバメショクヒン", at=issued_at, sales_yen=None
    )
    expires_on = today() + timedelta(days=50)
    quote = make_quote(
        "ISSUED", code=STANDARD, by=solicitor, customer=customer, at=issued_at,
        inception_on=year_before(expires_on),
    )  # fmt: skip
    run_round(on=today(), at=now(), by=robot, kind=RoundKind.NIGHTLY)
    assert quote.policy is not None
    return quote.policy


def test_a_policy_is_renewed_without_gap_or_overlap(desk: Desk, solicitor: Any, policy: Policy) -> None:
    page = desk.page
    desk.open("/renewals/")
    row = page.locator("#rows tbody tr")
    expect(row).to_have_count(1)
    desk.shot("renewal-board", full=False)
    desk.look("renewal-board-full")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="更改のご案内").first).to_be_visible()
    page.locator("#id_response").select_option(index=1)
    page.get_by_label("回答した方").fill("田中 一郎")
    desk.look("renewal")
    desk.press("回答を記録する")
    desk.told("回答を記録しました。")
    desk.press("更改の見積を開く")

    quote = Quote.objects.get(renewal_of=policy)
    _confirm_last_year(desk, quote, solicitor)
    desk.press("判定する")
    desk.told("提示できるようになりました。")
    desk.press("申込へ進む")
    record_everything(desk)
    desk.press("申込を受け付ける")
    desk.told("申込を受け付けました。")
    page.on("dialog", lambda dialog: dialog.accept())
    desk.press("承諾して証券を発行")
    desk.told("を発行しました。")

    successor = Policy.objects.get(renews=policy)
    assert successor.starts_at == policy.ends_at
    desk.open("/renewals/?stage=RENEWED")
    expect(row).to_contain_text("更改済")
    expect(row).to_contain_text(policy.number)
    row.get_by_role("link").first.click()
    expect(page.get_by_role("link", name=successor.number).first).to_be_visible()
    desk.look("renewal-done")


def _confirm_last_year(desk: Desk, quote: Quote, by: Any) -> None:
    """Sales are asked anew; last year's answers count only after the customer confirmed them."""
    page = desk.page
    desk.look("renewal-quote")
    page.get_by_role("link", name="リスク情報", exact=True).click()
    expect(page.get_by_label("年間売上高")).to_have_value("")
    page.get_by_label("年間売上高").fill("6億2,000万")
    page.get_by_label("決算日").fill("2026-03-31")
    page.get_by_label("売上高の区分").select_option(label="実績")
    desk.press("保存して次へ")
    expect(page.get_by_text("前年の回答です。本年も同じか確認してください。").first).to_be_visible()
    page.get_by_label("回答した方").fill("田中 一郎")
    desk.look("renewal-answers")
    page.locator("#section-business").get_by_role("button", name="本年も変わりありません").click()
    desk.told("本年の回答として確認しました。")
    rest = list(quote.answers.filter(is_carried=True).values_list("question_id", flat=True))
    for ids in (rest, *([name] for name in rest)):  # together what may be, then the sensitive ones one by one
        perform(
            actions.confirm_carried,
            quote=quote,
            question_ids=ids,
            source="SPOKEN",
            given_by="田中 一郎",
            by=by,
            at=now(),
        )
    desk.open(f"/quotes/{quote.number}/")
