"""An underwriter reads a product's version in the console."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Role
from tests.browser.conftest import PASSWORD, Desk
from tests.making import make_user, publish_books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(chromium: Browser, live_server: Any, agency: Any) -> Iterator[Desk]:
    underwriter = make_user(agency, Role.UNDERWRITER, username="hikiuke", password=PASSWORD)
    publish_books(underwriter)
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP", timezone_id="Asia/Tokyo")
    desk = Desk(context.new_page(), live_server.url)
    desk.login(underwriter.username)
    yield desk
    context.close()


def test_an_underwriter_reads_a_version_and_its_worked_examples(console: Desk) -> None:
    console.open("/console/products/productversion/")
    console.page.get_by_role("link", name="サイバー保険", exact=True).first.click()
    expect(console.page.get_by_text("28件のうち28件が一致しています。")).to_be_visible()
    console.page.get_by_role("link", name="料率", exact=True).click()
    expect(console.page.get_by_role("heading", name="料率", exact=True)).to_be_in_viewport()
    # The frame around it is the theme's; what the book shows is ours.
    console.ours = "#content-main"
    console.accessible()
