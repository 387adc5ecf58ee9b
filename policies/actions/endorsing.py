"""異動: the insurer approved a change of the contract on its way. The next version; the contract as issued stays."""

from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import record
from policies.actions.telling import tell_customer
from policies.changing import Change, draft_of, effect_of
from policies.letters import endorsement_letter
from policies.models import Endorsement, Policy
from policies.papers import file_endorsement
from policies.permissions import check_can_endorse_policy
from policies.rules import check_change_days
from policies.signals import policy_changed


@action
def endorse_policy(
    *,
    policy: Policy,
    seen_version: int,
    change: Change,
    changes_on: date,
    noticed_on: date,
    approved_on: date,
    approval_reference: str,
    own_cause: bool,
    reason: str,
    premium_yen: int | None = None,
    seen_difference_yen: int | None = None,
    by: User,
    at: datetime,
) -> Endorsement:
    """Record a change the insurer approved: the next numbered version, the difference from the day of the change, the
    異動承認書 and its letter. Without `premium_yen` the tariff's premium is taken.

    `seen_difference_yen` is what the person saw; another sum is refused.
    """
    locked = Policy.objects.select_for_update(of=("self",)).select_related(
        "agency", "customer", "in_charge", "product_version__product"
    ).get(pk=policy.pk)  # fmt: skip
    check_can_endorse_policy(by, locked, at)
    if locked.version != seen_version:
        raise Stale
    if not approval_reference.strip() or not reason.strip():
        raise Refused("変更の事由と、保険会社の承認番号を入力してください。")
    last = locked.endorsements.order_by("number").last()
    check_change_days(
        locked.end_facts, changes_on=changes_on, noticed_on=noticed_on, approved_on=approved_on,
        last_on=last.changes_on if last else None, today=jst(at).date(),
    )  # fmt: skip
    effect = effect_of(draft_of(locked, change), changes_on=changes_on, premium_yen=premium_yen)
    if seen_difference_yen is not None and seen_difference_yen != effect.difference.difference_yen:
        raise Refused("追加・返還保険料が、画面で確認した金額から変わりました。計算し直した金額を確認してください。")
    made = Endorsement.objects.create(
        agency=locked.agency, policy=locked, number=last.number + 1 if last else 1, changes_on=changes_on,
        noticed_on=noticed_on, approved_on=approved_on, approval_reference=approval_reference.strip(),
        own_cause=own_cause, reason=reason.strip(),
        changes=[{"label": one.label, "before": one.before, "after": one.after} for one in effect.differences],
        terms=effect.terms.as_json(), premium_yen=effect.premium_yen, basis=effect.basis,
        difference_yen=effect.difference.difference_yen, lines=[line.as_json() for line in effect.difference.lines],
        recorded_at=at, recorded_by=by,
    )  # fmt: skip
    locked.endorsed_terms, locked.endorsed_premium_yen = made.terms, made.premium_yen
    locked.version += 1
    locked.save(update_fields=["endorsed_terms", "endorsed_premium_yen", "version"])
    locked.__dict__.pop("agreed", None)  # read again, with this change
    what = "、".join(one.label for one in effect.differences)
    late = "(事後通知)" if made.is_told_late else ""
    record(
        "policies.endorse_policy",
        f"{locked.number}の第{made.number}回異動を記録しました{late}: {what}({changes_on:%Y-%m-%d}から、"
        f"差額{made.difference_yen:,}円)。",
        about=[locked, locked.customer], by=by, at=at, number=made.number,
    )  # fmt: skip
    paper = file_endorsement(locked, made, by=by, at=at)
    tell_customer(locked, paper, endorsement_letter(locked, made), key=f"endorsed-{made.number}", by=by, at=at)
    policy_changed.send(sender=Policy, policy=locked, endorsement=made, by=by, at=at)
    return made
