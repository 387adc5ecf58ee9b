"""Search across the rooms: by name, kana, number or 法人番号, within the person's own agency."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from claims.models import Claim
from customers.models import Customer
from policies.models import Policy
from quotes.models import Quote

SHOWN = 10
_NUMBER = re.compile(r"^[KQCJ]-[0-9-]+$")
_CORPORATE_NUMBER = re.compile(r"^[0-9]{13}$")


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found in one room. `more`: there are further ones beyond those shown."""

    label: str
    list_url: str
    rows: tuple[Any, ...]
    more: bool

    @property
    def count_label(self) -> str:
        return f"{SHOWN}件以上" if self.more else f"{len(self.rows)}件"


def normal(text: str) -> str:
    """What was typed, with widths and hyphens of a number folded: ｃ－２０２６－０００００１ is C-2026-000001."""
    folded = re.sub(r"[‐‑–—―−ーｰ]", "-", unicodedata.normalize("NFKC", text)).strip().upper()
    return folded if _NUMBER.match(folded) or _CORPORATE_NUMBER.match(folded) else text.strip()


def exact_hit(user: User, text: str) -> Any | None:
    """The one record that carries this very number, or None."""
    if _CORPORATE_NUMBER.match(text):
        return Customer.objects.visible_to(user).filter(corporate_number=text).first()
    if not _NUMBER.match(text):
        return None
    rooms: dict[str, Any] = {"K": Customer, "Q": Quote, "C": Policy, "J": Claim}
    return rooms[text[0]].objects.visible_to(user).filter(number=text).first()


def search(user: User, text: str) -> tuple[Hits, ...]:
    """A few hits of each room, in a fixed number of statements."""
    found = Customer.objects.search(text).filter(agency=user.agency_id).values("pk")
    number = text.upper()
    rooms: tuple[tuple[str, str, Callable[[], QuerySet[Any]]], ...] = (
        ("お客さま", "customers:list", lambda: _customers(user, text)),
        ("見積", "quotes:list", lambda: _related(Quote.objects.visible_to(user), found, number)),
        ("契約", "policies:list", lambda: _related(Policy.objects.visible_to(user), found, number)),
        ("事故", "claims:list", lambda: Claim.objects.visible_to(user).select_related("customer").search(text)),
    )
    hits = []
    for label, url, rows in rooms:
        first = tuple(rows().order_by(*_ORDER.get(label, ("-pk",)))[: SHOWN + 1])
        hits.append(Hits(label, url, first[:SHOWN], len(first) > SHOWN))
    return tuple(hits)


_ORDER = {"お客さま": ("kana_folded", "pk")}


def _customers(user: User, text: str) -> QuerySet[Customer]:
    return Customer.objects.visible_to(user).search(text)


def _related(rows: QuerySet[Any], customers: QuerySet[Any], number: str) -> QuerySet[Any]:
    mine = rows.filter(number__startswith=number) if _NUMBER.match(number) else rows.filter(customer__in=customers)
    return mine.select_related("customer", "product_version__product").defer("product_version__content")
