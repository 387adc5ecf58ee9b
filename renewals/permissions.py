"""Who may do what with a renewal: checks that return nothing or refuse with a sentence."""

from datetime import datetime

from accounts.models import Role, User
from accounts.permissions import WRITERS, check_can_write
from core.clock import jst
from core.errors import Refused
from policies.models import Policy
from policies.states import PolicyStatus
from quotes.models import Quote
from renewals.models import Renewal
from renewals.states import SILENT_STATUSES, BatchVerb, RenewalStatus


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


def check_can_take_new_cover(user: User, renewal: Renewal, quote: Quote | None, at: datetime) -> None:
    """While underwriting has not decided on a quote the changed contract is not in yet."""
    check_can_write(user)
    check_is_open(renewal, at)
    if quote is None or not renewal.correction:
        raise Refused("引受照会中の見積に反映していない変更はありません。画面を開き直してください。")


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


def check_can_assign(user: User, renewal: Renewal, owner: User, at: datetime) -> None:
    """Managers and clerks hand over anybody's work, solicitors their own; whoever takes it must be able to work."""
    check_can_write(user)
    check_is_open(renewal, at)
    if user.role == Role.SOLICITOR and not user.is_robot and renewal.owner_id != user.pk:
        raise Refused("ほかの人の担当です。担当替えは本人か、事務・管理者が行ってください。")
    check_can_carry(owner, renewal.agency_id, at)


def check_can_carry(owner: User, agency_id: int, at: datetime) -> None:
    """Somebody of the agency who is at work and writes."""
    if owner.agency_id != agency_id:
        raise Refused("担当者は同じ代理店の人から選んでください。", field="owner")
    if not owner.is_active or owner.has_left(jst(at).date()) or owner.is_robot:
        raise Refused(f"{owner.name}さんは退職したか、利用停止中です。ほかの人を選んでください。", field="owner")
    if owner.role not in WRITERS:
        raise Refused(f"{owner.get_role_display()}は更改を担当できません。ほかの人を選んでください。", field="owner")


def check_can_remind(user: User, renewal: Renewal, at: datetime) -> None:
    """Only whoever was told and from whom nothing came back."""
    check_can_write(user)
    check_is_open(renewal, at)
    if renewal.notified_at is None:
        raise Refused("更改のご案内がまだ届いていません。先にご案内を送ってください。")
    if renewal.status not in SILENT_STATUSES:
        raise Refused(f"「{renewal.get_status_display()}」の更改です。再案内は、返答がないお客さまだけに送ります。")


def check_can_ask_batch(user: User, verb: str) -> None:
    """Whoever may do the deed on one may ask for it on many."""
    check_can_write(user)
    if verb not in BatchVerb.values:
        raise Refused("操作を選んでください。", field="verb")


def check_can_keep_calendar(user: User) -> None:
    """When letters go and in which words is the managers' to say."""
    if user.role != Role.MANAGER:
        raise Refused("案内の暦と文面を変えられるのは管理者だけです。")
