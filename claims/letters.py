"""The e-mails of this room: the insurer is told. One function each; nothing is sent here."""

from typing import Any

from claims.models import Claim
from core.templatetags.tate import contract_moment
from correspondence.states import LetterKind


def hand_off(claim: Claim) -> dict[str, Any]:
    """The hand-off to the insurer's claims desk (事故連絡)."""
    return _letter(
        claim,
        key=f"claim:{claim.number}:handoff",
        subject=f"【事故のご連絡】{claim.number} {claim.who}",
        lead="下記のとおり事故の連絡を受けましたので、事故連絡票を添えてお知らせします。",
        wish="受付番号とご担当者を当社までお知らせください。",
    )


def follow_up(claim: Claim) -> dict[str, Any]:
    """What changed since the hand-off (訂正・追加の連絡)."""
    return _letter(
        claim,
        key=f"claim:{claim.number}:handoff:{claim.edition}",
        subject=f"【事故のご連絡・訂正】{claim.number} {claim.who}",
        lead="先にご連絡した事故について、内容に訂正・追加がありましたので、新しい事故連絡票を添えてお知らせします。",
        wish="先にお送りした事故連絡票は、今回のもので差し替えてください。",
    )


def _letter(claim: Claim, *, key: str, subject: str, lead: str, wish: str) -> dict[str, Any]:
    agency = claim.agency
    policy = claim.policy.number if claim.policy else "確認中"
    reference = f"貴社受付番号: {claim.insurer_reference}\n" if claim.insurer_reference else ""
    body = (
        f"保険会社 事故受付ご担当者さま\n\n"
        f"いつもお世話になっております。{agency.name}の{claim.owner.name}です。\n{lead}\n\n"
        f"当社事故番号: {claim.number}\n{reference}"
        f"ご契約者: {claim.who}\n証券番号: {policy}\n"
        f"事故の種類: {claim.get_kind_display()}\n"
        f"発見日時: {contract_moment(claim.discovered_at)}\n受付日時: {contract_moment(claim.reported_at)}\n"
        f"お客さまの連絡窓口: {claim.reporter_name} "
        f"{' / '.join(part for part in (claim.reporter_phone, claim.reporter_email) if part)}\n\n"
        f"詳しくは添付の事故連絡票をご覧ください。補償の対象となるかどうかのご判断をお願いいたします。\n{wish}\n\n"
        f"{agency.name}\n電話 {agency.phone} メール {agency.email}\n"
    )
    return {
        "key": key,
        "kind": LetterKind.CLAIM_HANDOFF,
        "to": [agency.insurer_claims_email],
        "to_name": "保険会社 事故受付ご担当者さま",
        "reply_to": agency.email,
        "subject": subject,
        "body": body,
    }
