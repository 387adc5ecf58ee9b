"""The decision of underwriting: accept, accept with conditions, ask, decline; and the solicitor's answer.

Who entered a case never decides it; the limit must lie within the decider's authority; the first decision stands.
`seen_version` is the quote's version on the decider's page: an answer that came in since is read before deciding.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.doors import action
from core.errors import Refused, Stale
from quotes.actions.moving import locked, move
from quotes.actions.options import name_premium
from quotes.actions.submitting import offer
from quotes.models import Quote, Referral, ReferralNote
from quotes.permissions import check_can_answer_question, check_can_ask_back, check_can_decide_referral
from quotes.queries import highest_liability, people_who_entered
from quotes.states import Decision, QuoteStatus, ReferralStatus


@action
def accept_referral(
    *,
    referral: Referral,
    reason: str,
    premiums: Mapping[int, int] | None = None,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> Quote:
    """Accept as asked. `premiums` (option key → yen) names the premium where the tariff has none."""
    return _accept(referral, Decision.ACCEPTED, reason, "", premiums or {}, seen_version, by, at)


@action
def accept_with_conditions(
    *,
    referral: Referral,
    reason: str,
    conditions: str,
    premiums: Mapping[int, int] | None = None,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> Quote:
    """Accept on conditions, which the customer has to agree to before applying."""
    if not conditions.strip():
        raise Refused("引受条件を入力してください。", field="conditions")
    return _accept(referral, Decision.CONDITIONAL, reason, conditions.strip(), premiums or {}, seen_version, by, at)


def _accept(
    referral: Referral, decision: Decision, reason: str, conditions: str, premiums: Mapping[int, int],
    seen_version: int | None, by: User, at: datetime,
) -> Quote:  # fmt: skip
    quote, row = locked_referral(referral)
    check_can_decide_referral(by, row, people_who_entered(quote), highest_liability(quote))
    _check_seen(quote, seen_version)
    _name_premiums(quote, premiums, by)
    decide(quote, row, decision, reason, conditions, by, at)
    words = "が引受可となり、提示できるようになりました。"
    if decision == Decision.CONDITIONAL:
        words = "が条件付きで引受可となりました。条件をお客さまに説明してください。"
    return offer(quote, verb="accept_referral", words=words, by=by, at=at)


@action
def decline_referral(
    *, referral: Referral, reason: str, seen_version: int | None = None, by: User, at: datetime
) -> Quote:
    """Decline the case; the quote ends here."""
    quote, row = locked_referral(referral)
    check_can_decide_referral(by, row, people_who_entered(quote), highest_liability(quote))
    _check_seen(quote, seen_version)
    decide(quote, row, Decision.DECLINED, reason, "", by, at)
    quote.closed_at, quote.closed_by, quote.closed_reason = at, by, reason.strip()[:400]
    return move(
        quote, QuoteStatus.DECLINED, verb="decline_referral", summary=f"見積{quote.number}は引受不可となりました。",
        by=by, at=at, referral=row.pk,
    )  # fmt: skip


@action
def ask_back(*, referral: Referral, question: str, seen_version: int | None = None, by: User, at: datetime) -> Quote:
    """Ask the solicitor before deciding."""
    quote, row = locked_referral(referral)
    check_can_ask_back(by, row)
    _check_seen(quote, seen_version)
    _write(row, ReferralNote.Kind.QUESTION, question, by, at)
    row.status = ReferralStatus.ASKED
    row.save(update_fields=["status"])
    return move(
        quote, QuoteStatus.ASKED, verb="ask_back", summary=f"見積{quote.number}について引受担当から質問がありました。",
        by=by, at=at, referral=row.pk,
    )  # fmt: skip


@action
def answer_question(*, referral: Referral, answer: str, by: User, at: datetime) -> Quote:
    """Answer what underwriting asked; the case goes back to the queue with its clock running on."""
    quote, row = locked_referral(referral)
    check_can_answer_question(by, row)
    _write(row, ReferralNote.Kind.ANSWER, answer, by, at)
    row.status = ReferralStatus.OPEN
    row.save(update_fields=["status"])
    return move(
        quote, QuoteStatus.REFERRED, verb="answer_question",
        summary=f"見積{quote.number}の引受担当の質問に回答しました。", by=by, at=at, referral=row.pk,
    )  # fmt: skip


def locked_referral(referral: Referral) -> tuple[Quote, Referral]:
    """The quote first, then the referral: everybody locks in this order, so two people wait instead of deadlocking."""
    quote = locked(referral.quote)
    row = Referral.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=referral.pk)
    row.quote = quote
    return quote, row


def _check_seen(quote: Quote, seen_version: int | None) -> None:
    """After the checks of state, whose sentences say more."""
    if seen_version is not None and quote.version != seen_version:
        raise Stale


def _write(referral: Referral, kind: ReferralNote.Kind, text: str, by: User, at: datetime) -> None:
    if not text.strip():
        raise Refused(f"{kind.label}の内容を入力してください。", field="text")
    ReferralNote.objects.create(referral=referral, kind=kind, text=text.strip(), written_at=at, written_by=by)


def decide(
    quote: Quote, referral: Referral, decision: Decision, reason: str, conditions: str, by: User, at: datetime
) -> None:
    """Write the decision down with the case as it was seen."""
    if not reason.strip():
        raise Refused("判断の理由を入力してください。", field="reason")
    referral.status, referral.decision = ReferralStatus.DECIDED, decision
    referral.reason, referral.conditions = reason.strip(), conditions
    referral.decided_at, referral.decided_by = at, by
    referral.snapshot = snapshot(quote)
    referral.save()


def snapshot(quote: Quote) -> dict[str, Any]:
    """The case as the decider saw it, in plain values."""
    answers = quote.answers.order_by("pk")
    return {
        "facts": quote.facts,
        "edition": quote.edition,
        "product": [quote.product_version.product.code, quote.product_version_id],
        "answers": [
            {"id": a.question_id, "version": a.wording_version, "wording": a.wording, "value": a.value}
            for a in answers
            if a.counts
        ],
        "options": [
            {"label": o.label, "selection": o.selection, "premium_yen": o.premium_yen} for o in quote.options.all()
        ],
    }


def _name_premiums(quote: Quote, premiums: Mapping[int, int], by: User) -> None:
    """Every option the tariff cannot price gets the underwriter's own premium, with a receipt of one line."""
    for option in quote.options.filter(premium_yen=None):
        yen = premiums.get(option.pk)
        if not yen or yen <= 0 or yen % 10 or yen >= 10**12:
            raise Refused(
                f"プラン「{option.label}」は料率表で算出できません。個別の年間保険料を10円単位で入力してください。",
                field=f"premium_{option.pk}",
            )
        name_premium(option, yen, "引受担当の個別見積", f"引受照会の判断({by.name})")
