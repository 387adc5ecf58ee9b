"""Duties about complaints: nothing was written for too long, or the completion waits for a manager."""

from django.db.models import Q

from accounts.models import User
from complaints.queries import complaints_due
from complaints.states import ComplaintStatus
from desk.duties.kinds import Kind, Moment, Row, Rows, record


def found(user: User, moment: Moment) -> list[Rows]:
    return [
        Rows(
            complaints_due(user, moment.today), {"complaints": Q()}, on="due_on", owner="owner",
            office="owner__office", number="number", who="complainant", state="status",
        )
    ]  # fmt: skip


def _words(row: Row, moment: Moment) -> str:
    if row.state == ComplaintStatus.PROPOSED:
        return "完了の申請を確認し、承認する"
    return "苦情の対応を進め、経過を記録する"


KINDS = (Kind("complaints", "苦情の対応", "bad", _words, "苦情を開く", record("complaints:detail")),)
