"""The bar on top of every page."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse

from accounts.models import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A place one can go, and whether one is there."""

    label: str
    url: str
    here: bool


PLACES = (
    ("今日の仕事", "desk:today", ("desk:today", "desk:duties")),
    ("お客さま", "customers:list", ("customers:", "desk:customer")),
    ("見積", "quotes:list", ("quotes:",)),
    ("契約", "policies:list", ("policies:",)),
    ("更改", "renewals:board", ("renewals:",)),
    ("事故", "claims:list", ("claims:",)),
    ("苦情", "complaints:list", ("complaints:",)),
    ("書類", "correspondence:papers", ("correspondence:paper",)),
    ("メール", "correspondence:letters", ("correspondence:letter", "correspondence:incoming", "correspondence:bounce")),
)


_FIXED = ("desk:today", "desk:search", "accounts:logout")


@cache
def _addresses(urlconf: str, mounted_at: str) -> dict[str, str]:
    """The bar's addresses: asked of the URL table once, not for every page. Another table, or the site mounted
    elsewhere, has others."""
    return {name: reverse(name) for name in (*_FIXED, *(name for _, name, _ in PLACES))}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the places, and the console for those who decide there."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    here = request.resolver_match.view_name if request.resolver_match else ""
    addresses = _addresses(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    places = [Place(label, addresses[name], here.startswith(prefixes)) for label, name, prefixes in PLACES]
    if user.role in {Role.MANAGER, Role.AUDITOR}:
        places.append(Place("手数料", reverse("commissions:book"), here.startswith("commissions:")))
        places.append(Place("状況", reverse("desk:status"), here == "desk:status"))
    if user.is_staff and user.role in {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR}:
        places.append(Place("引受コンソール", reverse("admin:index"), False))
    home, search, logout = (addresses[name] for name in _FIXED)
    return {
        "places": places, "home_url": home, "search_url": search, "logout_url": logout,
        "mail_catcher_url": settings.MAIL_CATCHER_URL,
    }  # fmt: skip
