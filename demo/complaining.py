"""Complaints: one that was finished, one whose end waits for a manager, one nobody has written about for too long."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from accounts.models import Role
from complaints import actions as complaints
from complaints.models import Complaint
from complaints.states import Channel, LineKind
from core.clock import jst
from core.doors import perform
from demo.office import Office
from policies.models import Policy


@dataclass(frozen=True, slots=True)
class Grievance:
    """What was said, how many working days ago, and what was written since; `is_ended`: approved by another."""

    days: int
    channel: Channel
    words: str
    lines: tuple[tuple[LineKind, str], ...] = ()
    is_ended: bool = False


GRIEVANCES = (
    Grievance(
        60, Channel.PHONE, "証券が届くと聞いていた日に届かず、取引先に提出できなかった。連絡もなかった。",
        (
            (LineKind.FIRST, "その日のうちに担当者がお詫びし、証券の写しをメールで送った。"),
            (LineKind.REPORT, "保険会社の代理店担当へ電話で報告した。"),
            (LineKind.CAUSE, "郵送の記録が担当者任せで、発送が翌週に延びていた。"),
            (LineKind.PREVENTION, "「今日の仕事」の未発送の件数を、毎夕に事務が確認することにした。"),
        ),
        is_ended=True,
    ),
    Grievance(
        12, Channel.MAIL, "更改の保険料が上がった理由の説明が、去年との違いまで踏み込んでいない。",
        (
            (LineKind.FIRST, "電話でお詫びし、売上高と係数の違いを計算明細で説明した。ご納得いただいた。"),
            (LineKind.REPORT, "保険会社の代理店担当へメールで報告した。"),
            (LineKind.CAUSE, "更改の面談で、前年との比較表を使っていなかった。"),
            (LineKind.PREVENTION, "更改の最終意向の記録に、前年との違いを必ず書くことにした。"),
        ),
    ),
    Grievance(
        9, Channel.IN_PERSON, "担当者が替わったことを知らされていなかった。前の担当者に話したことをまた聞かれた。",
    ),
)  # fmt: skip


def complain(office: Office, number: int, at: datetime) -> None:
    """Somebody with a contract is dissatisfied and says so."""
    policies = Policy.objects.filter(starts_at__lt=at).select_related("customer", "in_charge").order_by("pk")
    policy = policies[number : number + 1].first()
    if policy is None:
        return
    grievance, contact = GRIEVANCES[number], policy.customer.contacts.order_by("pk").first()
    complaint = perform(
        complaints.receive_complaint, received_at=at, channel=grievance.channel, content=grievance.words,
        complainant=contact.name if contact else policy.customer.name, policy=policy, owner=policy.in_charge,
        by=office.clerk, at=at,
    )  # fmt: skip
    for place, (kind, words) in enumerate(grievance.lines):
        office.diary.write_after(at, place // 2, place // 2, partial(_write, complaint, kind, words))
    if grievance.lines:
        # Later than every line, holidays in between included.
        office.diary.write_after(at, 8, 8, partial(_end, office, complaint, grievance.is_ended))


def _write(complaint: Complaint, kind: LineKind, words: str, at: datetime) -> None:
    on = jst(at).date()
    perform(complaints.add_line, complaint=complaint, kind=kind, text=words, on=on, by=complaint.owner, at=at)


def _end(office: Office, complaint: Complaint, is_ended: bool, at: datetime) -> None:
    words = "申出人にご納得いただき、再発防止も始めた。"
    perform(complaints.propose_closing, complaint=complaint, text=words, by=complaint.owner, at=at)
    managers = [person for person in office.staff.values() if person.role == Role.MANAGER]
    other = next((person for person in managers if person.pk != complaint.owner_id), None)
    if is_ended and other is not None:
        approval = "経緯と再発防止を確認した。"
        perform(complaints.approve_closing, complaint=complaint, text=approval, by=other, at=at)
