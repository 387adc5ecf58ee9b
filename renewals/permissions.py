"""Who may do what with a renewal: checks that return nothing or refuse with a sentence."""

from datetime import datetime

from accounts.models import User
from accounts.permissions import check_can_write
from core.errors import Refused
from policies.models import Policy
from policies.states import PolicyStatus
from renewals.models import Renewal
from renewals.states import RenewalStatus


def check_is_open(renewal: Renewal, at: datetime) -> None:
    """Closed is closed; after 16:00 of the expiry day what follows is a new contract (checks 28)."""
    if renewal.status == RenewalStatus.UNINSURED or (renewal.is_open and at >= renewal.term_end_at):
        raise Refused("満期を過ぎ、無保険になっています。更改ではなく、新しい契約として見積を作成してください。")
    if not renewal.is_open:
        raise Refused(f"この更改は「{renewal.get_status_display()}」で終わっています。")


def check_can_record_response(user: User, renewal: Renewal, at: datetime) -> None:
    check_can_write(user)
    check_is_open(renewal, at)


def check_can_open_quote(user: User, renewal: Renewal, at: datetime) -> None:
    check_can_write(user)
    check_is_open(renewal, at)


def check_can_close(user: User, renewal: Renewal, at: datetime) -> None:
    """An application on the table must be withdrawn first: nobody closes the file over it."""
    check_can_write(user)
    check_is_open(renewal, at)
    if renewal.status == RenewalStatus.APPLIED:
        raise Refused("申込を受けています。先に見積の申込を取り下げてから、結果を記録してください。")


def check_can_record_leaving(user: User, policy: Policy, renewal: Renewal | None, at: datetime) -> None:
    """A member of a group policy that still runs, whose renewal has not ended some other way."""
    check_can_write(user)
    if policy.product_version.book.group is None:
        raise Refused("団体契約ではないため、脱退の記録はありません。")
    if policy.status != PolicyStatus.IN_FORCE or at >= policy.ends_at:
        raise Refused("満期を過ぎたか解約された契約です。脱退を記録する必要はありません。")
    if renewal is not None:
        check_can_close(user, renewal, at)


def check_can_record_posting(user: User, renewal: Renewal) -> None:
    """Only a notice that goes by post and has not gone yet."""
    check_can_write(user)
    if not renewal.waits_for_post:
        raise Refused("郵送を待っている案内はありません。")
