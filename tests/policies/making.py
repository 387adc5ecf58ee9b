"""How tests get policies: issued by the office's own action, with terms as a quote would hand them over."""

from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from accounts.models import User
from core.clock import jst
from core.doors import perform
from core.periods import Term, at_four
from customers.models import Customer
from customers.queries import primary_contact
from policies.actions import cancel_policy, endorse_policy, issue_policy
from policies.changing import Change
from policies.models import Cancellation, Endorsement, Policy
from policies.terms import CoverLine, Instalment, Insured, Receipt, ReceiptLine, RiderLine, Terms
from tests.making import A_MONDAY, make_customer
from tests.quotes.making import make_version

A_START = date(2026, 5, 1)


def some_terms(customer: Customer, *, premium_yen: int = 65_960, **facts: Any) -> Terms:
    """A small contract: two sections of cover, one rider, a receipt of two lines."""
    return Terms(
        **{
            "product_label": "シンプルサイバー",
            "plan_label": "A1",
            "cover": (
                CoverLine(code="liability", label="賠償責任", limit_yen=50_000_000),
                CoverLine(code="cost", label="事故対応費用", limit_yen=10_000_000, note="賠償責任の内枠"),
            ),
            "deductible_yen": 0,
            "riders": (RiderLine(code="overseas", label="海外での事故の追加条項"),),
            "insureds": (Insured(name=customer.name),),
            "industry_code": customer.industry,
            "industry_label": customer.get_industry_display(),
            "sales_yen": 500_000_000,
            "sales_fiscal_year_end": "2025-03-31",
            "payment_label": "一括払",
            "receipt": Receipt(
                total_yen=premium_yen,
                is_reference=False,
                exact=f"{premium_yen}.4",
                lines=(
                    ReceiptLine(
                        component="", code="base", label="基礎額", operation="base", amount=f"{premium_yen}.4",
                        kind="published", source="S003",
                    ),
                    ReceiptLine(
                        component="", code="rounding", label="10円単位に四捨五入", operation="round",
                        amount=str(premium_yen), kind="published", source="S003",
                    ),
                ),
            ),
        }
        | facts
    )  # fmt: skip


def issue_facts(
    customer: Customer | None = None,
    *,
    by: User | None = None,
    starts_on: date = A_START,
    renews: Policy | None = None,
    premium_yen: int = 65_960,
    at: datetime = A_MONDAY,
    **facts: Any,
) -> dict[str, Any]:
    """Everything `issue_policy` wants; a test replaces what it cares about."""
    customer = customer or (renews.customer if renews else make_customer(by))
    by = by or customer.in_charge
    term = Term.one_year_from(starts_on) if renews is None else Term.one_year_from(renews.ends_on)
    return {
        "agency": customer.agency,
        "customer": customer,
        "product_version": make_version(),
        "insurer": "損害保険ジャパン株式会社",
        "quote_number": "Q-2026-000001",
        "term": term,
        "premium_yen": premium_yen,
        "instalments": [Instalment(number=1, due_on=starts_on.isoformat(), amount_yen=premium_yen).model_dump()],
        "payment_way": "lump_sum",
        "terms": some_terms(customer, premium_yen=premium_yen).as_json(),
        "contracted_on": date(2026, 4, 1),
        "in_charge": customer.in_charge,
        "recipient": primary_contact(customer),
        "papers": [],
        "renews": renews,
        "by": by,
        "at": at,
    } | facts


def make_policy(customer: Customer | None = None, **facts: Any) -> Policy:
    """An issued policy, by default for a year from 1 May 2026."""
    return perform(issue_policy, **issue_facts(customer, **facts))


def make_policy_ending(ends_on: date, customer: Customer | None = None, **facts: Any) -> Policy:
    """A policy that ends at 16:00 on that day."""
    starts_on = date(ends_on.year - 1, ends_on.month, ends_on.day)
    return make_policy(customer, starts_on=starts_on, **facts)


def many_policies(
    count: int, like: Policy, *, ends_on: date, first_serial: int, in_charge: User | None = None
) -> list[Policy]:
    """Rows beside an issued one, written at once: for tests about large portfolios only."""
    start = at_four(ends_on - relativedelta(years=1))
    return Policy.objects.bulk_create(
        Policy(
            agency_id=like.agency_id,
            number=f"C-2020-{serial:06d}",
            customer_id=like.customer_id,
            in_charge=in_charge or like.in_charge,
            product_version_id=like.product_version_id,
            insurer=like.insurer,
            quote_number=like.quote_number,
            starts_at=start,
            ends_at=at_four(ends_on),
            premium_yen=like.premium_yen,
            payment_way=like.payment_way,
            instalments=like.instalments,
            terms=like.terms,
            contracted_on=like.contracted_on,
            issued_at=like.issued_at,
            issued_by=like.issued_by,
            chain=2020 * 1_000_000 + serial,
            delivery=like.delivery,
        )
        for serial in range(first_serial, first_serial + count)
    )


def cancel(policy: Policy, on: date | None, *, at: datetime, **facts: Any) -> Cancellation:
    """An early end by the office's action, at the customer's word unless told."""
    facts = {"end": "CANCELLED", "requested_on": jst(at).date(), "requested_by": "総務部 田中様", "reason": "廃業",
             "by": policy.in_charge, "seen_version": policy.version} | facts  # fmt: skip
    return perform(cancel_policy, policy=policy, on=on, at=at, **facts)


def endorse(policy: Policy, change: Change, *, on: date, at: datetime, **facts: Any) -> Endorsement:
    """A change by the office's action, told and approved on its day unless told."""
    facts = {"noticed_on": on, "approved_on": on, "approval_reference": "承認 26-0815", "own_cause": True,
             "reason": "事業の拡大", "by": policy.in_charge, "seen_version": policy.version} | facts  # fmt: skip
    return perform(endorse_policy, policy=policy, change=change, changes_on=on, at=at, **facts)


def make_record_of_end(policy: Policy) -> Cancellation:
    """The record alone, for tests of what the database says to the contract's own row."""
    return Cancellation.objects.create(
        agency=policy.agency, policy=policy, end="VOID", ends_at=policy.starts_at, requested_on=A_START,
        requested_by="保険会社", reason="無効", method="full", due_yen=0, earned_yen=0, refund_yen=0, owed_yen=0,
        lines=[], recorded_at=policy.issued_at, recorded_by=policy.issued_by,
    )  # fmt: skip
