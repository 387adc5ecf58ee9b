"""Decisions of the customer's page: plain facts in, a verdict out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from core.clock import JST

MAX_TRIES = 5
# Mail boxes anybody can have: the same domain says nothing about the same company.
FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com yahoo.co.jp yahoo.ne.jp ymail.ne.jp yahoo.com outlook.jp outlook.com hotmail.com
    hotmail.co.jp live.jp live.com icloud.com me.com mac.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp
    i.softbank.jp rakumail.jp rakuten.jp aol.com excite.co.jp goo.jp infoseek.jp nifty.com ocn.ne.jp biglobe.ne.jp
    so-net.ne.jp plala.or.jp dion.ne.jp proton.me protonmail.com
    """.split()
)


def stands_until(at: datetime, days: int, offer_ends: date | None) -> datetime:
    """When a link dies: after so many days, for an application with the last day of the offer."""
    end = at + timedelta(days=days)
    if offer_ends is None:
        return end
    return min(end, datetime.combine(offer_ends + timedelta(days=1), time(0), tzinfo=JST))


def is_same_company(email: str, other: str) -> bool:
    """Whether two addresses belong to one company's mail: a colleague needs no word from the office."""
    domain = email.rpartition("@")[2].lower()
    return domain == other.rpartition("@")[2].lower() and domain not in FREE_MAIL


def reminder_due(sent_on: date, last_on: date, on: date) -> str:
    """The latest reminder whose day has come: after 3 days, after 7, and 2 days before the end. A round that was
    missed for a week sends one mail, not three. Nothing on the day after the end."""
    if on > last_on:
        return ""
    if on >= last_on - timedelta(days=2) and on > sent_on:
        return "last"
    days = (on - sent_on).days
    return "day-7" if days >= 7 else "day-3" if days >= 3 else ""


def fingerprint_of(said: Mapping[str, Any]) -> str:
    """SHA-256 of what was signed, over one way of writing it."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changed_since(signed: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The questions whose answer or wording is not what was signed."""
    return [name for name in {**signed, **now} if signed.get(name, {}) != now.get(name, {})]


def unopened(pages: Mapping[int, int], opened: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Pages nobody has looked at yet. `pages` are papers with their number of pages."""
    seen = set(opened)
    left = {paper: [n for n in range(1, count + 1) if (paper, n) not in seen] for paper, count in pages.items()}
    return {paper: numbers for paper, numbers in left.items() if numbers}
