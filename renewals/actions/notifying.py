"""The notice (更改のご案内): its paper, its mail, or a paper for the post.

Papers, letters and history of a whole round are written in bulk; the keys make each of them happen once, however
often the round runs or is cut off.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.db.models import Q

from accounts.models import User
from core.clock import jst
from core.doors import action
from correspondence.actions import NewLetter, queue_letters
from correspondence.models import Paper
from correspondence.states import LetterKind, PaperKind, WordingKind
from customers.models import Contact
from customers.queries import back_on_paper
from portal.models import Visitor
from renewals import letters
from renewals.actions.enclosing import file_notice_papers, file_offers, links_of
from renewals.actions.moving import locked, save, write_lines
from renewals.actions.writing import by_agency, rows_for_letters, update_many, whom_to_mail
from renewals.days import notice_horizon, send_from
from renewals.models import Renewal, RenewalTerms
from renewals.papers import latest_offer
from renewals.permissions import check_can_record_posting
from renewals.planning import Calendars, calendars_on
from renewals.states import UNNOTICED_STATUSES, RenewalStatus, Response, Track, Way
from renewals.wordings import Wordings, wordings


def notice_key(renewal: Renewal) -> str:
    """The one notice of a renewal: contract × term × kind (practice 5-2). The 60 names the kind, whatever its day."""
    return f"renewal:{renewal.pk}:notice-60:{renewal.ends_on}"


@action
def file_notices_due(*, on: date, by: User, at: datetime) -> dict[str, int]:
    """File the paper of every open renewal whose notice is due and mail it; without e-mail it waits for 郵送.

    Also of those who spoke to us before their day: they are promised the notice like all. Not of who has applied
    already, nor of who said he does not renew.
    """
    calendars, words = calendars_on(on), wordings()
    due = rows_for_letters(
        Q(status__in=UNNOTICED_STATUSES, noticed_at__isnull=True, term_end_at__gt=at)
        & ~Q(response=Response.NOT_RENEWING)
        & calendars.ending_by(partial(notice_horizon, on))
    )
    mailed = posted = 0
    for agency, found in by_agency(due):
        offers = file_offers(found, by=by, at=at)
        contacts = whom_to_mail(agency, found, at)
        links = links_of(found, contacts, LetterKind.RENEWAL_NOTICE, at)
        terms_of = {pk: terms for pk, (terms, _) in offers.items()}
        papers = file_notice_papers(agency, found, terms_of, links, calendars, on, by=by, at=at)
        rows = [row for row in found if row.pk in papers]
        new: dict[int, NewLetter] = {}
        for row in rows:
            if row.pk in contacts:
                terms, *offer = offers.get(row.pk, (None,))
                enclosed, link = [papers[row.pk], *offer], links.get(row.pk)
                new[row.pk] = notice_letter(row, contacts[row.pk], enclosed, terms, link, words, calendars, at)
        outcome = queue_letters(letters=list(new.values()), agency=agency, by=by, at=at)
        by_mail = [row for row in rows if row.pk in new and new[row.pk].key in outcome.letters]
        mailing = {row.pk for row in by_mail}
        by_post = [row for row in rows if row.pk not in mailing]
        made = {"noticed_at": at, "noticed_by": by}
        sent = {"notified_at": at, "notified_by": by}
        for status in UNNOTICED_STATUSES:
            alike = [row for row in by_mail if row.status == status]
            after = RenewalStatus.NOTIFIED if status == RenewalStatus.OPEN else status
            update_many(alike, on, calendars, **made, **sent, way=Way.EMAIL, status=after)
        update_many(by_post, on, calendars, **made, way=Way.POST)
        lines = [(row, f"{row.policy.number}の更改のご案内をメールで送ります。") for row in by_mail]
        on_paper = back_on_paper([row.customer_id for row in by_post], at)
        for row in by_post:
            refused = outcome.refused.get(new[row.pk].key, "") if row.pk in new else ""
            why = refused or _why_by_post(row, on_paper)
            lines.append((row, f"{row.policy.number}の更改のご案内を作成しました。{why}郵送してください。"))
        write_lines("file_notices_due", lines, by=by, at=at)
        mailed, posted = mailed + len(by_mail), posted + len(by_post)
    return {"notices": mailed, "by_post": posted}


def _why_by_post(row: Renewal, on_paper: set[int]) -> str:
    if row.customer_id in on_paper:
        return "電磁的方法の承諾が撤回されているため"
    if row.customer.phone_only:
        return "メールをご希望でないため"
    if any(contact.email and not contact.left for contact in row.customer.contacts.all()):
        return "登録のメールアドレスがどれも不達のため"
    return "メールアドレスがないため"


def notice_letter(
    row: Renewal,
    contact: Contact,
    papers: Sequence[Paper],
    terms: RenewalTerms | None,
    link: Visitor | None,
    words: Wordings,
    calendars: Calendars,
    at: datetime,
) -> NewLetter:
    """The mail. Its words are of the day on which it leaves."""
    calendar, workdays = calendars.of(row.policy), calendars.workdays(row.agency_id)
    last = row.day_before_expiry(calendar.notice_sent_by)
    leaves_at = send_from(at, last, workdays, row.customer.mail_wish)
    values = letters.values_of(
        row, contact.name, jst(leaves_at).date(), calendar, has_link=link is not None,
        new_premium_yen=terms.premium_yen if terms else None,
    )  # fmt: skip
    kind = WordingKind.NOTICE_SIMPLE if terms else WordingKind.NOTICE_NORMAL
    text = letters.customer_letter(words.of(row.agency_id, kind), values)
    return NewLetter(
        key=notice_key(row), kind=LetterKind.RENEWAL_NOTICE, to=[contact.email],
        to_name=f"{row.customer.name} {contact.name}", subject=text.subject, body=text.body, wording=text.wording,
        reply_to=letters.reply_address(row), papers=papers,
        about=[row, row.policy, row.customer, *([link] if link else [])],
        not_before=leaves_at,
    )  # fmt: skip


def notice_anew(row: Renewal, contact: Contact, at: datetime) -> NewLetter:
    """The notice once more, as the renewal stands: the latest revision of its papers, and the link where this very
    person has one. The caller gives it a key."""
    papers = list(Paper.objects.about(row).filter(kind=PaperKind.RENEWAL_NOTICE).order_by("-revision")[:1])
    offer, terms = latest_offer(row), row.terms.first()
    simple = terms if row.track == Track.SIMPLE and offer is not None else None
    if simple is not None and offer is not None:
        papers.append(offer)
    link = links_of([row], {row.pk: contact}, LetterKind.RENEWAL_NOTICE, at).get(row.pk)
    return notice_letter(row, contact, papers, simple, link, wordings(), calendars_on(jst(at).date()), at)


@action
def record_notice_posted(*, renewal: Renewal, seen_version: int, by: User, at: datetime) -> Renewal:
    """Note that the printed notice was put in the post (郵送)."""
    row = locked(renewal, seen_version)
    check_can_record_posting(by, row)
    row.notified_at, row.notified_by = at, by
    if row.status == RenewalStatus.OPEN:
        row.status = RenewalStatus.NOTIFIED
    return save(row, "record_notice_posted", f"{row.policy.number}の更改のご案内を郵送しました。", by=by, at=at)
