"""更改条件案: before the notice the renewal's quote is opened and priced on last year's answers; after the customer has
signed, on this year's. Each time the track is decided and the terms are kept as a revision."""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.db import DatabaseError
from django.db.models import Max

from accounts.models import User
from core.clock import jst
from core.doors import action, attempt
from core.errors import Refused
from core.history import record
from correspondence.queries import dead_addresses
from customers.models import Contact
from customers.queries import back_on_paper, reachable_contact
from portal.actions import prepare_invitation
from portal.queries import asks_anything
from quotes.actions import open_quote
from quotes.facts import selection_json
from quotes.models import Quote
from renewals.actions.moving import about, locked, set_duty
from renewals.calendar import RenewalCalendar
from renewals.days import notice_horizon
from renewals.models import Renewal, RenewalTerms
from renewals.planning import calendar_of, calendars_on
from renewals.situation import basis_of, next_version, priced, track_facts
from renewals.states import RenewalStatus, Track
from renewals.tracks import ENDED, WhyNot, why_not_simple

log = logging.getLogger(__name__)

# So many at a time: the round's transaction holds the counter of quote numbers while the office opens quotes too.
PORTION = 25
BEFORE_NOTICE = "更改のご案内の前"
_TROUBLE = WhyNot("trouble", "条件案を自動で作成できませんでした。見積を開いて条件を確認してください。")


@action
def prepare_terms_due(*, on: date, by: User, at: datetime) -> int:
    """Terms for the next renewals whose notice is due and that have none, the nearest expiry first; called again until
    nothing is left. Whatever cannot be worked out has terms too, with the reason: the notice never waits for it.
    """
    calendars = calendars_on(on)
    due = Renewal.objects.filter(
        calendars.ending_by(partial(notice_horizon, on)),
        status=RenewalStatus.OPEN, noticed_at__isnull=True, track="", term_end_at__gt=at,
    )  # fmt: skip
    rows = list(
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related(
            "policy__product_version__product", "policy__quote__product_version", "policy__renewed_by",
            "customer__agency", "customer__in_charge", "owner",
        )
        .prefetch_related("customer__contacts")
        .defer(
            "customer__search_text", "customer__search_bigrams", "policy__product_version__content",
            "policy__quote__product_version__content",
        )
        .order_by("term_end_at", "pk")[:PORTION]
    )  # fmt: skip
    on_paper = back_on_paper([row.customer_id for row in rows], at)
    dead = {agency.pk: dead_addresses(agency) for agency in {row.customer.agency for row in rows}}
    for row in rows:
        row.policy.customer = row.customer  # the same one, and read already
        contact = reachable_contact(row.customer, dead[row.agency_id]) if row.customer_id not in on_paper else None
        _prepare(row, contact, calendars.of(row.policy), by=by, at=at)
    return len(rows)


def _prepare(row: Renewal, contact: Contact | None, calendar: RenewalCalendar, *, by: User, at: datetime) -> None:
    """One renewal in its own savepoint: what goes wrong with it is its own."""
    try:
        attempt(_make_terms, row=row, contact=contact, calendar=calendar, by=by, at=at)
        return
    except Refused as refusal:
        words = " ".join((refusal.message, *refusal.reasons))
        reasons = (WhyNot("refused", words),)
    except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError):
        # Told on the renewal's page and as the owner's duty; the log says where.
        log.exception("no terms for renewal %s", row.pk)
        reasons = (_TROUBLE,)
    row.refresh_from_db(fields=["quote", "track", "track_reasons", "version"])
    _keep(row, None, reasons, calendar, cause=BEFORE_NOTICE, by=by, at=at)


def _make_terms(*, row: Renewal, contact: Contact | None, calendar: RenewalCalendar, by: User, at: datetime) -> None:
    quote = _quote_of(row, by, at)
    if quote is None:
        _, sentence = next_version(row.policy)
        _keep(row, None, (WhyNot(ENDED, sentence),), calendar, cause=BEFORE_NOTICE, by=by, at=at)
        return
    revise_terms(row, quote, cause=BEFORE_NOTICE, calendar=calendar, by=by, at=at)
    lay_out_link(row, quote, contact, by, at)


