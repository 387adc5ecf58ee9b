"""The application by link: consent, pages read, points confirmed, the signature; then the same record as on paper."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.permissions import check_can_solicit
from core.clock import jst
from core.doors import action
from core.errors import Refused
from correspondence.models import Paper
from correspondence.states import PaperKind
from customers.actions import record_consent
from customers.queries import consent_at, consents_of
from customers.rules import may_go_by
from customers.states import ElectronicWay
from portal.actions.answering import sign
from portal.actions.moving import locked, locked_for, tell, tell_office
from portal.models import AccessCode, Confirmation, Invitation, PageOpened, SignOff, Visitor
from portal.permissions import check_can_take_application
from portal.points import CONDITION, Point
from portal.reading import Reading, reading_of
from portal.states import CodePurpose, Purpose
from products.book import Payment
from quotes.actions import apply, record_step
from quotes.checklist import SPOKEN_POINTS, lacking
from quotes.models import Quote, QuoteOption
from quotes.queries import application_declarations, case_facts
from quotes.states import Method, QuoteStatus, StepKind

CONSENT = "見積書・重要事項説明書・告知書などの書面を、このページでの閲覧とPDFファイルのダウンロードにより受け取ること"
_CALL = "おそれいりますが、代理店へお電話ください。"


@action
def consent_by_link(*, visitor: Visitor, by: User, at: datetime) -> None:
    """電磁的方法の承諾, before the first paper is shown."""
    row = _application(visitor, at)
    if not may_go_by(consents_of(row.quote.customer), Method.WEB, at):
        record_consent(
            customer=row.quote.customer, ways=_ways_with_web(row.quote, at), said_by=visitor.name, method=Method.WEB,
            happened_at=at, note=f"{CONSENT}({visitor.email})", by=by, at=at,
        )  # fmt: skip


def _ways_with_web(quote: Quote, at: datetime) -> list[str]:
    """What the customer agreed to before stays agreed."""
    standing = consent_at(quote.customer, at)
    return [*(standing.ways if standing else ()), ElectronicWay.WEB]


@action
def note_page(*, visitor: Visitor, paper: Paper, page: int, by: User, at: datetime) -> None:
    """That visitor opened that page of those bytes; the first time counts. After signing, reading is only reading."""
    row = locked(visitor.invitation)
    if not row.is_open or PageOpened.objects.filter(opened_by=visitor, paper=paper, page=page).exists():
        return
    assert paper.content_id is not None  # the page was shown from these bytes
    PageOpened.objects.create(opened_by=visitor, opened_at=at, paper=paper, sha256=paper.content_id, page=page)
    if page <= 1:
        what = "のPDF" if page == 0 else ""
        tell(row, "note_page", f"{visitor.name}様が{paper.title}{what}を開きました。", by=by, at=at, paper=paper.pk)


@action
def confirm_point(*, visitor: Visitor, code: str, by: User, at: datetime) -> Point:
    """One point, read and confirmed; a second press changes nothing."""
    row = _application(visitor, at)
    reading = reading_of(row.quote, visitor, at)
    point = next((point for point in reading.points if point.code == code), None)
    if point is None:
        raise Refused("確認する事項が変わりました。画面を開き直してください。")
    if code not in reading.confirmed:
        Confirmation.objects.create(confirmed_by=visitor, confirmed_at=at, code=code, wording=point.words)
    return point


@action
def sign_application(
    *,
    visitor: Visitor,
    option: QuoteOption,
    payment_way: str,
    intent: str,
    changes: str,
    name: str,
    title: str,
    by: User,
    at: datetime,
) -> Invitation:
    """The customer applies. The record of solicitation gets the same steps as on paper, and the application is taken
    when nothing lacks; what the office still has to do keeps it waiting, signed."""
    row = _application(visitor, at)
    quote, on = row.quote, jst(at).date()
    _check_offer(row, at)
    reading = reading_of(quote, visitor, at)
    if reading.lacks:
        raise Refused("申し込む前に、次の点を確認してください。", reasons=reading.lacks)
    _check_code(visitor, at)
    chosen = quote.options.filter(pk=option.pk, premium_yen__isnull=False).first()
    payment = quote.product_version.book.payment(payment_way)
    if chosen is None or payment is None:
        raise Refused("プランと払込方法を選び直してください。", field="option")
    try:
        check_can_solicit(quote.in_charge, on)
    except Refused as refusal:
        raise Refused(f"担当者が申込を受け付けられない状態です。{_CALL}") from refusal
    said = _said(reading, chosen, payment, intent, changes)
    signed = sign(row, visitor, name, title, said, at=at)
    _record_steps(quote, signed, reading, by=by, at=at)
    lacks = lacking(case_facts(quote, on), at, on)
    words = f"{signed.name}様({signed.title})がお客さま用ページで申込を確定しました。"
    if lacks:
        words += "代理店の記録がそろいしだい受け付けられます。"
    tell(row, "sign_application", words, by=by, at=at, fingerprint=signed.fingerprint, lacks=lacks)
    tell_office(row, "\n".join([words, *lacks]), by=by, at=at)
    if not lacks:
        apply(
            quote=quote, option=chosen, payment_way=payment_way, received_at=at, received_by=quote.in_charge,
            method=Method.WEB, applicant_name=signed.name, applicant_title=signed.title, by=by, at=at,
        )  # fmt: skip
    return row


@action
def take_application(*, invitation: Invitation, by: User, at: datetime) -> Quote:
    """The office recorded what lacked: take the application with what the customer signed."""
    row = locked(invitation)
    check_can_take_application(by, row)
    signed = row.sign_off
    option = row.quote.options.get(pk=signed.said["option"])
    receiver = by if by.is_licensed(jst(at).date()) else row.quote.in_charge
    return apply(
        quote=row.quote, option=option, payment_way=signed.said["payment_way"], received_at=at, received_by=receiver,
        method=Method.WEB, applicant_name=signed.name, applicant_title=signed.title, by=by, at=at,
    )  # fmt: skip


def _application(visitor: Visitor, at: datetime) -> Invitation:
    row = locked_for(visitor, at)
    if row.purpose != Purpose.APPLICATION:
        raise Refused("このページでは申込ができません。画面を開き直してください。")
    return row


def _check_offer(row: Invitation, at: datetime) -> None:
    """The offer the papers are about must still be the one that stands, and the customer the one they name."""
    quote = row.quote
    if quote.status != QuoteStatus.OFFERED or quote.edition != row.edition:
        raise Refused(f"見積が変更されたため、このページでは申し込めません。{_CALL}")
    if quote.has_run_out(jst(at).date()):
        raise Refused(f"見積の有効期限が切れたため、申し込めません。{_CALL}")


def _check_code(visitor: Visitor, at: datetime) -> None:
    fresh = at - timedelta(minutes=settings.PORTAL_CODE_MINUTES)
    codes = AccessCode.objects.filter(asked_by=visitor, purpose=CodePurpose.SIGN, used_at__gt=fresh)
    if not codes.exists():
        raise Refused("申込を確定するための確認コードを入力してください。", field="code")


def _said(reading: Reading, option: QuoteOption, payment: Payment, intent: str, changes: str) -> dict[str, Any]:
    return {
        "option": option.pk, "plan": option.label, "premium_yen": option.premium_yen,
        "payment_way": payment.code, "payment": payment.label,
        "intent": intent, "changes": changes,
        "papers": {paper.kind: paper.content_id for paper in reading.papers},
        "confirmed": {point.code: point.words for point in reading.points},
    }  # fmt: skip


def _record_steps(quote: Quote, signed: SignOff, reading: Reading, *, by: User, at: datetime) -> None:
    """The same lines as on paper, each at the moment when it happened on the page."""
    declared = [
        {"id": d.id, "version": d.version, "wording": d.wording, "value": "yes"}
        for d in application_declarations(quote)
    ]
    visitor, papers = signed.signed_by, {paper.kind: paper for paper in reading.papers}
    disclosure = papers[PaperKind.DISCLOSURE]
    delivered = max(
        page.opened_at for page in PageOpened.objects.filter(opened_by=visitor, paper=disclosure, page__gt=0)
    )
    made = {c.code: c.confirmed_at for c in Confirmation.objects.filter(confirmed_by=visitor)}
    explained = max(made[f"spoken-{code}"] for code in SPOKEN_POINTS)
    steps: list[tuple[StepKind, datetime, dict[str, Any], Paper | None]] = [
        (StepKind.DISCLOSURE_DELIVERED, delivered, {}, disclosure),
        (StepKind.DISCLOSURE_EXPLAINED, explained, dict.fromkeys(SPOKEN_POINTS, True), None),
        (StepKind.QUESTIONNAIRE_SIGNED, at, {"declarations": declared}, papers[PaperKind.QUESTIONNAIRE]),
        (StepKind.INTENT_FINAL, at, {"text": signed.said["intent"], "changes": signed.said["changes"]}, None),
    ]
    if CONDITION in made:
        steps.insert(2, (StepKind.CONDITION_CONFIRMED, made[CONDITION], {}, None))
    for kind, happened_at, detail, paper in steps:
        record_step(
            quote=quote, kind=kind, happened_at=happened_at, method=Method.WEB, counterpart=signed.name,
            detail=detail, paper=paper, done_by=quote.in_charge, by=by, at=at,
        )  # fmt: skip
