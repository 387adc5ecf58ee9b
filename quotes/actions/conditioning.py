"""Conditions (引受条件) in their own time: met, waived, and ringing on their day."""

from datetime import date, datetime

from accounts.models import User
from accounts.queries import managers
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from correspondence.actions import queue_letter
from correspondence.models import Document, Letter
from correspondence.states import LetterKind
from quotes.actions.moving import about, locked
from quotes.letters import condition_letter
from quotes.models import Condition, Quote
from quotes.permissions import check_can_settle_condition, check_can_waive_condition
from quotes.states import ConditionKind, ConditionStatus
from quotes.underwriting import standing_of


@action
def meet_condition(
    *, condition: Condition, note: str = "", document: Document | None = None, by: User, at: datetime
) -> Condition:
    """Note that a condition is met. One about a document needs it, from the quote's own file."""
    quote, row = _locked(condition)
    check_can_settle_condition(by, row)
    if row.kind == ConditionKind.DOCUMENT and document is None:
        raise Refused("書類の提出が条件です。受け取った書類を選んでください。", field="document")
    if document is not None and not Document.objects.about(quote).filter(pk=document.pk).exists():
        raise Refused("この見積の受領書類から選んでください。", field="document")
    if row.kind != ConditionKind.DOCUMENT and not note.strip():
        raise Refused("確認した内容を入力してください。", field="note")
    row.document = document
    return _settle(quote, row, ConditionStatus.MET, note, by, at)


@action
def waive_condition(*, condition: Condition, note: str, by: User, at: datetime) -> Condition:
    """Let go of a condition, with a reason and the same authority as for the decision that set it."""
    quote, row = _locked(condition)
    check_can_waive_condition(by, row, standing_of(row.referral, jst(at).date()))
    if not note.strip():
        raise Refused("条件を免除する理由を入力してください。", field="note")
    return _settle(quote, row, ConditionStatus.WAIVED, note, by, at)


@action
def ring_conditions_due(*, on: date, by: User, at: datetime) -> int:
    """Write once to whoever is in charge of a quote with a condition that is open on its day. Returns how many."""
    due = list(
        Condition.objects.open()
        .filter(due_on__lte=on)
        .exclude(quote__status__in=["DECLINED", "LAPSED", "WITHDRAWN"])
        .select_related("quote__agency", "quote__customer", "quote__in_charge")
        .order_by("pk")
    )
    known = set(Letter.objects.filter(key__in=[_key(one) for one in due]).values_list("key", flat=True))
    rung = 0
    for condition in due:
        quote = condition.quote
        person = quote.in_charge
        away = person.has_left(on) or not person.is_active or not person.email
        to = [boss.email for boss in managers(quote.agency, on) if boss.email] if away else [person.email]
        if _key(condition) in known or not to:
            continue  # told already, or nobody can be told by mail: the desk shows it
        text = condition_letter(condition)
        queue_letter(
            agency=quote.agency, key=_key(condition), kind=LetterKind.STAFF_NOTICE, to=to,
            to_name="管理者" if away else person.name, subject=text.subject, body=text.body, about=[quote],
            by=by, at=at,
        )  # fmt: skip
        rung += 1
    return rung


def consent_to_conditions(quote: Quote, by: User, at: datetime) -> None:
    """The customer agreed to the conditions (引受条件の確認): those that ask for nothing more are met."""
    agreed = quote.conditions.select_for_update().filter(
        edition=quote.edition, status=ConditionStatus.OPEN, kind=ConditionKind.CONSENT, before="APPLICATION"
    )
    for row in agreed:
        _settle(quote, row, ConditionStatus.MET, "お客さまが了承しました。", by, at)


def _key(condition: Condition) -> str:
    return f"condition:{condition.pk}:due:{condition.due_on}"


def _locked(condition: Condition) -> tuple[Quote, Condition]:
    """The quote first, as everybody locks."""
    quote = locked(condition.quote)
    row = Condition.objects.select_for_update(of=("self",)).select_related("referral").get(pk=condition.pk)
    row.quote = row.referral.quote = quote
    return quote, row


def _settle(
    quote: Quote, condition: Condition, status: ConditionStatus, note: str, by: User, at: datetime
) -> Condition:
    condition.status, condition.note = status, note.strip()[:400]
    condition.settled_at, condition.settled_by = at, by
    condition.save()
    record(
        "quotes.settle_condition", f"引受条件「{condition.sentence}」: {status.label}",
        about=about(quote), by=by, at=at, condition=condition.pk, note=condition.note,
    )  # fmt: skip
    return condition
