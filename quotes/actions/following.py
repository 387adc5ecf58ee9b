"""A renewal's quote follows the contract that ends: what was endorsed or claimed on meanwhile is in it, and what was
offered before that is judged anew."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from accounts.models import Role, User
from accounts.queries import working_staff
from core.clock import jst
from core.doors import action
from core.history import record
from correspondence.actions import queue_letter
from correspondence.states import LetterKind
from policies.covering import selection_agreed
from policies.models import Policy
from quotes.actions.closing import revise_quote
from quotes.actions.moving import about, locked, touch
from quotes.actions.options import replace_cover, reprice
from quotes.facts import facts_from
from quotes.letters import changed_while_referred_letter
from quotes.models import Quote
from quotes.queries import open_referral
from quotes.states import QuoteStatus


@action
def follow_contract(*, quote: Quote, cause: str, by: User, at: datetime) -> Quote:
    """Take an offer back to the desk and bring the contract's changed cover and line of business into the draft. What
    waits for underwriting is left to the people who have it before them, and they are told; so is what was applied
    for."""
    row = locked(quote)
    policy = row.renewal_of
    if policy is None:
        return row
    if row.status in {QuoteStatus.REFERRED, QuoteStatus.ASKED}:
        _tell_underwriting(row, cause, by, at)
    if row.status == QuoteStatus.OFFERED:
        row = revise_quote(quote=row, seen_version=row.version, by=by, at=at)
    if row.status != QuoteStatus.DRAFT:
        return row
    if take_over_endorsed(row, policy):
        touch(row)
        words = f"見積{row.number}の補償と業種を、契約の変更に合わせました({cause})。"
        record("quotes.follow_contract", words, about=about(row), by=by, at=at)
    return row


def take_over_endorsed(quote: Quote, policy: Policy) -> bool:
    """The cover and the line of business as the contract has them since its last 異動. Returns whether it had one."""
    if policy.endorsed_terms is None or not policy.agreed.selection:
        return False
    facts = facts_from(quote.facts)
    if quote.product_version.book.industry(policy.agreed.industry_code):
        facts = replace(facts, industry=policy.agreed.industry_code)
    quote.facts = facts.as_json()
    quote.save(update_fields=["facts"])
    carried = quote.options.order_by("position").first()
    if carried is not None:
        carried.quote = quote
        replace_cover(carried, selection_agreed(policy.agreed.selection))
    reprice(quote)
    return True


def _tell_underwriting(quote: Quote, cause: str, by: User, at: datetime) -> None:
    """What lies before the underwriter is not what the contract says any more: he and the person in charge are told
    what changed, once for each change."""
    words = f"見積{quote.number}は引受照会中で、照会の後の変更({cause})をまだ含みません。"
    record("quotes.contract_changed_while_referred", words, about=about(quote), by=by, at=at)
    referral = open_referral(quote)
    on = jst(at).date()
    judges = working_staff(quote.agency_id, on).filter(role=Role.UNDERWRITER)
    if referral is not None and referral.assigned_to_id:
        judges = judges.filter(pk=referral.assigned_to_id)
    people = [*judges, quote.in_charge]
    to = list(dict.fromkeys(person.email for person in people if person.email and not person.has_left(on)))
    if not to:
        return  # nobody reads mail: the history says it
    text = changed_while_referred_letter(quote, cause)
    digest = sha256(cause.encode()).hexdigest()[:12]
    queue_letter(
        agency=quote.agency, key=f"quote:{quote.number}:{quote.edition}:changed:{digest}", kind=LetterKind.STAFF_NOTICE,
        to=to, to_name="引受担当・担当者", subject=text.subject, body=text.body, about=[quote], by=by, at=at,
    )  # fmt: skip
