"""From the customer's file to an offered quote without a mouse: how many keys it takes beyond the data."""

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from core.clock import today
from quotes.models import Quote
from quotes.states import QuoteStatus
from tests.browser.conftest import Desk
from tests.making import make_customer
from tests.quotes.making import SIMPLE, STANDARD, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 25


class Keyboard:
    """The keyboard alone. Text that is typed is data; every other key is counted, a chord as one."""

    def __init__(self, desk: Desk) -> None:
        self.page = desk.page
        self.pressed: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)

    def data(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def on(self, words: str) -> None:
        """The cursor stands there: the page put it there, or the keys did."""
        expect(self.page.locator(":focus")).to_have_accessible_name(words)


def test_a_simple_quote_is_offered_with_the_keyboard_alone(desk: Desk, solicitor: Any, capsys: Any) -> None:
    for code in (SIMPLE, STANDARD):
        make_version(code, today())
    customer = make_customer(solicitor, industry="retail")
    desk.open(f"/customers/{customer.number}/")
    keyboard, page, began = Keyboard(desk), desk.page, time.monotonic()

    keyboard.press("Alt+i")
    expect(page.get_by_role("heading", level=1)).to_contain_text("意向を聞く")
    keyboard.on("情報漏えいの賠償")
    keyboard.press("Space", "Enter")

    desk.told("意向を記録しました")
    keyboard.on("推奨する : サイバー保険 プラン①")
    keyboard.press("ArrowRight")
    keyboard.on("推奨する : シンプルサイバー 賠償1億円・費用3,000万円")
    keyboard.press("Alt+p")
    keyboard.on("心配なリスク: 情報漏えいの賠償")
    keyboard.press("Space", "Tab", "Tab", "Tab")
    keyboard.on("推奨の理由*")
    keyboard.data("漏えいの賠償に備えられ、告知が2問で済む簡単な手続きをご希望のため。")
    keyboard.press("Control+Enter")

    desk.told("提案を記録し")
    expect(page.locator(":focus")).to_have_attribute("type", "radio")
    keyboard.press("Space", "Tab", "Space", "Enter")
    desk.told("保存して、保険料を計算しました。")
    keyboard.on("判定する")
    keyboard.press("Enter")
    desk.told("提示できるようになりました")
    seconds = time.monotonic() - began

    assert Quote.objects.get().status == QuoteStatus.OFFERED
    with capsys.disabled():
        print(f"\n{len(keyboard.pressed)} keys beyond the data, {seconds:.1f} s: {' '.join(keyboard.pressed)}")
    assert len(keyboard.pressed) <= MOST_KEYS
