"""How a renewal follows its contract: what is cancelled, endorsed or claimed on changes the renewal by itself."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from core.doors import action
from correspondence.actions import cancel_letter, queue_letter
from correspondence.models import Letter
from correspondence.states import LetterKind, LetterStatus
from customers.queries import back_on_paper, primary_contact
from policies.models import Policy
from quotes.actions import withdraw_quote
from renewals.actions.moving import locked, save
from renewals.corrections import taken_back_letter
from renewals.models import Renewal
from renewals.states import OPEN_STATUSES, RenewalStatus, Way

_TAKEN_BACK = "契約が満期の前に終わったため、更改の案内は不要になりました。"


@action
def cancel_renewals(*, policies: Collection[Policy], reason: str, by: User, at: datetime) -> int:
    """The contract ended before its expiry (解約済): open quotes are withdrawn, letters that wait are taken out of the
    outbox, and who already has the notice is told once that it no longer holds. Returns how many renewals ended."""
    open_ones = Renewal.objects.filter(policy__in=[policy.pk for policy in policies], status__in=OPEN_STATUSES)
    found = list(open_ones.select_related("policy").order_by("pk"))
    for renewal in found:
        for quote in renewal.policy.renewal_quotes.open():
            withdraw_quote(quote=quote, reason=reason, by=by, at=at)
        _take_back_letters(renewal, by, at)
        row = locked(renewal)  # a withdrawal moved it
        row.status = RenewalStatus.CANCELLED
        row.outcome_reason, row.outcome_at, row.outcome_by = reason[:300], at, by
        save(row, "cancel_renewal", f"{row.policy.number}の更改を「解約済」で終えました: {reason}", by=by, at=at)
        if notice_has_gone(row):
            _tell_customer(row, by, at)
    return len(found)


def notice_has_gone(renewal: Renewal) -> bool:
    """Whether the customer has, or may have, our notice: posted, or by a mail that left the outbox."""
    if renewal.way == Way.POST:
        return renewal.notified_at is not None
    mails = Letter.objects.about(renewal).filter(kind=LetterKind.RENEWAL_NOTICE)
    return mails.exclude(status__in=[LetterStatus.QUEUED, LetterStatus.CANCELLED]).exists()


def _take_back_letters(renewal: Renewal, by: User, at: datetime) -> None:
    """Only what still waits: a letter that is being sent, or is in doubt, is for a person to settle."""
    waiting = Letter.objects.about(renewal).filter(~Q(kind=LetterKind.STAFF_NOTICE), status=LetterStatus.QUEUED)
    for letter in waiting.order_by("pk"):
        cancel_letter(letter=letter, note=_TAKEN_BACK, by=by, at=at)


def _tell_customer(renewal: Renewal, by: User, at: datetime) -> None:
    """更改のご案内の取消し: by e-mail where he reads it; otherwise the history says that it must be written."""
    contact = primary_contact(renewal.customer)
    if contact is None or not contact.email or renewal.customer_id in back_on_paper([renewal.customer_id], at):
        words = "更改のご案内の取消しを、書面でお客さまにお知らせください(メールでお送りできません)。"
        save(renewal, "take_back_notice_by_post", words, by=by, at=at)
        return
    text = taken_back_letter(renewal, contact)
    queue_letter(
        agency=renewal.agency, key=f"renewal:{renewal.pk}:taken-back", kind=LetterKind.OTHER,
        to=[contact.email], to_name=f"{renewal.customer.name} {contact.name}", subject=text.subject, body=text.body,
        reply_to=renewal.owner.email or renewal.agency.email, about=[renewal, renewal.policy, renewal.customer],
        by=by, at=at,
    )  # fmt: skip
