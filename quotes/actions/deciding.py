"""The decision of underwriting: accept, accept with conditions, change the premium, decline.

Who entered a case never decides it; every open reason and the highest limit must lie within the decider's authority of
that day; the first decision stands. A decision lifts the reasons of its referral, and keeps what the decider saw.
`seen_version` is the quote's version on the decider's page: an answer that came in since is read before deciding.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from quotes.actions.moving import about, move
from quotes.actions.options import adjust_premium, name_premium
from quotes.actions.referring import check_seen, locked_referral
from quotes.actions.submitting import offer
from quotes.conditions import NewCondition, check_conditions, in_words
from quotes.models import Condition, PremiumChange, Quote, QuoteOption, Referral
from quotes.permissions import check_can_change_premium, check_can_decide_referral, check_can_set_conditions
from quotes.snapshots import snapshot
from quotes.states import Decision, QuoteStatus, ReferralStatus
from quotes.underwriting import standing_of


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
    quote, row = locked_referral(referral)
    check_can_decide_referral(by, row, standing_of(row, jst(at).date()))
    check_seen(quote, seen_version)
    return _accept(quote, row, Decision.ACCEPTED, reason, "", premiums or {}, by, at)


@action
def accept_with_conditions(
    *,
    referral: Referral,
    reason: str,
    conditions: Sequence[NewCondition],
    premiums: Mapping[int, int] | None = None,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> Quote:
    """Accept on conditions. The customer agrees to them before applying; each is met or waived in its own time."""
    quote, row = locked_referral(referral)
    check_can_set_conditions(by, row, standing_of(row, jst(at).date()))
    check_seen(quote, seen_version)
    check_conditions(conditions, jst(at).date())
    Condition.objects.bulk_create(
        Condition(
            quote=quote, edition=quote.edition, referral=row, kind=one.kind, sentence=one.sentence.strip(),
            before=one.before, due_on=one.due_on, set_at=at, set_by=by,
        )
        for one in conditions
    )  # fmt: skip
    return _accept(quote, row, Decision.CONDITIONAL, reason, in_words(conditions), premiums or {}, by, at)


def _accept(
    quote: Quote, referral: Referral, decision: Decision, reason: str, conditions: str, premiums: Mapping[int, int],
    by: User, at: datetime,
) -> Quote:  # fmt: skip
    _name_premiums(quote, premiums, by)
    decide(quote, referral, decision, reason, conditions, by, at)
    if quote.status != QuoteStatus.REFERRED:
        # The offer already stands: what was held up is a later step.
        words = f"見積{quote.number}の引受上の理由が解除されました。"
        record("quotes.accept_referral", words, about=about(quote), by=by, at=at, referral=referral.pk)
        return quote
    words = "が引受可となり、提示できるようになりました。"
    if decision == Decision.CONDITIONAL:
        words = "が条件付きで引受可となりました。条件をお客さまに説明してください。"
    return offer(quote, verb="accept_referral", words=words, by=by, at=at)


@action
def change_premium(
    *,
    referral: Referral,
    option: QuoteOption,
    percent: int,
    reason: str,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> QuoteOption:
    """Move an option's premium from the tariff's by so many percent, within the authority. The case stays open."""
    quote, row = locked_referral(referral)
    standing = standing_of(row, jst(at).date())
    check_can_change_premium(by, row, standing)
    check_seen(quote, seen_version)
    if not reason.strip():
        raise Refused("保険料を変更する理由を入力してください。", field="reason")
    widest = standing.percent(by.pk)
    if abs(percent) > widest:
        raise Refused(f"保険料の変更は、あなたの引受権限の±{widest}%までです。", field="percent")
    chosen = quote.options.filter(pk=option.pk).first()
    if chosen is None:
        raise Refused("変更するプランを選び直してください。", field="option")
    tariff_yen = adjust_premium(quote, chosen, percent, f"引受担当 {by.name}")
    PremiumChange.objects.create(
        quote=quote, referral=row, edition=quote.edition, label=chosen.label, percent=percent, before_yen=tariff_yen,
        after_yen=chosen.premium_yen or 0, reason=reason.strip()[:400], changed_at=at, changed_by=by,
    )  # fmt: skip
    quote.version += 1
    quote.save(update_fields=["version"])
    record(
        "quotes.change_premium", f"プラン「{chosen.label}」の保険料を{percent:+d}%としました({reason.strip()})。"[:400],
        about=about(quote), by=by, at=at, percent=percent, before_yen=tariff_yen, after_yen=chosen.premium_yen,
    )  # fmt: skip
    return chosen


@action
def decline_referral(
    *, referral: Referral, reason: str, seen_version: int | None = None, by: User, at: datetime
) -> Quote:
    """Decline the case; the quote ends here, also where it was already offered or applied for."""
    quote, row = locked_referral(referral)
    check_can_decide_referral(by, row, standing_of(row, jst(at).date()))
    check_seen(quote, seen_version)
    decide(quote, row, Decision.DECLINED, reason, "", by, at)
    quote.closed_at, quote.closed_by, quote.closed_reason = at, by, reason.strip()[:400]
    return move(
        quote, QuoteStatus.DECLINED, verb="decline_referral", summary=f"見積{quote.number}は引受不可となりました。",
        by=by, at=at, referral=row.pk,
    )  # fmt: skip


def decide(
    quote: Quote, referral: Referral, decision: Decision, reason: str, conditions: str, by: User, at: datetime
) -> None:
    """Write the decision down with the case as it was seen; unless it declines, it lifts what it was about."""
    if not reason.strip():
        raise Refused("判断の理由を入力してください。", field="reason")
    referral.status, referral.decision = ReferralStatus.DECIDED, decision
    referral.reason, referral.conditions = reason.strip(), conditions
    referral.decided_at, referral.decided_by = at, by
    referral.snapshot = snapshot(quote, referral)
    referral.save()
    if decision != Decision.DECLINED:
        referral.reasons.open().update(lifted_at=at, lifted_by=by, lifted_through=referral)


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
