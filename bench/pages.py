"""The busiest pages as a browser asks for them, against hand-written views that show the same words."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from bench.data import House
from bench.report import Line
from bench.timing import Duel, duel
from config import gunicorn
from policies.models import Policy
from quotes.models import Quote
from quotes.states import QuoteStatus

GOAL = 1.5
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Pair:
    """A page of the house and the address of the hand-written one beside it."""

    name: str
    ours: str
    bare: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured of one page; `alike` is the share of our words the hand-written page shows as well."""

    pair: Pair
    duel: Duel
    alike: float


def pairs(house: House) -> list[Pair]:
    """The four pages, each on a record in the middle of the portfolio."""
    policy = Policy.objects.filter(renewal__isnull=False).order_by("pk").select_related("customer")
    number = policy[policy.count() // 2].number
    quotes = Quote.objects.filter(status=QuoteStatus.DRAFT, product_version__product__code="sompo-simple")
    quotes = quotes.order_by("pk")
    quote = quotes[quotes.count() // 2].number
    staff = house.staff["suzuki"].pk
    search = f"status=IN_FORCE&product=sompo-simple&in_charge={staff}&expires_from={house.scale.on:%Y-%m-%d}"
    return [
        Pair("today's work", reverse("desk:today") + "?scope=all", "/bare/today/?scope=all"),
        Pair("policy list with filters", f"{reverse('policies:list')}?{search}", f"/bare/policies/?{search}"),
        Pair("policy page", reverse("policies:detail", args=[number]), f"/bare/policies/{number}/"),
        Pair("12-plan grid", reverse("quotes:plans", args=[quote]), f"/bare/quotes/{quote}/plans/"),
    ]


def measure(house: House, *, repetitions: int) -> list[Found]:
    """Every page as the solicitor opens it: the whole way through server interface, middleware and session."""
    gunicorn.when_ready(None)
    with override_settings(ROOT_URLCONF="bench.bare.urls"):
        ask = Browser(house.user)
        found = []
        for pair in pairs(house):
            ours, bare = words(ask(pair.ours)), words(ask(pair.bare))
            alike = len([word for word in ours if word in set(bare)]) / len(ours)
            races = duel(partial(ask, pair.ours), partial(ask, pair.bare), repetitions=repetitions, warm_up=3)
            found.append(Found(pair, races, alike))
        return found


class Browser:
    """A person with a session at the server's own interface (WSGI): what gunicorn would call, without the network."""

    def __init__(self, user: User) -> None:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "accounts.backends.StaffBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        self.server = WSGIHandler()

    def __call__(self, address: str) -> str:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": self.cookie, "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO(),
        }  # fmt: skip
        setup_testing_defaults(environ)
        status: list[str] = []

        def start(line: str, headers: list[tuple[str, str]], problem: Any = None) -> Callable[[bytes], object]:
            status.append(line)
            return lambda data: None

        response = self.server(environ, start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{address} answered {status[0]}")
        return body.decode()


def words(page: str) -> list[str]:
    """What a person reads on the page below its head."""
    found = MAIN.search(page)
    return html.unescape(TAG.sub(" ", found[0] if found else page)).split()


def lines(large: list[Found], small: list[Found], *, policies: tuple[int, int]) -> tuple[list[Line], dict[str, Any]]:
    """Ratio and times at the large portfolio; statements at both."""
    few, many = policies
    found = []
    for page, other in zip(large, small, strict=True):
        ours, bare = page.duel.ours, page.duel.bare
        note = f"statements {other.duel.ours.statements} → {ours.statements} from {few:,} to {many:,} policies"
        found.append(
            Line(
                "pages", page.pair.name, page.duel.ratio, GOAL,
                f"p50 {ours.median * 1000:.0f} ms, p95 {ours.p95 * 1000:.0f} ms",
                f"p50 {bare.median * 1000:.0f} ms, p95 {bare.p95 * 1000:.0f} ms, {bare.statements} statements",
                f"{note}; the hand-written page shows {page.alike:.0%} of the words",
            )
        )  # fmt: skip
    raw = {
        str(count): {page.pair.name: page.duel.as_json() | {"alike": round(page.alike, 3)} for page in pages}
        for count, pages in ((few, small), (many, large))
    }
    return found, {"pages": raw}
