"""How a renewal follows its contract: what is cancelled, endorsed or claimed on changes the renewal by itself."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from accounts.queries import managers
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from correspondence.actions import NewLetter, cancel_letter, queue_letter, queue_letters, revise_paper
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, LetterStatus, PaperKind, WordingKind
from customers.models import Contact
from policies.models import Policy
from quotes.actions import follow_contract, take_back_quote, withdraw_quote
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.actions.enclosing import links_of
from renewals.actions.moving import locked, save
from renewals.actions.notifying import notice_anew
from renewals.actions.offering import renew_terms
from renewals.actions.taking_back import take_back_letters
from renewals.actions.writing import whom_to_mail
from renewals.corrections import late_change_letter, taken_back_letter
from renewals.letters import customer_letter, values_of
from renewals.models import Renewal, RenewalTerms
from renewals.papers import file_renewal_offer, latest_offer, notice_page
from renewals.permissions import check_can_take_new_cover
from renewals.planning import calendars_on
from renewals.queries import waiting_quote
from renewals.states import OPEN_STATUSES, RenewalStatus, Track, Way
from renewals.wordings import wordings

_BY_POST = "訂正版を印刷して郵送"
ABOUT_THE_RENEWAL = {LetterKind.RENEWAL_NOTICE, LetterKind.RENEWAL_REMINDER}
_REPLACED = "契約の変更を反映した案内に差し替えるため。"
_GONE = {LetterStatus.SENT, LetterStatus.SENDING, LetterStatus.UNKNOWN}  # the customer has it, or may have it
_BEFORE_OTHERS = {QuoteStatus.REFERRED, QuoteStatus.ASKED, QuoteStatus.APPLIED}  # a quote that keeps its old cover
_SETTLED = timedelta(minutes=10)


@action
def cancel_renewals(*, policies: Collection[Policy], reason: str, by: User, at: datetime) -> int:
    """The contract ended before its expiry (解約済): open quotes are withdrawn, letters that wait are taken out of the
    outbox, and who already has the notice is told once that it no longer holds. Returns how many renewals ended."""
    open_ones = Renewal.objects.filter(policy__in=[policy.pk for policy in policies], status__in=OPEN_STATUSES)
    found = list(open_ones.select_related("policy").order_by("pk"))
    for renewal in found:
        for quote in renewal.policy.renewal_quotes.open():
            withdraw_quote(quote=quote, reason=reason, by=by, at=at)
        row = locked(renewal)  # a withdrawal moved it
        row.status = RenewalStatus.CANCELLED
        take_back_letters(row, by=by, at=at)
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


def _tell_customer(renewal: Renewal, by: User, at: datetime) -> None:
    """更改のご案内の取消し: by e-mail where he reads it; otherwise the history says that it must be written."""
    contact = whom_to_mail(renewal.agency, [renewal], at).get(renewal.pk)
    if contact is None:
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


@action
def correct_renewal(
    *, policy: Policy, cause: str, key: str, is_changed: bool, by: User, at: datetime
) -> Renewal | None:
    """The contract was endorsed (`is_changed`) or claimed on: its quote, its terms and its track follow. Where the
    notice was made already, the customer gets the corrected papers once for each `key`, and the owner speaks with him.

    Before the notice there is nothing to correct: it will say the new state, unless a quote of the old one lies before
    the underwriter or was applied for already. One that is renewed already is for the
    people who look after the next contract.
    """
    known = Renewal.objects.filter(policy=policy).first()
    if known is None:
        return None
    if known.status == RenewalStatus.RENEWED:
        _tell_office(locked(known), cause, key, by, at)
        return known
    if not known.is_open:
        return None
    quote = policy.renewal_quotes.open().first()
    if quote is not None:
        follow_contract(quote=quote, cause=cause, by=by, at=at)
    row = locked(known)  # the quote may have moved it
    was_simple = row.track == Track.SIMPLE
    terms = _terms_anew(row, cause, by, at)
    row = locked(known)
    if row.noticed_at is None and not (quote is not None and quote.status in _BEFORE_OTHERS):
        return row
    row.correction = cause[:100]
    row = save(row, "correct_renewal", f"{policy.number}の更改に反映しました({cause})。", by=by, at=at)
    if papers := _corrected_papers(row, terms, cause, is_changed or was_simple, by, at):
        _send_corrected(row, papers, cause, key, by, at)
    return row


@action
def take_new_cover(*, renewal: Renewal, by: User, at: datetime) -> Quote:
    """Take the renewal's quote back from underwriting and bring the changed contract into it, to be judged again."""
    row = locked(renewal)
    quote = waiting_quote(row)
    check_can_take_new_cover(by, row, quote, at)
    assert quote is not None  # checked
    taken = take_back_quote(quote=quote, by=by, at=at)
    return follow_contract(quote=taken, cause=row.correction, by=by, at=at)


