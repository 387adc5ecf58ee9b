"""What screens and other rooms ask about policies."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import CharField, F, Func, Q, Value

from accounts.models import Agency, User
from core.clock import jst
from core.models import thread_key
from core.money import round_yen
from core.periods import months_after
from correspondence.models import Letter, Paper
from correspondence.screens import PaperLine, paper_lines
from correspondence.states import LetterKind, LetterStatus, PaperKind
from policies.models import Policy, PolicyQuerySet
from policies.states import Delivery, EndKind, PolicyStatus
from policies.terms import Receipt
from products.refunds import End, Payments, Refund, refund


def latest_certificate(policy: Policy) -> Paper:
    """The newest revision of a policy's 証券."""
    return (
        Paper.objects.about(policy).filter(kind=PaperKind.CERTIFICATE, subject=policy.number).order_by("-revision")[0]
    )


def papers_of(policy: Policy) -> list[PaperLine]:
    """Everything on paper about a contract: its own papers, and those of the quote it came from."""
    of_the_quote = Q(agency=policy.agency_id, subject=policy.quote_number)
    return paper_lines(Paper.objects.filter(Q(about__contains=[thread_key(policy)]) | of_the_quote).order_by("-pk"))


# What the page names: naming thirty more columns costs as much as drawing half the page.
_RECORD_COLUMNS = (
    "agency", "number", "status", "starts_at", "ends_at", "insurer", "quote_number", "premium_yen", "instalments",
    "terms", "endorsed_terms", "endorsed_premium_yen", "contracted_on", "issued_at", "delivery", "posted_at",
    "cancelled_at", "version", "renews", "renewed_by__number",
)  # fmt: skip
# Of people and customer it wants a word each: as values they cost half of what they cost as records.
_RECORD_WORDS = {
    "customer_name": F("customer__name"),
    "customer_number": F("customer__number"),
    "name_in_charge": F("in_charge__name"),
    "issued_by_name": F("issued_by__name"),
    "posted_by_name": F("posted_by__name"),
}


def policies_with_people(user: User) -> PolicyQuerySet:
    """For the record page: everything its head shows, in one statement. The contract before it is asked for where
    there is one."""
    found = Policy.objects.visible_to(user).select_related("renewed_by")
    return found.only(*_RECORD_COLUMNS).annotate(**_RECORD_WORDS)


def undelivered_certificates(agency: Agency, on: date) -> PolicyQuerySet:
    """証券 of which nobody can say that they arrived: post not recorded, or the mail not SENT, a month after 締結
    (checks 5). For today's work."""
    policies = Policy.objects.filter(agency=agency, contracted_on__lt=months_after(on, -1))
    return (unposted(policies) | unsent(policies)).shown().order_by("contracted_on", "pk")


def payments_at(policy: Policy, on: date, until: date) -> Payments:
    """What was to be paid for a contract that ends on `on`, and what of it had fallen due by `until`: the payments of
    the 証券, and what every 異動 added or gave back. Payments that arrived are not kept here."""
    every = list(policy.endorsements.order_by("number"))
    changes = [one for one in every if one.changes_on < on]
    added = sum(one.difference_yen for one in changes)
    total = sum(part.amount_yen for part in policy.schedule)
    due = sum(part.amount_yen for part in policy.schedule if date.fromisoformat(part.due_on) <= until)
    # A change after the end (失効 found late, 無効) was paid for or given back all the same.
    due += sum(one.difference_yen for one in every if one.changes_on <= until)
    if not changes:
        return Payments(policy.payment_way, total, due)
    # The surcharge for paying in parts is in the payments, so the new rate is moved in the same proportion.
    rate = Decimal(total) * changes[-1].premium_yen / policy.premium_yen
    return Payments(policy.payment_way, total + added, due, int(rate.to_integral_value(ROUND_HALF_UP)))


def last_change_on(policy: Policy) -> date | None:
    """The day of the newest 異動."""
    last = policy.endorsements.order_by("number").last()
    return last.changes_on if last else None


def refund_at(policy: Policy, end: str, on: date, today: date) -> Refund:
    """What becomes of the premium when the contract ends that way on that day, by the book it was sold under."""
    first_day = jst(policy.starts_at).date()
    return refund(
        book=policy.product_version.book, end=_BOOK_ENDS[EndKind(end)],
        payments=payments_at(policy, on, max(on, today)), starts_on=first_day, ends_on=policy.ends_on, on=on,
    )  # fmt: skip


# The books know five ends. 失効 is nobody's choice of a short contract: by the day, as when the insurer ends it.
_BOOK_ENDS: dict[EndKind, End] = {
    EndKind.CANCELLED: "cancelled_by_customer",
    EndKind.REPLACED: "mid_term_renewal",
    EndKind.RESCINDED: "cancelled_by_insurer",
    EndKind.TERMINATED: "cancelled_by_insurer",
    EndKind.LAPSED: "cancelled_by_insurer",
    EndKind.VOID: "void",
    EndKind.AVOIDED: "void",
}


def unposted(policies: PolicyQuerySet) -> PolicyQuerySet:
    """Those in force of which nobody has recorded that the 証券 went into the post."""
    return policies.filter(status=PolicyStatus.IN_FORCE, delivery=Delivery.POST, posted_at__isnull=True)


def unsent(policies: PolicyQuerySet) -> PolicyQuerySet:
    """Those in force whose mail with the 証券 is not SENT. Asked from the side of the mail, of which few are on their
    way: every policy that goes by mail has one from the day it is issued."""
    mails = Letter.objects.filter(kind=LetterKind.POLICY_ISSUED, key__endswith=":issue")
    number = Func(F("key"), Value(":"), Value(2), function="split_part", output_field=CharField())
    numbers = mails.exclude(status=LetterStatus.SENT).values_list(number, flat=True)
    return policies.filter(status=PolicyStatus.IN_FORCE, delivery=Delivery.EMAIL, number__in=numbers)


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the premium for the drawing: its amount in whole yen and its share of the longest, in percent."""

    label: str
    amount_yen: int
    share: int


def premium_parts(receipt: Receipt | None) -> tuple[Part, ...]:
    """What the premium is made of, by section of cover, before the factors that touch the whole."""
    lines = [line for line in receipt.lines if line.operation == "component"] if receipt else []
    amounts = [Decimal(line.amount) for line in lines]
    longest = max(amounts, default=Decimal(0)) or Decimal(1)
    return tuple(
        Part(line.label, round_yen(amount, step=1), int(amount * 100 / longest))
        for line, amount in zip(lines, amounts, strict=True)
    )
