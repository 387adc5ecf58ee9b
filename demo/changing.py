"""What happens to contracts on their way: 異動 and 解約, most long before the renewal, one of each after its notice."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from core.clock import jst
from core.doors import perform
from core.errors import Refused
from demo.office import Office
from policies.actions import cancel_policy, endorse_policy
from policies.changing import Change
from policies.models import Policy
from policies.states import EndKind, PolicyStatus
from renewals.states import RenewalStatus, Way

CHANGES, ENDS = 10, 5
WHY = (
    (EndKind.CANCELLED, "事業を終えるため"),
    (EndKind.CANCELLED, "親会社の契約に含まれるようになったため"),
    (EndKind.REPLACED, "補償の広い商品に切り替えるため"),
    (EndKind.LAPSED, "会社の清算が結了したため"),
)


def change(office: Office, number: int, at: datetime) -> None:
    """A customer grew, or founded a subsidiary, and the insurer approved. Every third told us only afterwards."""
    policy = _pick(_early(at), number)
    if policy is not None:
        _endorse(office, policy, number, at)


def end(office: Office, number: int, at: datetime) -> None:
    policy = _pick(_early(at), number * 7 + 3)
    if policy is not None:
        _end(office, policy, number, at)


def change_after_the_notice(office: Office, at: datetime) -> None:
    """So that a corrected notice lies among the papers, and a renewal on the board was taken back."""
    told = _running(at, begun=1).filter(ends_at__gt=at + timedelta(days=12), renewal__notified_at__isnull=False)
    # Of 簡易 first: there the premium has been told, and the proposal is corrected with the notice.
    by_mail = told.filter(renewal__way=Way.EMAIL, renewal__status__in=[RenewalStatus.NOTIFIED, RenewalStatus.RESPONDED])
    mailed = by_mail.order_by("-renewal__track", "renewal__status", "pk").first()
    if mailed is not None and not _endorse(office, mailed, 1, at):
        _endorse(office, mailed, 4, at)
    silent = told.filter(renewal__status=RenewalStatus.NOTIFIED).order_by("pk")
    ended = (silent.exclude(pk=mailed.pk) if mailed is not None else silent).first()
    if ended is not None:
        _end(office, ended, 0, at + timedelta(minutes=30))


def _running(at: datetime, *, begun: int = 20) -> QuerySet[Policy]:
    """Contracts in force that began so many days ago at least."""
    begun_ones = Policy.objects.filter(status=PolicyStatus.IN_FORCE, starts_at__lt=at - timedelta(days=begun))
    return begun_ones.filter(ends_at__gt=at).select_related("customer", "in_charge", "product_version__product")


def _early(at: datetime) -> QuerySet[Policy]:
    return _running(at).filter(ends_at__gt=at + timedelta(days=100), renewal=None, endorsements=None, claims=None)


def _pick(policies: QuerySet[Policy], number: int) -> Policy | None:
    """Without the story's dice: they fall for everything else as they would have."""
    found = list(policies.order_by("pk").values_list("pk", flat=True))
    return policies.get(pk=found[number * 37 % len(found)]) if found else None


def _endorse(office: Office, policy: Policy, number: int, at: datetime) -> bool:
    """Returns whether the insurer has answered."""
    on = jst(at).date()
    late = timedelta(days=9 if number % 3 == 2 else 0)
    facts = {
        "seen_version": policy.version, "changes_on": on - late, "noticed_on": on, "approved_on": on,
        "approval_reference": f"異承{on:%y%m}-{1000 + number * 17}", "own_cause": True, "by": policy.in_charge, "at": at,
    }  # fmt: skip
    if number % 2:
        grown = Change(sales_yen=policy.agreed.sales_yen * 13 // 10)
        try:
            perform(endorse_policy, policy=policy, change=grown, reason="新しい事業の開始による売上高の増加", **facts)
        except Refused:
            return False  # the tariff ends there
        return True
    name = f"{policy.customer.name} 物流子会社"
    founded = Change(added=[name], riders=_with_rider(policy, "additional_insureds"))
    try:
        perform(
            endorse_policy, policy=policy, change=founded, reason="子会社の設立", premium_yen=policy.premium_now_yen,
            **facts,
        )  # fmt: skip
    except Refused:
        return False  # that rider does not go with the contract's others
    return True


def _with_rider(policy: Policy, code: str) -> list[str] | None:
    """The contract's riders and this one, where its book has it."""
    book = policy.product_version.book
    standing = [rider.code for rider in policy.agreed.riders]
    return [*standing, code] if book.rider(code) and code not in standing else None


def _end(office: Office, policy: Policy, number: int, at: datetime) -> None:
    kind, reason = WHY[number % len(WHY)]
    contact = policy.customer.contacts.first()
    on = jst(at).date()
    perform(
        cancel_policy, policy=policy, seen_version=policy.version, end=kind,
        on=on if kind == EndKind.LAPSED else on + timedelta(days=10), requested_on=on,
        requested_by=contact.name if contact else "代表者",
        reason=reason, by=policy.in_charge, at=at,
    )  # fmt: skip
