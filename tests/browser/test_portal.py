"""The customer alone, on a phone: the questionnaire and the application by the links in his mail."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from accounts.queries import robot
from core import clock
from core.doors import perform
from customers.queries import primary_contact
from portal import actions
from portal.states import Purpose
from portal.tasks import typeset
from quotes.models import Quote
from tests.browser.conftest import Desk
from tests.browser.steps import come_in
from tests.portal.making import code_for, link_for, make_offer, make_open_quote
from tests.portal.test_applying import office_does_its_part, read_all
from tests.quotes.making import STANDARD, good_answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_customer_answers_on_a_phone(open_desk: Any, solicitor: Any, phone: Desk) -> None:
    quote = make_open_quote(code=STANDARD, by=solicitor)
    desk = open_desk(solicitor.username)
    desk.open(quote.get_absolute_url())
    desk.press("告知書の回答をリンクで依頼")
    desk.press("リンクを送る")
    desk.told("お客さま用リンクを送りました。")

    come_in(phone)
    page = phone.page
    phone.look("portal-home")
    said = good_answers(quote.product_version.book)
    book = quote.product_version.book
    first = next(q for q in book.questions if q.section == book.sections[0].code and q.kind == "yes_no")

    def over_a_slow_line(script: Route) -> None:
        """He answers as soon as he can read; the script that saves what changes comes after that."""
        page.locator(f"#q-{first.id}").get_by_label("はい", exact=True).check()
        script.continue_()

    page.route("**/htmx*.js", over_a_slow_line, times=1)
    phone.press("入力を始める")
    expect(page.locator("#saved")).to_contain_text("に保存しました。")
    phone.shot("portal-question")
    # The rest as one types it, without the screen, and last year's words for one section.
    values = {name: value for name, value in said.items() if name != first.id}
    declared = {d.id: "yes" for d in book.declarations if d.stage == "quote"}
    visitor = quote.invitations.get().visitors.get()
    for _ in range(2):
        perform(
            actions.answer_as_customer, visitor=visitor, values=values | declared, seen={}, by=robot(),
            at=clock.now(),
        )  # fmt: skip
    phone.open(link_for())
    expect(page.get_by_role("link", name="内容を確認して確定する")).to_be_visible()
    phone.look("portal-sections")
    phone.press("内容を確認して確定する")
    phone.look("portal-sign")
    page.get_by_label("役職").fill("総務部長")
    phone.press("確定する")
    expect(page.get_by_role("heading", level=1)).to_have_text("回答を確定しました")
    phone.look("portal-signed")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("回答を確定しました")
    desk.open(quote.get_absolute_url())
    expect(desk.page.locator("#portal")).to_contain_text("提出済")
    desk.look("portal-office")


def test_a_customer_reads_and_applies_on_a_phone(solicitor: Any, phone: Desk) -> None:
    quote: Quote = make_offer(by=solicitor, at=clock.now() - timedelta(minutes=5))
    office_does_its_part(quote)
    perform(
        actions.invite, quote=quote, purpose=Purpose.APPLICATION, contact=primary_contact(quote.customer), by=solicitor,
        at=clock.now(),
    )  # fmt: skip
    typeset(quote.pk)  # the worker's, while the mail travels
    come_in(phone)
    page = phone.page
    phone.look("portal-application")
    page.get_by_label("電磁的方法で受け取ることを承諾します").check()
    phone.press("次へ進む")
    phone.press("見積書")
    expect(page.locator(".sheet img")).to_have_js_property("complete", True)
    expect(page.locator(".sheet img")).not_to_have_js_property("naturalWidth", 0)
    phone.shot("portal-paper")
    phone.press("次の頁")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 / ")
    phone.open(link_for() + "points/")
    with page.expect_navigation():
        page.get_by_role("button", name="確認しました").first.click()
    phone.look("portal-points")
    read_all(quote.invitations.get().visitors.get())  # the other pages and points the same way, without the screen
    phone.open(link_for())
    phone.look("portal-ready")
    phone.press("申し込みへ進む")
    page.get_by_label("一時払").or_(page.get_by_label("一括払")).first.check()
    page.get_by_label("最終のご意向").fill("情報漏えいの賠償に備えるため、このプランで申し込みます。")
    page.get_by_label("変わった点").fill("変更なし")
    page.get_by_label("役職").fill("総務部長")
    phone.press("確認コードを送る")
    page.get_by_label("確認コード(6桁の数字)").fill(code_for())
    phone.shot("portal-apply")
    phone.press("申し込みを確定する")
    expect(page.get_by_role("heading", level=1)).to_have_text("お申し込みを確定しました")
    phone.look("portal-applied")
    quote.refresh_from_db()
    assert quote.status == "APPLIED"
