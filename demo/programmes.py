"""The products beside the agency's bread and butter: another carrier's, members', certified companies', groups'.

They came on the shelf in April, so their companies called since then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from core.clock import jst
from core.doors import perform
from demo.office import Case, Office
from products.models import Product
from renewals.actions import plan_letters

COMPANIES = 16
FIRST_CALL, LAST_CALL = 170, 1  # days before today
MEMBERS_SALES_YEN = 4_800_000

_MEMBER = {"membership": "yes", "membership_number": "0042-1187"}
_CERTIFIED = {"isms_certified": "yes", "isms_copy": "yes", "isms_number": "IS 700123"}
_GROUP = {
    "subsidiaries": 2, "insureds_sales_yen": 120_000_000,
    "subsidiary_names": "株式会社見本物流(東京都江東区)\n株式会社見本サービス(千葉県船橋市)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Programme:
    """What its companies have in common; `care` is how much security they have in place."""

    product: str
    care: float
    industries: tuple[str, ...] = ()  # none: any
    sales_yen: int = 0  # 0: what the company sells
    special: dict[str, Any] = field(default_factory=dict)


PROGRAMMES = (
    Programme("tokio-yayoi", 0.6, ("other_services", "professional", "advertising"), MEMBERS_SALES_YEN, _MEMBER),
    Programme("sompo-isms", 0.9, ("professional", "engineering", "advertising", "staffing"), 0, _CERTIFIED),
    Programme("sompo-group", 0.85, ("manufacturing", "wholesale", "retail"), 0, _GROUP),
    Programme("msi-protector", 0.8, ("manufacturing", "wholesale", "retail", "construction", "professional")),
)


def plan_for_members(office: Office, at: datetime) -> None:
    """Every member's contract ends on the same day: the office begins earlier, and reminds in steps of its own."""
    members = Product.objects.filter(code="tokio-yayoi").first()
    if members is not None:
        perform(
            plan_letters, product=members, valid_from=jst(at).date(), is_own=True, opens=120, notice=60,
            reminders=(40, 25, 14, 7, 3), answer_by=20, on_expiry_day=True, day_after=True,
            reason="会員の契約が同じ日に満期を迎えるため、早めに始める", by=office.staff["kanri"], at=at,
        )  # fmt: skip


def cases(others: Iterator[Case], on: date) -> Iterator[Case]:
    """The next companies of the story, each in the programme that suits its business, the programmes in turn.

    Whoever is certified stays so for at least a year from `on`, the day the story is told.
    """
    certificate = {"isms_expires_on": f"{on.year + 2}-03-31"}
    taken = 0
    for case in others:
        programme = PROGRAMMES[taken % len(PROGRAMMES)]
        if programme.industries and case.company.industry not in programme.industries:
            continue
        taken += 1
        company = replace(case.company, sales_yen=programme.sales_yen or case.company.sales_yen)
        special = programme.special | (certificate if programme.special is _CERTIFIED else {})
        yield replace(case, company=company, product=programme.product, care=programme.care, special=special)
