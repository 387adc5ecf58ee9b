"""A real browser on a real server: headless Chromium, axe on every page, screenshots for the README."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from accounts.models import User
from tests.making import make_agency, make_robot, make_user

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "docs" / "screenshots"
LOOKS = ROOT / "var" / "looks"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=ja", "--force-color-profile=srgb",
]  # fmt: skip
PASSWORD = "correct-horse-battery"

# Playwright's own event loop makes Django believe that its calls are asynchronous; they are not.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Desk:
    """A person at a screen: opens pages, presses buttons by their words, and looks."""

    ours: str | None = None  # the part of the page that is ours; None: all of it

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", self._no_script_error)
        self.page.on("response", self._no_defect)

    @staticmethod
    def _no_script_error(error: Any) -> None:
        raise AssertionError(f"script error: {error}")

    @staticmethod
    def _no_defect(response: Any) -> None:
        assert response.status < 500, f"{response.status} {response.url}"

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def login(self, username: str) -> None:
        self.open("/login/")
        self.page.get_by_label("ログインID").fill(username)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.press("ログイン")
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def press(self, name: str) -> None:
        """Press the button or link with these words; where it leads to another page, all of that page is there."""
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()
        self.page.wait_for_load_state("domcontentloaded")

    def told(self, words: str) -> None:
        """The page says so at its top, about what was just done."""
        expect(self.page.locator(".notices")).to_contain_text(words)

    def accessible(self) -> None:
        """axe finds nothing to say about this page."""
        found = self._looked_at()
        assert not found, "\n".join([self.page.url, *found])

    def _looked_at(self) -> list[str]:
        """What axe has to say. A button just pressed may take the page away, or leave half of the next one: what it
        finds counts when it finds it again on the whole page."""
        found = [""]
        for _ in range(3):
            self.page.wait_for_load_state("load")
            with suppress(PlaywrightError):
                found = [
                    f"{v['id']}: {v['help']} ({v['nodes'][0]['target']} {v['nodes'][0]['html'][:120]})"
                    for v in Axe().run(self.page, context=self.ours).response["violations"]
                ]
            if not found:
                break
        return found

    def shot(self, name: str, *, full: bool = True) -> None:
        """Keep a picture for the README, when asked to (SCREENSHOTS=1); look at the page with axe always."""
        self._picture(SHOTS / f"{name}.png", full)

    def look(self, name: str, *, full: bool = True) -> None:
        """As `shot`, but the picture is for whoever works on the page: it stays in var/looks."""
        self._picture(LOOKS / f"{name}.png", full)

    def _picture(self, path: Path, full: bool) -> None:
        self.accessible()
        if os.environ.get("SCREENSHOTS"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path, full_page=full)


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    """The customer's phone: nobody is logged in."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="ja-JP", timezone_id="Asia/Tokyo", has_touch=True
    )
    yield Desk(context.new_page(), live_server.url)
    context.close()


@pytest.fixture
def agency(transactional_db: None) -> Any:
    agency = make_agency()
    make_robot(agency)
    return agency


@pytest.fixture
def solicitor(agency: Any) -> Any:
    return make_user(agency, username="tantou", name="鈴木 花子", kana="スズキ ハナコ", password=PASSWORD)


OpenDesk = Callable[..., "Desk"]


@pytest.fixture
def open_desk(chromium: Browser, live_server: Any) -> Iterator[OpenDesk]:
    """Somebody sits down: a browser of their own, logged in, on a 1366-pixel laptop unless told otherwise.

    Whoever does not test the login itself comes with the session it would have given.
    """
    contexts = []

    def sit(username: str, **options: Any) -> Desk:
        size = {"width": 1366, "height": 768}
        context = chromium.new_context(
            **{"viewport": size, "locale": "ja-JP", "timezone_id": "Asia/Tokyo", **options},
        )
        contexts.append(context)
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}
        context.add_cookies([session])
        desk = Desk(context.new_page(), live_server.url)
        desk.open("/")
        return desk

    yield sit
    for number, context in enumerate(contexts, start=1):
        if os.environ.get("SCREENSHOTS"):
            context.pages[0].screenshot(path=LOOKS / f"where-{number}-stopped.png", full_page=True)
        context.close()


@pytest.fixture
def desk(open_desk: OpenDesk, solicitor: Any) -> Desk:
    """The solicitor at the laptop."""
    return open_desk(solicitor.username)
