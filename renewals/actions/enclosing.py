"""What goes with a notice: its paper; in the 簡易 track the proposal with its premium; and the customer's own link."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import DatabaseError
from django.db.models import Prefetch

from accounts.models import Agency, User
from core.doors import attempt
from core.errors import Refused
from core.history import record
from correspondence.actions import NewPaper, file_papers
from correspondence.blanks import is_filled
from correspondence.models import Paper
from correspondence.states import LetterKind, PaperKind
from customers.models import Contact
from portal.models import Visitor
from portal.states import OPEN_STATUSES, Purpose
from products.models import ProductVersion
from renewals.actions.moving import about
from renewals.models import Renewal, RenewalTerms
from renewals.papers import TEMPLATE, file_renewal_offer, notice_page
from renewals.planning import Calendars
from renewals.states import Track

log = logging.getLogger(__name__)

# What one contract's odd facts can make the arithmetic say; it must not stop the others' letters.
_TROUBLE = (ArithmeticError, LookupError, TypeError, ValueError, DatabaseError)


def file_notice_papers(
    agency: Agency,
    rows: Sequence[Renewal],
    terms_of: Mapping[int, RenewalTerms],
    linked: Collection[int],
    calendars: Calendars,
    on: date,
    *,
    by: User,
    at: datetime,
) -> dict[int, Paper]:
    """The 更改のご案内 of each renewal, in a few statements for all of them: with the premium of those whose proposal
    goes with it, and with the way through the link of those whose mail brings it.

    A contract whose page cannot be written keeps nobody else waiting: it is left out, and as an unsent notice it is
    reported to the managers and named by the inspection.
    """
    new: dict[int, NewPaper] = {}
    for row in rows:
        try:
            page = notice_page(
                row, made_on=on, calendar=calendars.of(row.policy), terms=terms_of.get(row.pk),
                by_link=row.pk in linked,
            )  # fmt: skip
        except _TROUBLE:
            log.exception("no notice for renewal %s", row.pk)
            continue
        new[row.pk] = NewPaper(
            key=f"renewal:{row.pk}:notice:{row.ends_on}",
            kind=PaperKind.RENEWAL_NOTICE,
            template=TEMPLATE,
            page=page,
            subject=row.policy.number,
            dated_on=on,
            counterparty=row.customer.name,
            amount_yen=row.policy.premium_now_yen,
            about=[row, row.policy, row.customer],
        )
    papers = file_papers(papers=list(new.values()), agency=agency, by=by, at=at)
    return dict(zip(new, papers, strict=True))


def file_offers(rows: Sequence[Renewal], *, by: User, at: datetime) -> dict[int, tuple[RenewalTerms, Paper]]:
    """The 更改条件のご提案 of those in the 簡易 track.

    What cannot be proposed costs the notice nothing: it goes as 通常, and the history says why.
    """
    simple = {row.pk: row for row in rows if row.track == Track.SIMPLE}
    if not simple:
        return {}
    newest = RenewalTerms.objects.filter(renewal__in=list(simple)).order_by("renewal_id", "-revision")
    versions = Prefetch("product_version", ProductVersion.objects.select_related("product"))
    found: dict[int, tuple[RenewalTerms, Paper]] = {}
    for terms in newest.distinct("renewal_id").select_related("quote").prefetch_related(versions):
        row = terms.renewal = simple[terms.renewal_id]
        try:
            found[row.pk] = terms, attempt(file_renewal_offer, renewal=row, terms=terms, by=by, at=at)
        except (Refused, *_TROUBLE) as trouble:
            why = trouble.message if isinstance(trouble, Refused) else "見積を開いて条件を確認してください。"
            if not isinstance(trouble, Refused):
                log.exception("no proposal for renewal %s", row.pk)
            words = f"{row.policy.number}の更改条件のご提案を作成できませんでした: {why}"
            record("renewals.file_offers", words, about=about(row), by=by, at=at)
    return found


def links_of(
    rows: Sequence[Renewal], contacts: Mapping[int, Contact], kind: LetterKind, at: datetime
) -> dict[int, Visitor]:
    """The open link to a renewal's questionnaire, where one was laid out for the very person a letter of this kind goes
    to: it opens for nobody else. One statement."""
    of_quote = {row.quote_id: row.pk for row in rows if row.quote_id and row.pk in contacts}
    if not of_quote or not is_filled(kind):
        return {}
    visitors = Visitor.objects.filter(
        invitation__quote__in=list(of_quote), invitation__status__in=OPEN_STATUSES,
        invitation__purpose=Purpose.QUESTIONNAIRE, invitation__valid_until__gt=at, admitted_at__isnull=False,
    )  # fmt: skip
    found = {}
    for visitor in visitors.select_related("invitation").order_by("pk"):
        renewal = of_quote[visitor.invitation.quote_id]
        if visitor.email.lower() == contacts[renewal].email.lower():
            found[renewal] = visitor
    return found
