"""The verbs on complaints: take one down, add a line, propose the completion, approve or return it."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from accounts.models import User
from accounts.permissions import WRITERS, check_can_write
from complaints.models import Complaint, ComplaintLine
from complaints.permissions import check_can_decide_closing, check_can_propose_closing, check_can_write_line
from complaints.rules import rings_on
from complaints.states import WRITTEN, ComplaintStatus, LineKind
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.numbering import next_number
from customers.models import Customer
from policies.models import Policy
from quotes.models import Quote


@action
def receive_complaint(
    *,
    received_at: datetime,
    channel: str,
    complainant: str,
    content: str,
    customer: Customer | None = None,
    policy: Policy | None = None,
    quote: Quote | None = None,
    owner: User | None = None,
    by: User,
    at: datetime,
) -> Complaint:
    """Take down a complaint as it was said. A contract or a quote names the customer."""
    check_can_write(by)
    if received_at > at:
        raise Refused("受付日時に未来の日時は入力できません。", field="received_at")
    named = policy or quote
    if named is not None and customer is not None and named.customer_id != customer.pk:
        raise Refused("契約・見積とお客さまが一致しません。選び直してください。", field="policy")
    customer = customer or (named.customer if named else None)
    if customer is not None and customer.agency_id != by.agency_id:
        raise Refused("このお客さまは、あなたの代理店のお客さまではありません。")
    year = jst(received_at).year
    complaint = Complaint.objects.create(
        agency=by.agency, number=f"G-{year}-{next_number('complaint', year):06d}", received_at=received_at,
        received_by=by, channel=channel, complainant=complainant, customer=customer, policy=policy, quote=quote,
        content=content, owner=owner or by, due_on=_rings(at), recorded_at=at, recorded_by=by,
    )  # fmt: skip
    summary = f"苦情{complaint.number}を受け付けました({complaint.get_channel_display()}、{complainant}様)。"
    record("complaints.receive_complaint", summary, about=_about(complaint), by=by, at=at)
    return complaint


@action
def add_line(
    *,
    complaint: Complaint,
    kind: str,
    text: str,
    on: date,
    corrects: ComplaintLine | None = None,
    by: User,
    at: datetime,
) -> ComplaintLine:
    """Add what was done, found out or reported; or correct a line by a new one, even after the completion."""
    row = _locked(complaint)
    if corrects is None:
        check_can_write_line(by, row)
    else:
        check_can_write(by)
        if corrects.complaint_id != row.pk or corrects.kind != kind:
            raise Refused("訂正する行が違います。画面を開き直してください。")
        if ComplaintLine.objects.filter(corrects=corrects).exists():
            raise Refused("この行はすでに訂正されています。新しい行を訂正してください。")
    if kind not in WRITTEN:
        raise Refused("記録の種類を選び直してください。", field="kind")
    if on > jst(at).date():
        raise Refused("行った日に未来の日付は入力できません。", field="on")
    if on < jst(row.received_at).date():
        raise Refused("行った日が苦情の受付日より前です。日付を確認してください。", field="on")
    if row.status == ComplaintStatus.OPEN:
        row.status = ComplaintStatus.IN_PROGRESS
    if row.status == ComplaintStatus.IN_PROGRESS:
        row.due_on = _rings(at)
    row.save()
    words = "を訂正しました" if corrects else "を記録しました"
    return _write(row, LineKind(kind), text, on, f"{LineKind(kind).label}{words}。", by, at, corrects=corrects)


@action
def propose_closing(*, complaint: Complaint, text: str, by: User, at: datetime) -> Complaint:
    """Everything is written: ask a manager to approve the completion. What still lacks is said at once."""
    row = _locked(complaint)
    check_can_propose_closing(by, row)
    row.status, row.proposed_at, row.proposed_by, row.due_on = ComplaintStatus.PROPOSED, at, by, jst(at).date()
    row.save()
    _write(row, LineKind.PROPOSAL, text, jst(at).date(), "完了を申請しました。", by, at)
    return row


@action
def approve_closing(*, complaint: Complaint, text: str, by: User, at: datetime) -> Complaint:
    """Another person, a manager, ends it (承認)."""
    row = _locked(complaint)
    check_can_decide_closing(by, row)
    row.status, row.closed_at, row.closed_by, row.due_on = ComplaintStatus.CLOSED, at, by, None
    row.save()
    _write(row, LineKind.APPROVAL, text, jst(at).date(), "完了を承認しました。", by, at)
    return row


@action
def return_complaint(*, complaint: Complaint, text: str, by: User, at: datetime) -> Complaint:
    """Not finished yet: back to work, with the reason."""
    row = _locked(complaint)
    check_can_decide_closing(by, row)
    row.status, row.proposed_at, row.proposed_by = ComplaintStatus.IN_PROGRESS, None, None
    row.due_on = jst(at).date()
    row.save()
    _write(row, LineKind.RETURN, text, jst(at).date(), "完了を差し戻しました。", by, at)
    return row


@action
def hand_over_complaints(*, complaints: QuerySet[Complaint], to: User, by: User, at: datetime) -> int:
    """Give complaints to another person in charge (担当替え), any number of them. Returns how many."""
    rows = list(complaints.select_for_update(of=("self",)).exclude(owner=to).order_by("pk"))
    Complaint.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to)
    for row in rows:
        words = f"苦情{row.number}の担当者を{to.name}さんに替えました。"
        record("complaints.hand_over_complaints", words, about=_about(row), by=by, at=at)
    return len(rows)


@action
def assign_complaint(*, complaint: Complaint, owner: User, by: User, at: datetime) -> Complaint:
    """Another person looks after it from now on. Refused once it is completed."""
    row = _locked(complaint)
    check_can_write_line(by, row)
    if owner.agency_id != row.agency_id or owner.role not in WRITERS or owner.has_left(jst(at).date()):
        raise Refused("担当者を選び直してください。", field="owner")
    if owner == row.owner:
        raise Refused(f"すでに{owner.name}さんの担当です。", field="owner")
    hand_over_complaints(complaints=Complaint.objects.filter(pk=row.pk), to=owner, by=by, at=at)
    return row


@action
def note_export(*, reason: str, count: int, by: User, at: datetime) -> None:
    """The ledger leaves the house: with a reason, on record (checks 42)."""
    if not reason.strip():
        raise Refused("出力の理由を入力してください。", field="reason")
    summary = f"苦情台帳をCSVで出力しました({count:,}件、理由: {reason.strip()})。"
    record("complaints.exported", summary, about=[by.agency], by=by, at=at)


def _locked(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_for_update(of=("self",)).select_related("customer", "policy", "quote").get(
        pk=complaint.pk
    )  # fmt: skip


def _write(
    row: Complaint, kind: LineKind, text: str, on: date, words: str, by: User, at: datetime, **facts: Any
) -> ComplaintLine:
    line = ComplaintLine.objects.create(
        complaint=row, kind=kind, text=text, on=on, written_at=at, written_by=by, **facts
    )
    record(f"complaints.{kind.lower()}", f"苦情{row.number}: {words}", about=_about(row), by=by, at=at, line=line.pk)
    return line


def _rings(at: datetime) -> date:
    return rings_on(jst(at).date(), settings.COMPLAINT_QUIET_DAYS)


def _about(complaint: Complaint) -> list[Model]:
    return [thing for thing in (complaint, complaint.customer, complaint.policy, complaint.quote) if thing is not None]
