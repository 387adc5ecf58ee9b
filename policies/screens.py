"""What the policies' pages show, in the words they show it in. Reads, decides nothing, writes nothing."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page

from core.money import format_yen
from core.screens import address_of
from core.templatetags.tate import short_day
from policies.states import Delivery, PolicyStatus


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A line of the list."""

    number: str
    url: str
    status: str
    style: str
    waits_for_post: bool
    customer: str
    product: str
    ends_on: str
    premium: str
    in_charge: str


def policy_lines(page: Page) -> list[PolicyLine]:
    """The lines of a page of policies, from the few columns they show."""
    policies: Any = page.object_list
    rows = policies.values_list(
        "number", "status", "delivery", "posted_at", "ends_at", "premium_yen", "customer__name",
        "product_version__product__name", "in_charge__name",
    )  # fmt: skip
    address = address_of("policies:detail")
    words = {str(status): (str(status.label), status.style) for status in PolicyStatus}
    return [
        PolicyLine(
            number, address(number), *words[status],
            delivery == Delivery.POST and posted_at is None, customer, product, short_day(ends_at),
            format_yen(premium_yen), in_charge,
        )
        for number, status, delivery, posted_at, ends_at, premium_yen, customer, product, in_charge in rows
    ]  # fmt: skip
