"""Submitting a quote: the book judges, and the quote is offered, referred or declined, with reasons."""

from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from products.eligibility import judge
from products.terms import check_begins
from quotes.actions.moving import locked, move
from quotes.actions.options import reprice
from quotes.experience import with_claims, with_experience
from quotes.facts import facts_from
from quotes.missing import missing_for_submission
from quotes.models import Quote, Reason, Referral
from quotes.papers import file_disclosure, file_questionnaire, file_quotation
from quotes.permissions import check_can_submit_quote
from quotes.queries import option_facts
from quotes.rules import Triage, check_inception, offer_until, referral_due, triage
from quotes.states import QuoteStatus


@action
def submit_quote(*, quote: Quote, seen_version: int, by: User, at: datetime) -> Quote:
    """Let the book judge the case. OFFERED when nothing holds up the offer, REFERRED with a week's clock, or DECLINED.

    Refused with the list of what is missing. Every option is priced anew, so receipt and case always agree.
    """
    row = locked(quote, seen_version)
    check_can_submit_quote(by, row)
    check_inception(row.inception_on, jst(at).date())
    if row.renewal_of is None:
        check_begins(row.product_version.book, row.inception_on, jst(at).date())
    row.facts = with_claims(facts_from(row.facts), row.renewal_of).as_json()  # claims reported since it was opened
    case = reprice(row)
    options = list(row.options.all())
    if missing := missing_for_submission(row, case, options):
        raise Refused("判定の前に、次の点を直してください。", reasons=missing)
    verdict = triage(judge(case.risk, case.book), [option_facts(case, option) for option in options])
    verdict = with_experience(verdict, case)
    row.submitted_at, row.submitted_by, row.verdict = at, by, [reason.as_json() for reason in verdict.reasons]
    if verdict.way == "decline":
        return _decline(row, verdict, by, at)
    if verdict.reasons:
        _raise(row, verdict, by, at)
    if verdict.way == "offer":
        return offer(row, verb="submit_quote", words="の判定が終わり、提示できるようになりました。", by=by, at=at)
    due = referral_due(jst(at).date())
    return move(
        row, QuoteStatus.REFERRED, verb="submit_quote",
        summary=f"見積{row.number}を引受照会しました(回答期限 {due.month}月{due.day}日)。",
        by=by, at=at, reasons=row.verdict,
    )  # fmt: skip


def offer(quote: Quote, *, verb: str, words: str, by: User, at: datetime, stands_until: date | None = None) -> Quote:
    """Make the offer stand: until when (no later than the carrier's answer), and with its papers filed."""
    on = jst(at).date()
    quote.offered_at, quote.offered_by = at, by
    quote.valid_until = offer_until(on, stands_until)
    summary = f"見積{quote.number}{words}"
    move(quote, QuoteStatus.OFFERED, verb=verb, summary=summary, by=by, at=at, edition=quote.edition)
    file_quotation(quote, by=by, at=at)
    file_disclosure(quote, by=by, at=at)
    file_questionnaire(quote, by=by, at=at)
    return quote


def _raise(quote: Quote, verdict: Triage, by: User, at: datetime) -> None:
    """Write down every reason, for underwriting to lift. What blocks only a later step lies there beside the offer."""
    due = referral_due(jst(at).date())
    referral = Referral.objects.create(quote=quote, asked_at=at, asked_by=by, due_on=due)
    Reason.objects.bulk_create(
        Reason(
            quote=quote, edition=quote.edition, referral=referral, code=reason.code, sentence=reason.sentence,
            scope=reason.scope, blocks=reason.blocks, kind=reason.kind, missing=reason.missing,
            raised_at=at, raised_by=by,
        )
        for reason in verdict.reasons
    )  # fmt: skip


def _decline(quote: Quote, verdict: Triage, by: User, at: datetime) -> Quote:
    """The book says no; nobody is asked."""
    quote.closed_at, quote.closed_by = at, by
    quote.closed_reason = " ".join(reason.sentence for reason in verdict.reasons)[:400]
    return move(
        quote, QuoteStatus.DECLINED, verb="submit_quote", summary=f"見積{quote.number}は引受けできませんでした。",
        by=by, at=at, reasons=quote.verdict,
    )  # fmt: skip