def _quote_of(row: Renewal, by: User, at: datetime) -> Quote | None:
    """The open quote of this renewal, or a new one; None where the product has come to its end."""
    standing = row.policy.renewal_quotes.open().select_related("product_version__product").first()
    if standing is not None:
        return standing
    version, _ = next_version(row.policy)
    if version is None:
        return None
    return open_quote(
        customer=row.customer, product_version=version, inception_on=row.ends_on, renewal_of=row.policy, by=by, at=at
    )


def lay_out_link(row: Renewal, quote: Quote, contact: Contact | None, by: User, at: datetime) -> None:
    """The customer's link, which the notice carries; without an address there is none."""
    is_asked = quote.status == Quote.Status.DRAFT and asks_anything(quote) and not quote.invitations.open().exists()
    if is_asked and contact is not None and contact.email:
        prepare_invitation(quote=quote, contact=contact, valid_until=row.term_end_at, by=by, at=at)


def revise_terms(
    row: Renewal,
    quote: Quote,
    *,
    cause: str,
    wishes_change: bool = False,
    lacks: Sequence[str] = (),
    calendar: RenewalCalendar | None = None,
    by: User,
    at: datetime,
) -> RenewalTerms:
    """Price the quote as it stands, decide the track and keep both as the next revision. A round has the calendar."""
    rows = list(quote.answers.select_related("carried_from"))
    found = priced(quote, row.policy, rows)
    facts = track_facts(quote, row.policy, rows, found, wishes_change=wishes_change)
    reasons = why_not_simple(found.case.book.renewal.simple if found.case.book.renewal else None, facts)
    reasons += tuple(WhyNot("lacks", sentence) for sentence in lacks)
    row.quote = quote
    terms = RenewalTerms(
        quote=quote, product_version=quote.product_version, basis=basis_of(quote, found),
        selection=selection_json(found.selection) if found.selection else {},
        premium_yen=found.receipt.total_yen if found.receipt else None,
        receipt=found.receipt.as_json() if found.receipt else None,
        sales_are_last_years=found.sales_are_last_years,
    )  # fmt: skip
    return _keep(row, terms, reasons, calendar or calendar_of(row, jst(at).date()), cause=cause, by=by, at=at)


def _keep(
    row: Renewal,
    terms: RenewalTerms | None,
    reasons: Sequence[WhyNot],
    calendar: RenewalCalendar,
    *,
    cause: str,
    by: User,
    at: datetime,
) -> RenewalTerms:
    """Write the revision and the track on the renewal, which the caller holds locked."""
    new = terms or RenewalTerms()
    new.renewal, new.cause, new.valid_until = row, cause, row.ends_on
    # The first terms bring the track: without one there is nothing to count.
    new.revision = (row.terms.aggregate(last=Max("revision"))["last"] or 0) + 1 if row.track else 1
    new.track = Track.NORMAL if reasons else Track.SIMPLE
    new.reasons = [reason.as_json() for reason in reasons]
    new.made_at, new.made_by = at, by
    new.save()
    row.track, row.track_reasons = new.track, new.reasons
    row.version += 1
    set_duty(row, jst(at).date(), calendar)
    row.save(update_fields=["track", "track_reasons", "quote", "version", "next_on", "next_step"])
    words = f"{row.policy.number}の更改条件案(第{new.revision}版)を作成しました: {new.get_track_display()}更改。"
    record(
        "renewals.revise_terms", words, about=[*about(row), *([new.quote] if new.quote else [])], by=by, at=at,
        premium_yen=new.premium_yen, track=new.track, reasons=new.reasons, cause=cause,
    )  # fmt: skip
    return new


@action
def renew_terms(*, renewal: Renewal, cause: str, by: User, at: datetime) -> RenewalTerms | None:
    """The contract changed after its terms were made: the next revision, while the customer has not applied. None
    where there is no quote to revise or it is no draft any more."""
    row = locked(renewal)
    quote = row.policy.renewal_quotes.open().select_related("product_version__product").first()
    if quote is None or quote.status != Quote.Status.DRAFT:
        return None
    return revise_terms(row, quote, cause=cause, by=by, at=at)
