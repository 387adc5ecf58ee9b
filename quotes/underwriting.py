"""What underwriting reads of a case beside the case itself: who can decide it, what holds it up, what stands from
before. Reads only."""

from collections import defaultdict
from datetime import date

from accounts.models import Role
from accounts.queries import working_staff
from core.errors import Refused
from quotes.authority import Held, Standing
from quotes.models import Authority, Condition, Quote, Reason, Referral
from quotes.queries import highest_liability, people_who_entered
from quotes.states import GATES_BEFORE, Before, ConditionStatus, QuoteStatus, ReferralStatus


def standing_of(referral: Referral, on: date) -> Standing:
    """The case against the authorities of the agency's underwriters at work that day, in four statements."""
    quote = referral.quote
    people = working_staff(quote.agency_id, on).filter(role=Role.UNDERWRITER)
    held: dict[int, list[Held]] = defaultdict(list)
    names: dict[int, str] = {}
    rows = Authority.objects.filter(user__in=people).valid_on(on).order_by("user__kana", "user", "pk")
    for user, name, limit, percent, product, kind in rows.values_list(
        "user", "user__name", "limit_yen", "premium_percent", "product", "kind"
    ):
        held[user].append(Held(limit, percent, product, kind))
        names[user] = name
    # Once decided, the same authority is asked of whoever would waive what the decision set.
    reasons = referral.reasons.all() if referral.status == ReferralStatus.DECIDED else referral.reasons.open()
    kinds = reasons.order_by("kind").values_list("kind", flat=True).distinct()
    return Standing(
        product=quote.product_version.product_id, kinds=tuple(kinds), liability_yen=highest_liability(quote),
        entered_by=frozenset(people_who_entered(quote)), held=dict(held), names=names,
    )  # fmt: skip


def open_reasons(quote: Quote) -> list[Reason]:
    """What still holds up the present edition."""
    return list(quote.reasons.open().filter(edition=quote.edition))


def open_conditions(quote: Quote) -> list[Condition]:
    """What the present edition still has to fulfil."""
    return list(quote.conditions.filter(edition=quote.edition, status=ConditionStatus.OPEN))


def check_no_open_reason(quote: Quote, to: QuoteStatus) -> None:
    """Every reason that blocks this step is lifted. The same stands in the database."""
    if held := [reason.sentence for reason in open_reasons(quote) if reason.blocks in GATES_BEFORE[to]]:
        raise Refused("引受上の理由が解除されていません。引受担当の判断を待ってください。", reasons=held)


def check_nothing_holds_up(quote: Quote, to: QuoteStatus) -> None:
    """Every reason that blocks this step is lifted, every condition before it met."""
    check_no_open_reason(quote, to)
    steps = {QuoteStatus.APPLIED: (Before.APPLICATION,), QuoteStatus.ISSUED: (Before.APPLICATION, Before.ISSUE)}
    waiting = [one.sentence for one in open_conditions(quote) if one.before in steps.get(to, ())]
    if waiting:
        raise Refused("引受条件が満たされていません。条件の確認を記録してください。", reasons=waiting)
