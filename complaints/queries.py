"""What screens and the desk ask about complaints."""

from datetime import date

from accounts.models import User
from complaints.models import Complaint, ComplaintLine, ComplaintQuerySet
from complaints.states import LineKind
from customers.models import Customer


def complaints_due(user: User, on: date) -> ComplaintQuerySet:
    """Open complaints nobody wrote a line about for too long, or whose completion waits for a manager."""
    rows = Complaint.objects.visible_to(user).still_open().filter(due_on__lte=on)
    return rows.order_by("due_on", "pk")


def complaints_of(customer: Customer) -> ComplaintQuerySet:
    """A customer's complaints, the newest first."""
    return Complaint.objects.filter(customer=customer).shown().order_by("-received_at", "-pk")


def lines_of(complaint: Complaint) -> list[ComplaintLine]:
    """Every line, the corrected ones too, oldest first."""
    return list(complaint.lines.select_related("written_by", "corrected_by"))


def latest_words(lines: list[ComplaintLine], kind: LineKind) -> str:
    """What stands of a kind: every line of it that was not corrected."""
    corrected = {line.corrects_id for line in lines}
    return "\n".join(line.text for line in lines if line.kind == kind and line.pk not in corrected)


def reported_on(lines: list[ComplaintLine]) -> date | None:
    """保険会社報告日: the last day on which the insurer was told."""
    return max((line.on for line in lines if line.kind == LineKind.REPORT), default=None)
