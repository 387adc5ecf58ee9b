"""What happens after the hand-off: the insurer's reference, next steps, notes, demands, reports, documents."""

from datetime import date, datetime

from accounts.models import User
from claims.actions.shared import check_dates, lock, tell
from claims.models import Claim, ClaimNote, ClaimReport
from claims.permissions import check_can_change_claim, check_can_note_reference, check_can_record_demand
from claims.queries import cover_snapshot
from claims.rules.steps import after_reference
from claims.states import Authority, ClaimStatus
from core.clock import jst
from core.doors import action
from core.errors import Refused
from correspondence.actions import file_document
from correspondence.models import Document


@action
def note_reference(*, claim: Claim, reference: str, by: User, at: datetime) -> Claim:
    """Write down the insurer's reference (受付番号): from now on the insurer works on it."""
    current = lock(claim)
    check_can_note_reference(by, current)
    if not reference.strip():
        raise Refused("保険会社の受付番号を入力してください。", field="reference")
    before, current.insurer_reference = current.insurer_reference, reference.strip()
    if current.status == ClaimStatus.HANDED_OFF:
        step = after_reference(jst(at).date())
        current.status = ClaimStatus.IN_PROGRESS
        current.next_action, current.next_on = step.action, step.on
    current.version += 1
    current.save()
    tell(
        current, "note_reference", f"保険会社の受付番号を記録しました({current.insurer_reference})。",
        by=by, at=at, before=before,
    )  # fmt: skip
    return current


@action
def plan_next_step(
    *, claim: Claim, next_action: str, next_on: date, owner: User, seen_version: int, by: User, at: datetime
) -> Claim:
    """Set what has to happen next, by when and by whom (次にすること). What stood before stays in the history."""
    current = lock(claim, seen_version)
    check_can_change_claim(by, current)
    if not next_action.strip():
        raise Refused("次にすることを入力してください。", field="next_action")
    if next_on < jst(at).date():
        raise Refused("期日は今日以後にしてください。", field="next_on")
    if owner.agency_id != current.agency_id:
        raise Refused("担当者を選び直してください。", field="owner")
    before = {"next_action": current.next_action, "next_on": str(current.next_on), "owner": current.owner.name}
    current.next_action, current.next_on, current.owner = next_action.strip(), next_on, owner
    current.version += 1
    current.save()
    summary = f"次にすること: {current.next_action}({next_on:%Y/%m/%d}、{owner.name})"
    tell(current, "plan_next_step", summary, by=by, at=at, before=before)
    return current


@action
def add_note(*, claim: Claim, text: str, by: User, at: datetime) -> ClaimNote:
    """Note what was said or done (経過記録). An ended claim still takes notes: the telephone does not stop."""
    current = lock(claim)
    if current.is_open:
        check_can_change_claim(by, current)
    note = ClaimNote.objects.create(claim=current, text=text.strip(), noted_at=at, noted_by=by)
    tell(current, "add_note", f"経過: {note.text}", by=by, at=at)
    return note


@action
def record_demand(
    *, claim: Claim, claimed_at: datetime, claimant: str, seen_version: int, by: User, at: datetime
) -> Claim:
    """A demand has come (損害賠償請求). After an おそれの通知 it counts as made when that notice was given."""
    current = lock(claim, seen_version)
    check_can_record_demand(by, current)
    current.claimed_at, current.claimant = claimed_at, claimant.strip()
    check_dates(current.dates, at)
    before = current.cover
    current.cover = cover_snapshot(current.customer, current.policy, current.dates, at)
    current.edition += 1
    current.version += 1
    current.save()
    back = "おそれの通知の時点で請求を受けたものとして扱われます。" if current.is_circumstance else ""
    summary = f"損害賠償請求を記録しました({current.claimant or '請求者不明'})。{back}"
    tell(current, "record_demand", summary, by=by, at=at, cover=before)
    return current


@action
def add_report(
    *, claim: Claim, authority: str, name: str, reported_on: date, reference: str, by: User, at: datetime
) -> ClaimReport:
    """Note where the customer reported the event (届出)."""
    current = lock(claim)
    check_can_change_claim(by, current)
    if reported_on > jst(at).date():
        raise Refused("届出日がまだ来ていません。日付を確認してください。", field="reported_on")
    report = ClaimReport.objects.create(
        claim=current, authority=Authority(authority), name=name.strip(), reported_on=reported_on,
        reference=reference.strip(), noted_at=at, noted_by=by,
    )  # fmt: skip
    current.edition += 1  # the insurer's paper lists the reports
    current.version += 1
    current.save()
    tell(current, "add_report", f"届出を記録しました({report.get_authority_display()} {report.name})。", by=by, at=at)
    return report


@action
def add_document(*, claim: Claim, filename: str, content: bytes, note: str, by: User, at: datetime) -> Document:
    """Keep a document of the claim (受領書類)."""
    current = lock(claim)
    check_can_change_claim(by, current)
    about = [thing for thing in (current, current.customer) if thing is not None]
    return file_document(
        agency=current.agency, filename=filename, content=content, about=about, note=note, by=by, at=at
    )
