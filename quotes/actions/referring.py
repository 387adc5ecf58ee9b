"""A referral on its way to a decision: questions and answers, who has it on the desk, and handing it up."""

from datetime import date, datetime, timedelta

from accounts.models import Role, User
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import record
from correspondence.actions import queue_letter
from correspondence.states import LetterKind
from customers.queries import primary_contact
from quotes.actions.moving import about, locked, move
from quotes.letters import question_letter
from quotes.models import Quote, Referral, ReferralNote
from quotes.permissions import check_can_answer_question, check_can_ask_back, check_can_escalate
from quotes.states import Addressee, AnswerSource, QuoteStatus, ReferralStatus
from quotes.underwriting import standing_of

ANSWER_DAYS = 3  # until an answer is asked for when the underwriter names no day
_LATEST_ANSWER = timedelta(days=90)


@action
def ask_back(
    *,
    referral: Referral,
    question: str,
    addressee: str = Addressee.STAFF,
    due_on: date | None = None,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> Quote:
    """Ask before deciding: the staff, or the customer by a letter to the contact. Either way it is a task of staff's
    with a day; the promised week runs on."""
    quote, row = locked_referral(referral)
    check_can_ask_back(by, row)
    check_seen(quote, seen_version)
    on = jst(at).date()
    until = due_on or on + timedelta(days=ANSWER_DAYS)
    if addressee not in Addressee.values:
        raise Refused("質問の相手を選んでください。", field="addressee")
    if not on <= until <= on + _LATEST_ANSWER:
        raise Refused("回答期限は本日から90日以内の日付にしてください。", field="due_on")
    note = _write(row, ReferralNote.Kind.QUESTION, question, by, at, addressee=addressee, due_on=until)
    if addressee == Addressee.CUSTOMER:
        _write_to_customer(quote, note, by, at)
    row.status = ReferralStatus.ASKED
    row.save(update_fields=["status"])
    summary = f"見積{quote.number}について引受担当から{Addressee(addressee).label}への質問がありました。"
    return _tell(quote, QuoteStatus.ASKED, "ask_back", summary, row, by, at)


@action
def answer_question(
    *, referral: Referral, answer: str, source: str = "", given_by: str = "", by: User, at: datetime
) -> Quote:
    """Answer what underwriting asked; the case goes back to the queue with its clock running on.

    Nobody answers for the customer: what the customer was asked is written down with who said it, and how.
    """
    quote, row = locked_referral(referral)
    check_can_answer_question(by, row)
    asked = row.notes.filter(kind=ReferralNote.Kind.QUESTION).last()
    if asked is not None and asked.addressee == Addressee.CUSTOMER:
        if not given_by.strip():
            raise Refused("お客さま側で回答した方のお名前を入力してください。", field="given_by")
        if source not in AnswerSource.values:
            raise Refused("回答の受け方を選んでください。", field="source")
    _write(row, ReferralNote.Kind.ANSWER, answer, by, at, source=source, given_by=given_by.strip()[:60])
    row.status = ReferralStatus.OPEN
    row.save(update_fields=["status"])
    summary = f"見積{quote.number}の引受担当の質問に回答しました。"
    return _tell(quote, QuoteStatus.REFERRED, "answer_question", summary, row, by, at)


@action
def take_referral(*, referral: Referral, by: User, at: datetime) -> Referral:
    """Take a case on one's own desk. Whoever has it already changes nothing."""
    quote, row = locked_referral(referral)
    check_can_ask_back(by, row)
    if row.assigned_to_id != by.pk:
        words = f"見積{quote.number}の引受照会を担当します。"
        _hand(quote, row, ReferralNote.Kind.TAKEN, by, words, "take_referral", by, at)
    return row


@action
def hand_over_referral(*, referral: Referral, to: User, reason: str, by: User, at: datetime) -> Referral:
    """Give the case to a colleague: 引継ぎ to anybody of the underwriters."""
    quote, row = locked_referral(referral)
    check_can_ask_back(by, row)
    _check_colleague(quote, to, by, at)
    words = _said(reason)
    _hand(quote, row, ReferralNote.Kind.HANDED_OVER, to, words, "hand_over_referral", by, at)
    return row


@action
def escalate_referral(*, referral: Referral, to: User, reason: str, by: User, at: datetime) -> Referral:
    """Hand the case up (上申) to somebody whose authority is enough for all of it; it waits in that person's queue."""
    quote, row = locked_referral(referral)
    check_can_escalate(by, row)
    _check_colleague(quote, to, by, at)
    standing = standing_of(row, jst(at).date())
    if to.pk not in standing.able():
        able = "、".join(standing.able().values()) or "いません(管理者に付与を依頼してください)"
        raise Refused(f"{to.name}さんはこの照会を判断できません。権限のある引受担当: {able}", field="to")
    _hand(quote, row, ReferralNote.Kind.HANDED_UP, to, _said(reason), "escalate_referral", by, at)
    return row


def _check_colleague(quote: Quote, to: User, by: User, at: datetime) -> None:
    if to.pk == by.pk:
        raise Refused("自分以外の引受担当を選んでください。", field="to")
    if to.role != Role.UNDERWRITER or to.agency_id != quote.agency_id or to.has_left(jst(at).date()):
        raise Refused("この代理店の、在籍している引受担当を選んでください。", field="to")


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("引き継ぐ理由を入力してください。", field="reason")
    return reason.strip()


def _hand(
    quote: Quote, referral: Referral, kind: ReferralNote.Kind, to: User, words: str, verb: str, by: User, at: datetime
) -> None:
    _write(referral, kind, words, by, at, handed_to=to)
    referral.assigned_to = to
    referral.save(update_fields=["assigned_to"])
    summary = f"見積{quote.number}の引受照会: {kind.label}({to.name})"
    record(f"quotes.{verb}", summary, about=about(quote), by=by, at=at, referral=referral.pk, to=to.pk)


def _write_to_customer(quote: Quote, note: ReferralNote, by: User, at: datetime) -> None:
    """The question goes to the customer's contact by mail; staff takes the answer down."""
    contact = primary_contact(quote.customer)
    if contact is None or not contact.email:
        raise Refused(
            "お客さまのご担当者にメールアドレスがありません。募集人に質問するか、登録を依頼してください。",
            field="addressee",
        )
    text = question_letter(quote, contact.name, note)
    queue_letter(
        agency=quote.agency, key=f"referral:{note.referral_id}:question:{note.pk}", kind=LetterKind.OTHER,
        to=[contact.email], to_name=f"{quote.customer.name} {contact.name}", subject=text.subject, body=text.body,
        reply_to=quote.in_charge.email or quote.agency.email, about=[quote, quote.customer], by=by, at=at,
    )  # fmt: skip


def _tell(quote: Quote, to: QuoteStatus, verb: str, summary: str, referral: Referral, by: User, at: datetime) -> Quote:
    """The quote moves along while it waits for underwriting; an offer that only a later step of is held up stays."""
    if quote.status in {QuoteStatus.REFERRED, QuoteStatus.ASKED}:
        return move(quote, to, verb=verb, summary=summary, by=by, at=at, referral=referral.pk)
    quote.version += 1
    quote.save(update_fields=["version"])
    record(f"quotes.{verb}", summary, about=about(quote), by=by, at=at, referral=referral.pk)
    return quote


def locked_referral(referral: Referral) -> tuple[Quote, Referral]:
    """The quote first, then the referral: everybody locks in this order, so two people wait instead of deadlocking."""
    quote = locked(referral.quote)
    row = Referral.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=referral.pk)
    row.quote = quote
    return quote, row


def check_seen(quote: Quote, seen_version: int | None) -> None:
    """After the checks of state, whose sentences say more."""
    if seen_version is not None and quote.version != seen_version:
        raise Stale


def _write(
    referral: Referral, kind: ReferralNote.Kind, text: str, by: User, at: datetime, **more: object
) -> ReferralNote:
    if not text.strip():
        raise Refused(f"{kind.label}の内容を入力してください。", field="text")
    return ReferralNote.objects.create(
        referral=referral, kind=kind, text=text.strip(), written_at=at, written_by=by, **more
    )  # fmt: skip
