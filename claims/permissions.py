"""What a person may do with a claim; each check returns nothing, or refuses with a sentence."""

from accounts.models import User
from accounts.permissions import check_can_write
from claims.models import Claim
from claims.states import Authority, ClaimStatus, ClosingReason
from core.errors import Refused


def check_can_change_claim(user: User, claim: Claim) -> None:
    """An ended claim stays as it is."""
    check_can_write(user)
    if not claim.is_open:
        raise Refused(f"この事故は{claim.get_status_display()}です。新しい申し出は、事故を新しく受け付けてください。")


def check_can_link_claim(user: User, claim: Claim) -> None:
    """Once the insurer has been told of a contract, another one is the insurer's to sort out."""
    check_can_change_claim(user, claim)
    if claim.policy_id is not None and claim.status != ClaimStatus.OPEN:
        raise Refused(
            "保険会社へ連絡した後は契約を変えられません。違っていたときは保険会社に連絡し、経過に残してください。"
        )


def check_can_hand_off_claim(user: User, claim: Claim) -> None:
    """The insurer needs to know who it is; the contract may still be open."""
    check_can_change_claim(user, claim)
    if claim.status != ClaimStatus.OPEN:
        raise Refused("保険会社へはすでに連絡しています。")
    if claim.customer_id is None:
        raise Refused("お客さまを特定してから、保険会社へ連絡してください。")


def check_can_resend_claim(user: User, claim: Claim) -> None:
    """What changed after the hand-off has to reach the insurer too."""
    check_can_change_claim(user, claim)
    if claim.status == ClaimStatus.OPEN:
        raise Refused("まだ保険会社へ連絡していません。「保険会社へ連絡する」を使ってください。")
    if not claim.has_news_for_insurer:
        raise Refused("前回の連絡の後に変わった内容はありません。内容を訂正してから連絡してください。")


def check_can_note_reference(user: User, claim: Claim) -> None:
    """The insurer's reference proves that the hand-off arrived."""
    check_can_change_claim(user, claim)
    if claim.status == ClaimStatus.OPEN:
        raise Refused("先に保険会社へ連絡してください。")


def check_can_record_demand(user: User, claim: Claim) -> None:
    """The first demand is recorded once."""
    check_can_change_claim(user, claim)
    if claim.claimed_at is not None:
        raise Refused("損害賠償請求はすでに記録されています。続きは経過に残してください。")


def check_can_close_claim(user: User, claim: Claim) -> None:
    """Only what the insurer works on can be finished."""
    check_can_change_claim(user, claim)
    if claim.status != ClaimStatus.IN_PROGRESS:
        raise Refused("保険会社の受付番号を記録してから完了にしてください。")


def check_can_withdraw_claim(user: User, claim: Claim) -> None:
    check_can_change_claim(user, claim)


def check_reports_of_lost_funds(claim: Claim, reason: str) -> None:
    """資金損害 goes no further without both the police's and the bank's receipt (checks 31)."""
    if not claim.funds_lost or reason != ClosingReason.PAID:
        return
    received = {report.authority for report in claim.reports.all() if report.reference}
    lacking = [str(a.label) for a in (Authority.POLICE, Authority.BANK) if a not in received]
    if lacking:
        raise Refused(
            f"資金の損害では警察と金融機関の両方への届出が必要です。{'と'.join(lacking)}の届出日と受理番号を記録してください。"
        )
