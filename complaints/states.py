"""The states of a complaint (苦情), and the words for its lines."""

from django.db.models import TextChoices

from core.states import Status


class ComplaintStatus(Status):
    OPEN = "OPEN", "warn", "受付"
    IN_PROGRESS = "IN_PROGRESS", "wait", "対応中"
    PROPOSED = "PROPOSED", "wait", "完了の承認待ち"
    CLOSED = "CLOSED", "ended", "完了"


COMPLAINT_MOVES: dict[str, tuple[str, ...]] = {
    ComplaintStatus.OPEN: (ComplaintStatus.IN_PROGRESS,),
    ComplaintStatus.IN_PROGRESS: (ComplaintStatus.PROPOSED,),
    ComplaintStatus.PROPOSED: (ComplaintStatus.CLOSED, ComplaintStatus.IN_PROGRESS),
    ComplaintStatus.CLOSED: (),
}

OPEN_STATUSES = (ComplaintStatus.OPEN, ComplaintStatus.IN_PROGRESS, ComplaintStatus.PROPOSED)


class Channel(TextChoices):
    """経路: how the dissatisfaction reached us."""

    PHONE = "PHONE", "電話"
    IN_PERSON = "IN_PERSON", "面談・来店"
    MAIL = "MAIL", "メール"
    POST = "POST", "郵便"
    WEB = "WEB", "Web"
    INSURER = "INSURER", "保険会社経由"
    OTHER = "OTHER", "その他(ADR・消費生活センターなど)"


class LineKind(TextChoices):
    FIRST = "FIRST", "一次対応"
    PROGRESS = "PROGRESS", "経過"
    REPORT = "REPORT", "保険会社への報告"
    CAUSE = "CAUSE", "原因"
    PREVENTION = "PREVENTION", "再発防止"
    CONTENT = "CONTENT", "申出内容の訂正"
    PROPOSAL = "PROPOSAL", "完了の申請"
    RETURN = "RETURN", "差戻し"
    APPROVAL = "APPROVAL", "完了の承認"


# What people write; the others are written by the deeds that move the complaint.
WRITTEN = (LineKind.FIRST, LineKind.PROGRESS, LineKind.REPORT, LineKind.CAUSE, LineKind.PREVENTION, LineKind.CONTENT)
# What a complaint says before it may be finished (practice 2-9).
NEEDED = (LineKind.FIRST, LineKind.REPORT, LineKind.CAUSE, LineKind.PREVENTION)
