"""What the board's list shows, in the words it shows it in. Reads, decides nothing, writes nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page

from core.money import format_yen
from core.screens import address_of
from core.templatetags.tate import short_day
from renewals.states import OPEN_STATUSES, RenewalStatus, Track, Way


@dataclass(frozen=True, slots=True)
class RenewalLine:
    """A line of the list."""

    pk: int
    url: str
    label: str
    style: str
    waits_for_post: bool
    is_escalated: bool
    is_undelivered: bool
    is_simple: bool
    ends_on: str
    number: str
    customer: str
    premium: str
    next_on: str
    is_due: bool
    next_step: str
    owner: str


def renewal_lines(page: Page, on: date) -> list[RenewalLine]:
    """The lines of a page of renewals, from the few columns they show."""
    renewals: Any = page.object_list
    rows = renewals.values_list(
        "pk", "status", "way", "notified_at", "escalated_at", "is_undelivered", "track", "term_end_at",
        "policy__number", "customer__name", "policy__premium_yen", "next_on", "next_step", "outcome_reason",
        "owner__name",
    )  # fmt: skip
    address = address_of("renewals:detail")
    words = {str(status): (str(status.label), status.style, status in OPEN_STATUSES) for status in RenewalStatus}
    lines = []
    for (
        pk, status, way, notified_at, escalated_at, undelivered, track, end, number, customer, yen, next_on, step,
        reason, owner,
    ) in rows:  # fmt: skip
        label, style, is_open = words[status]
        lines.append(
            RenewalLine(
                pk, address(pk), label, style, is_open and way == Way.POST and notified_at is None,
                is_open and escalated_at is not None, is_open and undelivered, is_open and track == Track.SIMPLE,
                short_day(end), number, customer, format_yen(yen), short_day(next_on),
                next_on is not None and next_on <= on, step if next_on else reason, owner,
            )
        )  # fmt: skip
    return lines
