"""A member leaves the group (団体からの脱退): the cover runs to its end, and no renewal follows (S002)."""

from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from policies.models import Policy
from quotes.actions import withdraw_quote
from renewals.actions.moving import about, locked, save
from renewals.actions.taking_back import take_back_letters
from renewals.models import Renewal
from renewals.permissions import check_can_record_leaving
from renewals.states import RenewalStatus


@action
def record_leaving(*, policy: Policy, left_on: date, by: User, at: datetime) -> Renewal:
    """Stop the renewal of a group's member who left, before the round opens it or while it is in work.

    The renewal that ends as 対象外 is what keeps the round from opening another.
    """
    row = Policy.objects.select_for_update(of=("self",)).select_related("product_version").get(pk=policy.pk)
    renewal = Renewal.objects.filter(policy=row).first()
    check_can_record_leaving(by, row, renewal, at)
    if left_on > jst(at).date():
        raise Refused("脱退日に未来の日付は入力できません。脱退した日に記録してください。", field="left_on")
    group = row.product_version.book.group
    assert group is not None  # checked
    if renewal is None:
        renewal = _opened(row, by, at)
    for quote in row.renewal_quotes.open():
        withdraw_quote(quote=quote, reason=f"{group.member_label}の脱退", by=by, at=at)
    renewal = locked(renewal)
    renewal.status = RenewalStatus.STOPPED
    renewal.outcome_reason = f"{left_on:%Y年%-m月%-d日}に{group.member_label}を脱退。{group.leaving}"[:300]
    renewal.outcome_at, renewal.outcome_by = at, by
    take_back_letters(renewal, by=by, at=at)
    words = f"{row.number}: {renewal.outcome_reason}"
    return save(renewal, "record_leaving", words, by=by, at=at)


def _opened(policy: Policy, by: User, at: datetime) -> Renewal:
    renewal = Renewal.objects.create(
        agency_id=policy.agency_id,
        policy=policy,
        customer_id=policy.customer_id,
        owner_id=policy.in_charge_id,
        term_end_at=policy.ends_at,
        opened_at=at,
        opened_by=by,
        next_on=policy.ends_on,
        next_step="脱退により更改なし",
    )
    summary = f"{policy.number}の更改を、脱退の記録のために始めました。"
    record("renewals.open_renewal", summary, about=about(renewal), by=by, at=at)
    return renewal
