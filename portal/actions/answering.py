"""The questionnaire by link: saved as it is typed, in the customer's words; closed by name and title."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.doors import action
from core.errors import Refused
from correspondence.actions import file_document
from correspondence.models import Document
from portal.actions.moving import locked_for, tell, tell_office
from portal.models import Invitation, SignOff, Visitor
from portal.queries import documents_of, lacking_for_signature, questionnaire_of, said_by
from portal.rules import fingerprint_of
from portal.signals import questionnaire_signed
from portal.states import InvitationStatus, Purpose
from quotes.actions import confirm_carried, explain_contradiction, save_answers
from quotes.states import AnswerSource

MAX_DOCUMENTS = 20


@action
def answer_as_customer(
    *, visitor: Visitor, values: Mapping[str, Any], seen: Mapping[str, Any], by: User, at: datetime
) -> dict[str, str]:
    """Save what this window changed. Returns a sentence for each question another window answered meanwhile."""
    row = questionnaire_for(visitor, at)
    saved = save_answers(
        quote=row.quote, values=values, seen=seen, source=AnswerSource.WEB, given_by=visitor.name, by=by, at=at
    )
    return saved.refused


@action
def confirm_carried_as_customer(*, visitor: Visitor, question_ids: Iterable[str], by: User, at: datetime) -> int:
    """The earlier answers of a section still hold. Returns how many were confirmed."""
    row = questionnaire_for(visitor, at)
    confirmed = confirm_carried(
        quote=row.quote, question_ids=question_ids, source=AnswerSource.WEB, given_by=visitor.name, by=by, at=at
    )
    return len(confirmed)


@action
def explain_as_customer(*, visitor: Visitor, fingerprint: str, text: str, by: User, at: datetime) -> None:
    """Two answers do not go together, and the customer says why both are true."""
    row = questionnaire_for(visitor, at)
    explain_contradiction(
        quote=row.quote, fingerprint=fingerprint, text=text, source=AnswerSource.WEB, given_by=visitor.name,
        by=by, at=at,
    )  # fmt: skip


@action
def hand_in_document(*, visitor: Visitor, filename: str, content: bytes, code: str, by: User, at: datetime) -> Document:
    """Evidence or a paper that was asked for; checked by its content, kept with the quote."""
    row = questionnaire_for(visitor, at)
    if documents_of(row).count() >= MAX_DOCUMENTS:
        raise Refused(
            f"添付できるファイルは{MAX_DOCUMENTS}件までです。続きは代理店へメールでお送りください。", field="file"
        )
    return file_document(
        agency=row.agency, filename=filename, content=content, about=[row.quote, row], code=code,
        note=f"お客さま用ページ: {visitor.name}様", by=by, at=at,
    )  # fmt: skip


@action
def sign_questionnaire(
    *, visitor: Visitor, name: str, title: str, wishes: str = "", changes_wishes: bool = False, by: User, at: datetime
) -> SignOff:
    """確定: name and title under the answers as they stand; from then on the link changes nothing. Of a renewal the
    customer also says what he wants of the next contract (`wishes`), and whether that is new."""
    row = questionnaire_for(visitor, at)
    if lacks := lacking_for_signature(row.quote, questionnaire_of(row.quote)):
        raise Refused("確定する前に、次の点を確認してください。", reasons=lacks)
    said: dict[str, Any] = {"answers": said_by(row.quote), "edition": row.quote.edition}
    if row.quote.is_renewal:
        said |= {"wishes": wishes.strip(), "changes_wishes": changes_wishes, "facts": row.quote.facts}
    signed = sign(row, visitor, name, title, said, at=at)
    words = f"{signed.name}様({signed.title})が告知書の回答を確定しました。"
    tell(row, "sign_questionnaire", words, by=by, at=at, fingerprint=signed.fingerprint)
    tell_office(row, words, by=by, at=at)
    questionnaire_signed.send(sender=Invitation, invitation=row, sign_off=signed, by=by, at=at)
    return signed


def sign(row: Invitation, visitor: Visitor, name: str, title: str, said: dict[str, Any], *, at: datetime) -> SignOff:
    """Write the signature and close the invitation with it. The caller tells history."""
    if not name.strip() or not title.strip():
        raise Refused("確定する方のお名前と役職を入力してください。", field="name" if not name.strip() else "title")
    signed = SignOff.objects.create(
        invitation=row, signed_by=visitor, signed_at=at, name=name.strip(), title=title.strip(), said=said,
        fingerprint=fingerprint_of(said),
    )  # fmt: skip
    row.status, row.signed_at, row.signed_by = InvitationStatus.SIGNED, at, visitor
    row.save(update_fields=["status", "signed_at", "signed_by"])
    return signed


def questionnaire_for(visitor: Visitor, at: datetime) -> Invitation:
    """The visitor's invitation to answer, locked; refused where there is nothing to answer any more."""
    row = locked_for(visitor, at)
    if row.purpose != Purpose.QUESTIONNAIRE:
        raise Refused("このページでは告知書に回答できません。画面を開き直してください。")
    return row
