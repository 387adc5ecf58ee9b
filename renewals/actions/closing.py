"""How a renewal ends without a new contract: other carrier, declined, out of scope, or uninsured (checks 28)."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from quotes.actions import withdraw_quote
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals import letters
from renewals.actions.moving import locked, save, save_many, write_lines
from renewals.actions.taking_back import take_back_letters, take_back_letters_of
from renewals.actions.writing import by_agency, tell_managers
from renewals.models import Renewal
from renewals.permissions import check_can_close
from renewals.states import OPEN_STATUSES, OUTCOMES, RenewalStatus

# So many drafts in one transaction: each tells its link, its renewal and its history, a dozen statements.
PORTION = 25
_TOO_LATE = "満期日の午後4時までに更改の手続きが完了しませんでした。"


@action
def close_renewal(*, renewal: Renewal, seen_version: int, outcome: str, reason: str, by: User, at: datetime) -> Renewal:
    """End a renewal as 他社, 辞退 or 対象外, with the reason. Its open quotes are withdrawn with it."""
    row = locked(renewal, seen_version)
    check_can_close(by, row, at)
    if outcome not in OUTCOMES:
        raise Refused("結果は「他社」「辞退」「対象外」から選んでください。", field="outcome")
    if not reason.strip():
        raise Refused("理由を入力してください。", field="reason")
    for quote in row.policy.renewal_quotes.open():
        withdraw_quote(quote=quote, reason=f"更改なし: {reason.strip()}", by=by, at=at)
    row = locked(renewal)  # the withdrawal moved it
    row.status = RenewalStatus(outcome)
    row.outcome_reason, row.outcome_at, row.outcome_by = reason.strip(), at, by
    take_back_letters(row, by=by, at=at)
    words = f"{row.policy.number}の更改を「{row.get_status_display()}」で終えました: {row.outcome_reason}"
    return save(row, "close_renewal", words, by=by, at=at)


@action
def mark_uninsured_due(*, by: User, at: datetime) -> int:
    """Mark everything still in work whose expiry (16:00) has come as 無保険 and tell the managers."""
    return mark_uninsured(Renewal.objects.filter(term_end_at__lte=at), by=by, at=at)


def mark_uninsured(renewals: QuerySet[Renewal], *, by: User, at: datetime) -> int:
    """The same for some: in a fixed number of statements per agency."""
    due = list(
        renewals.filter(status__in=OPEN_STATUSES)
        .select_for_update(of=("self",))
        .select_related("agency", "policy", "customer", "owner")
        .defer("policy__terms", "policy__instalments")
        .order_by("term_end_at", "pk")
    )
    for agency, rows in by_agency(due):
        # The letter names the stage each one was left in.
        text = letters.uninsured_letter(rows, jst(at).date())
        key = f"renewal-uninsured:{agency.pk}:{jst(at).date()}:{rows[0].pk}"
        tell_managers(agency, key, text, rows, by=by, at=at)
        for row in rows:
            row.status = RenewalStatus.UNINSURED
            row.outcome_reason, row.outcome_at, row.outcome_by = _TOO_LATE, at, by
            row.next_on, row.next_step = None, ""
        save_many(rows, "status", "outcome_reason", "outcome_at", "outcome_by", "next_on", "next_step")
        take_back_letters_of(rows, by=by, at=at)
        write_lines(
            "mark_uninsured_due",
            [(row, f"{row.policy.number}は更改されないまま満期を過ぎ、無保険になりました。") for row in rows],
            by=by,
            at=at,
        )
    return len(due)


@action
def withdraw_left_drafts_due(*, by: User, at: datetime) -> int:
    """Withdraw drafts for contracts that can no longer begin: what follows is a new one. An offer lapses by itself.
    A portion; called again until nothing is left. One that somebody has open now is left for the next round."""
    uninsured = Renewal.objects.filter(status=RenewalStatus.UNINSURED)
    left = Quote.objects.filter(renewal_of__in=uninsured.values("policy"), status=QuoteStatus.DRAFT)
    quotes = list(left.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:PORTION])
    for quote in quotes:
        withdraw_quote(quote=quote, reason=_TOO_LATE, by=by, at=at)
    return len(quotes)
