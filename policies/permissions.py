"""Who may do what with a policy: checks that return nothing or refuse with a sentence."""

from datetime import date, datetime

from accounts.models import User
from accounts.permissions import check_can_write
from core.errors import Refused
from policies.models import Policy
from policies.rules import days_left
from policies.states import Delivery, PolicyStatus

# 更改 may be opened by hand this many days ahead; the nightly round opens the rest when its day comes.
EARLIEST_RENEWAL_DAYS = 120


def check_can_issue_policy(user: User) -> None:
    """Staff of the agency issue; underwriters only decide."""
    check_can_write(user)


def check_can_reissue_certificate(user: User, policy: Policy) -> None:
    """A lost 証券 is made anew as long as the contract is in force."""
    check_can_write(user)
    if policy.status != PolicyStatus.IN_FORCE:
        raise Refused(
            f"{policy.get_status_display()}の契約の証券は再発行できません。保存してある証券を「書類」から開いてください。"
        )


def check_can_resume(user: User, policy: Policy, at: datetime) -> None:
    """A contract that has ended, and that no other one took over from: what follows is a new contract."""
    check_can_write(user)
    if hasattr(policy, "renewed_by"):
        raise Refused(f"この契約は{policy.renewed_by.number}に更改済みです。")
    if policy.status == PolicyStatus.CANCELLED:
        return
    if at < policy.ends_at:
        raise Refused("満期前の契約です。更改として見積を作成してください。")


def check_can_cancel_policy(user: User, policy: Policy, at: datetime) -> None:
    """A contract that still runs; what is over is over."""
    check_can_write(user)
    _check_runs(policy, at, "解約")


def check_can_endorse_policy(user: User, policy: Policy, at: datetime) -> None:
    """A contract that still runs; afterwards a change belongs into the next one."""
    check_can_write(user)
    _check_runs(policy, at, "異動")


def _check_runs(policy: Policy, at: datetime, word: str) -> None:
    if policy.status == PolicyStatus.CANCELLED:
        raise Refused(f"この契約はすでに解約されています。{word}の手続きはできません。")
    if policy.status == PolicyStatus.EXPIRED or at >= policy.ends_at:
        raise Refused(
            f"満期を過ぎた契約です。{word}の手続きはできません。無効・取消の事情は保険会社に連絡してください。"
        )


def check_can_record_posting(user: User, policy: Policy) -> None:
    """Only a 証券 that goes by post and has not gone yet."""
    check_can_write(user)
    if policy.delivery != Delivery.POST:
        raise Refused("この契約の証券はメールでお送りしています。送信の状況は「メール」で確認してください。")
    if policy.posted_at is not None:
        raise Refused("証券の郵送は記録済みです。")


def check_can_renew(user: User, policy: Policy, on: date) -> None:
    """A renewal is worked on from some months before expiry until the expiry day; later it is a new contract."""
    check_can_write(user)
    if hasattr(policy, "renewed_by"):
        raise Refused(f"この契約は{policy.renewed_by.number}に更改済みです。")
    if policy.status == PolicyStatus.CANCELLED:
        raise Refused("解約された契約は更改できません。新しい見積を作成してください。")
    left = days_left(policy.ends_on, on)
    if policy.status == PolicyStatus.EXPIRED or left < 0:
        raise Refused("満期を過ぎています。更改ではなく、新しい契約として見積を作成してください。")
    if left > EARLIEST_RENEWAL_DAYS:
        raise Refused(f"更改は満期の{EARLIEST_RENEWAL_DAYS}日前から始められます(満期まであと{left}日)。")