def _terms_anew(row: Renewal, cause: str, by: User, at: datetime) -> RenewalTerms | None:
    """更改条件案 once more, on the contract as it is; where there is nothing to price any more, 簡易 is over."""
    if row.terms.exists() and (terms := renew_terms(renewal=row, cause=cause[:200], by=by, at=at)) is not None:
        return terms
    if row.track == Track.SIMPLE:
        row.track = Track.NORMAL
        row.track_reasons = [{"code": "changed", "sentence": f"ご案内の後にご契約の変更がありました({cause})。"}]
        save(row, "leave_simple_track", f"{row.policy.number}の更改を通常の進め方にしました({cause})。", by=by, at=at)
    return None


def _corrected_papers(
    row: Renewal, terms: RenewalTerms | None, cause: str, notice_changes: bool, by: User, at: datetime
) -> list[Paper]:
    """The next revision (訂正版) of what the customer has: the notice where it says something else now, and the
    proposal where one was made and can still be."""
    papers = []
    on = jst(at).date()
    notice = Paper.objects.about(row).filter(kind=PaperKind.RENEWAL_NOTICE).order_by("-revision").first()
    if notice is not None and notice_changes:
        by_link = bool(notice.page.get("by_link"))
        page = notice_page(
            row, made_on=on, calendar=calendars_on(on).of(row.policy), terms=terms, by_link=by_link
        )  # fmt: skip
        papers.append(
            revise_paper(
                paper=notice, page=page, correction=cause, dated_on=on,
                amount_yen=row.policy.premium_now_yen, by=by, at=at,
            )
        )  # fmt: skip
    if latest_offer(row) is not None and terms is not None and terms.premium_yen is not None:
        papers.append(file_renewal_offer(row, terms=terms, correction=f"訂正版: {cause}", by=by, at=at))
    return papers


def _send_corrected(row: Renewal, papers: list[Paper], cause: str, key: str, by: User, at: datetime) -> None:
    """By the mail that says what changed. Where the notice itself still waits it must not arrive after its correction:
    it is taken out of the outbox and written anew, with the corrected papers."""
    contact = whom_to_mail(row.agency, [row], at).get(row.pk)
    if contact is None:
        words = f"訂正版の更改のご案内を印刷して郵送してください({cause})。"
        row.correction = f"{_BY_POST}、{cause}"[:100]  # so says the duty, until somebody has spoken with the customer
        save(row, "post_corrected_papers", words, by=by, at=at)
        return
    found = Letter.objects.about(row).filter(kind=LetterKind.RENEWAL_NOTICE).select_for_update(of=("self",))
    before = {letter: letter.status for letter in found.order_by("pk")}
    for letter in before:
        if letter.status == LetterStatus.QUEUED:
            cancel_letter(letter=letter, note=_REPLACED, by=by, at=at)
    if _GONE.isdisjoint(before.values()):
        new = notice_anew(row, contact, at)
    else:
        new = _correction(row, contact, papers, cause, at)
    if LetterStatus.SENDING in before.values():  # refused for now, it would go again half a minute later
        new = replace(new, not_before=at + _SETTLED)
    new = replace(new, key=f"renewal:{row.pk}:corrected:{key}")
    queued = queue_letters(letters=[new], agency=row.agency, by=by, at=at)
    if new.key in queued.refused:
        raise Refused(queued.refused[new.key])


def _correction(row: Renewal, contact: Contact, papers: list[Paper], cause: str, at: datetime) -> NewLetter:
    on = jst(at).date()
    link = links_of([row], {row.pk: contact}, LetterKind.RENEWAL_NOTICE, at).get(row.pk)
    values = values_of(
        row, contact.name, on, calendars_on(on).of(row.policy), has_link=link is not None, change=cause
    )  # fmt: skip
    text = customer_letter(wordings().of(row.agency_id, WordingKind.NOTICE_CORRECTED), values)
    return NewLetter(
        key="", kind=LetterKind.RENEWAL_NOTICE, to=[contact.email], to_name=f"{row.customer.name} {contact.name}",
        subject=text.subject, body=text.body, reply_to=row.owner.email or row.agency.email, papers=papers,
        about=[row, row.policy, row.customer, *([link] if link else [])], wording=text.wording,
    )  # fmt: skip


def _tell_office(row: Renewal, cause: str, key: str, by: User, at: datetime) -> None:
    """Renewed early, and then the old contract changed or something happened: whether the next contract still stands
    as it is has to be asked of the insurer."""
    words = f"{row.policy.number}は更改済みですが、更改の後に変更がありました({cause})。"
    record("renewals.changed_after_renewal", words, about=[row, row.policy, row.customer], by=by, at=at)
    text = late_change_letter(row, cause)
    to = sorted({row.owner.email or row.agency.email, *(boss.email for boss in managers(row.agency, jst(at).date()))})
    queue_letter(
        agency=row.agency, key=f"renewal:{row.pk}:after-renewal:{key}", kind=LetterKind.STAFF_NOTICE,
        to=[address for address in to if address], to_name=row.owner.name, subject=text.subject, body=text.body,
        about=[row, row.policy], by=by, at=at,
    )  # fmt: skip
