"""Issuing a contract, its 証券 on its way to the customer, and the end of its term."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import Agency, User
from core.bulk import insert
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import event, record
from core.numbering import next_number
from core.periods import Term
from correspondence.actions import queue_letter, revise_paper
from correspondence.models import Paper
from correspondence.states import LetterKind
from customers.models import Contact, Customer
from policies.letters import certificate_letter
from policies.models import Policy
from policies.papers import certificate_page, file_certificate
from policies.permissions import (
    check_can_issue_policy,
    check_can_record_posting,
    check_can_reissue_certificate,
)
from policies.queries import latest_certificate
from policies.rules import check_continues, check_schedule, check_term
from policies.signals import policies_ended
from policies.states import Delivery, PolicyStatus
from policies.terms import instalments_from, terms_from
from products.models import ProductVersion
from products.terms import ends_on

SERIES = "policy"


@action
def issue_policy(
    *,
    agency: Agency,
    customer: Customer,
    product_version: ProductVersion,
    insurer: str,
    quote_number: str,
    term: Term,
    premium_yen: int,
    instalments: list[dict[str, Any]],
    payment_way: str,
    terms: dict[str, Any],
    contracted_on: date,
    in_charge: User,
    recipient: Contact | None,
    papers: Sequence[Paper],
    renews: Policy | None,
    by: User,
    at: datetime,
) -> Policy:
    """Issue a policy: number, contract, 証券, and the letter that brings it with `papers` enclosed.

    `terms` and `instalments` are plain JSON in the shape of `policies.terms`; they are the policy's own copy. Without a
    recipient who has e-mail the 証券 goes by post, and the policy says so until the posting is recorded.
    Refuses terms that are not the product's (a year from four to four, or up to a common expiry), a renewal with a
    gap or overlap, and unreadable terms.
    """
    check_can_issue_policy(by)
    check_term(term, ends_on(product_version.book, jst(term.starts_at).date()))
    check_schedule(premium_yen, tuple(part.amount_yen for part in instalments_from(instalments)))
    terms_from(terms)
    old = _lock_renewed(renews, customer, term, at)
    year = jst(at).year
    serial = next_number(SERIES, year)
    policy = Policy.objects.create(
        agency=agency,
        number=f"C-{year}-{serial:06d}",
        customer=customer,
        in_charge=in_charge,
        product_version=product_version,
        insurer=insurer,
        quote_number=quote_number,
        starts_at=term.starts_at,
        ends_at=term.ends_at,
        premium_yen=premium_yen,
        payment_way=payment_way,
        instalments=instalments,
        terms=terms,
        contracted_on=contracted_on,
        issued_at=at,
        issued_by=by,
        renews=old,
        chain=old.chain if old else year * 1_000_000 + serial,
        delivery=Delivery.EMAIL if recipient and recipient.email else Delivery.POST,
    )
    certificate = file_certificate(policy, by=by, at=at)
    about = [policy, customer, *([old] if old else [])]
    words = (
        f"{old.number}を更改し、証券{policy.number}を発行しました。" if old else f"証券{policy.number}を発行しました。"
    )
    record("policies.issue_policy", words, about=about, by=by, at=at, quote=quote_number, premium_yen=premium_yen)
    _send_certificate(policy, recipient, [certificate, *papers], key="issue", by=by, at=at)
    return policy


def _lock_renewed(renews: Policy | None, customer: Customer, term: Term, at: datetime) -> Policy | None:
    """The old policy, locked so that two people cannot renew it at once."""
    if renews is None:
        return None
    old = Policy.objects.select_for_update(of=("self",)).get(pk=renews.pk)
    if old.customer_id != customer.pk:
        raise Refused(f"{old.number}は別のお客さまの契約です。更改する契約を確認してください。")
    if successor := Policy.objects.filter(renews=old).first():
        raise Refused(f"{old.number}はすでに{successor.number}に更改されています。")
    check_continues(old.cover_facts, term, at)
    return old


def _send_certificate(
    policy: Policy, recipient: Contact | None, papers: Sequence[Paper], *, key: str, by: User, at: datetime
) -> None:
    """Queue the mail with the papers, or say that they go by post."""
    about = [policy, policy.customer]
    if recipient is None or policy.delivery == Delivery.POST:
        record(
            "policies.certificate_by_post",
            f"メールで受け取ることの承諾かメールアドレスの登録がないため、証券{policy.number}は郵送してください。",
            about=about, by=by, at=at,
        )  # fmt: skip
        return
    text = certificate_letter(policy, policy.agency, recipient.name)
    queue_letter(
        agency=policy.agency,
        key=f"policy:{policy.number}:{key}",
        kind=LetterKind.POLICY_ISSUED,
        to=[recipient.email],
        to_name=f"{policy.customer.name} {recipient.name}",
        subject=text.subject,
        body=text.body,
        reply_to=policy.in_charge.email or policy.agency.email,
        papers=papers,
        about=about,
        by=by,
        at=at,
    )


@action
def expire_policies_due(*, by: User, at: datetime) -> int:
    """Mark every policy whose term is over as 満期, in a fixed number of statements. Returns how many."""
    due = list(
        Policy.objects.select_for_update(skip_locked=True)
        .filter(status=PolicyStatus.IN_FORCE, ends_at__lte=at)
        .defer("terms", "instalments")
        .order_by("pk")
    )
    if not due:
        return 0
    Policy.objects.filter(pk__in=[policy.pk for policy in due]).update(status=PolicyStatus.EXPIRED, expired_at=at)
    insert(
        [
            event(
                "policies.expire_policies_due",
                f"{policy.number}の保険期間が終わりました(満期)。",
                about=[policy, Customer(pk=policy.customer_id)],
                by=by,
                at=at,
            )
            for policy in due
        ],
    )
    policies_ended.send(sender=Policy, policies=due, by=by, at=at)
    return len(due)


@action
def reissue_certificate(*, policy: Policy, seen_version: int, reason: str, by: User, at: datetime) -> Paper:
    """Make the 証券 anew (再発行): the next revision, with a new 作成日 and everything else as it was (checks 4)."""
    locked = _lock(policy, seen_version)
    check_can_reissue_certificate(by, locked)
    made_on = jst(at).date()
    paper = revise_paper(
        paper=latest_certificate(locked),
        page=certificate_page(locked, made_on=made_on),
        correction=f"再発行({reason})",
        dated_on=made_on,
        amount_yen=locked.premium_yen,
        by=by,
        at=at,
    )
    locked.version += 1
    locked.save(update_fields=["version"])
    record(
        "policies.reissue_certificate",
        f"証券{locked.number}を再発行しました(第{paper.revision}版、理由: {reason})。",
        about=[locked, locked.customer], by=by, at=at,
    )  # fmt: skip
    return paper


@action
def record_posting(*, policy: Policy, seen_version: int, by: User, at: datetime) -> Policy:
    """Note that the 証券 was put in the post."""
    locked = _lock(policy, seen_version)
    check_can_record_posting(by, locked)
    locked.posted_at, locked.posted_by = at, by
    locked.version += 1
    locked.save(update_fields=["posted_at", "posted_by", "version"])
    record(
        "policies.record_posting", f"証券{locked.number}を郵送しました。",
        about=[locked, locked.customer], by=by, at=at,
    )  # fmt: skip
    return locked


def _lock(policy: Policy, seen_version: int) -> Policy:
    locked = Policy.objects.select_for_update(of=("self",)).select_related("customer", "agency").get(pk=policy.pk)
    if locked.version != seen_version:
        raise Stale
    return locked
