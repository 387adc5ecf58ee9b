"""Who may do what with a complaint now."""

from accounts.models import Role, User
from accounts.permissions import check_can_write
from complaints.models import Complaint
from complaints.rules import lacking
from complaints.states import ComplaintStatus
from core.errors import Refused


def check_can_write_line(user: User, complaint: Complaint) -> None:
    """Progress while it is open; afterwards only corrections (`check_can_correct`)."""
    check_can_write(user)
    if complaint.status == ComplaintStatus.CLOSED:
        raise Refused("完了した苦情です。追加できるのは、記録した行の訂正だけです。")


def check_can_propose_closing(user: User, complaint: Complaint) -> None:
    """Everything a finished complaint says is written."""
    check_can_write(user)
    if complaint.status == ComplaintStatus.PROPOSED:
        raise Refused("完了の承認を待っています。")
    if complaint.status == ComplaintStatus.CLOSED:
        raise Refused("この苦情はすでに完了しています。")
    if lacks := lacking(complaint.lines.values_list("kind", flat=True)):
        raise Refused("完了を申請する前に、次の記録が必要です。", reasons=lacks)


def check_can_decide_closing(user: User, complaint: Complaint) -> None:
    """A manager, and not the one who proposed it (checks 42)."""
    if user.role != Role.MANAGER or user.agency_id != complaint.agency_id:
        raise Refused("完了の承認は管理者が行ってください。")
    if complaint.status != ComplaintStatus.PROPOSED:
        raise Refused("完了が申請されていません。画面を開き直してください。")
    if user.pk == complaint.proposed_by_id:
        raise Refused("完了を申請した本人は承認できません。別の管理者が承認してください。")
