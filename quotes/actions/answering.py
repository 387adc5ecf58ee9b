"""Answers of the questionnaire: saved one by one or a section at a time, each in the wording that was asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from core.models import key_of, thread_key
from correspondence.models import Document
from customers.models import Customer
from products.bank import bank
from products.book import Declaration, Question
from products.scoring import answer_fact, declared
from quotes.actions.moving import about, locked, touch
from quotes.actions.options import reprice
from quotes.models import Answer, Quote
from quotes.permissions import check_can_edit_quote
from quotes.questionnaire import already_said
from quotes.states import CUSTOMERS_OWN, AnswerSource

_SAID = ("value", "is_carried", "carried_from", "source", "given_by", "evidence", "answered_at", "answered_by")


class Saved(list[Answer]):
    """The answers that changed. `refused` has a sentence for each question somebody else answered meanwhile."""

    def __init__(self, changed: Iterable[Answer] = (), refused: Mapping[str, str] | None = None) -> None:
        super().__init__(changed)
        self.refused = dict(refused or {})


@action
def save_answers(
    *,
    quote: Quote,
    values: Mapping[str, Any],
    source: str,
    given_by: str,
    by: User,
    at: datetime,
    seen: Mapping[str, Any] | None = None,
    evidence: Document | None = None,
) -> Saved:
    """Write down what the customer answered. `values` holds question or declaration ids; None or "" takes an answer
    back. Returns the answers that changed.

    Nobody answers for the customer: who said it and how it reached us belong to every answer (practice 2-8).
    `evidence` is the document these answers rest on. `seen` is what the fields showed when the page was drawn: what
    was not touched is left alone, and where another answer stands by now, that question is refused, the rest is saved.
    """
    row = locked(quote)
    check_can_edit_quote(by, row)
    check_giver(source, given_by, by)
    _check_evidence(row, source, evidence)
    asked = _parts(row)
    standing = {answer.question_id: answer for answer in row.answers.select_related("answered_by")}
    changed, refused = Saved(), {}
    for name, value in values.items():
        part = asked.get(name)
        if part is None:
            raise Refused("この商品の告知書にない質問です。画面を開き直してください。")
        _check_value(part, value)
        said = None if value in (None, "") else value
        answer = standing.get(name) or Answer(
            quote=row, question_id=name, wording=part.wording, wording_version=part.version
        )
        if seen is not None and name in seen:
            before = None if seen[name] in (None, "") else seen[name]
            if said == before:
                continue
            if answer.value not in (before, said):
                refused[name] = already_said(part, answer, said)
                continue
        if answer.pk and answer.value == said and not answer.is_carried or (said is None and not answer.pk):
            continue
        if answer.value != said:
            answer.carried_from = None
        if answer.value != said or evidence is not None:
            answer.evidence = evidence
        answer.value, answer.is_carried = said, False
        answer.source, answer.given_by = source, given_by.strip()
        answer.answered_at, answer.answered_by = at, by
        changed.append(answer)
        if answer.pk:
            answer.save(update_fields=_SAID)
    if changed:
        Answer.objects.bulk_create(answer for answer in changed if answer.pk is None)
        _note(row, changed, source, given_by, evidence, by, at)
    changed.refused = refused
    return changed


@action
def confirm_carried(
    *,
    quote: Quote,
    question_ids: Iterable[str],
    source: str,
    given_by: str,
    by: User,
    at: datetime,
    evidence: Document | None = None,
) -> Saved:
    """The customer says that answers taken over from an earlier form still hold; now they are this form's.

    Several at once leave out what the bank calls `sensitive`: past events and what is known today are said one by one,
    because nobody reads a list of sixty before he nods.
    """
    row = locked(quote)
    wanted = list(question_ids)
    if len(wanted) > 1:
        wanted = [name for name in wanted if not bank().is_sensitive(name)]
    carried = row.answers.filter(is_carried=True, question_id__in=wanted)
    said = {answer.question_id: answer.value for answer in carried}
    return save_answers(quote=row, values=said, source=source, given_by=given_by, by=by, at=at, evidence=evidence)


@action
def attach_evidence(*, quote: Quote, question_id: str, evidence: Document, by: User, at: datetime) -> Answer:
    """Lay a document the customer sent beside an answer that stands; the answer itself stays as it was given."""
    row = locked(quote)
    check_can_edit_quote(by, row)
    _check_evidence(row, "", evidence)
    answer = row.answers.filter(question_id=question_id).exclude(value__isnull=True).first()
    if answer is None:
        raise Refused("先にお客さまの回答を入力してください。書類だけでは回答になりません。")
    if answer.evidence_id == evidence.pk:
        return answer
    answer.evidence = evidence
    answer.save(update_fields=["evidence"])
    touch(row)
    record(
        "quotes.attach_evidence", f"見積{row.number}の告知の回答に、裏付けの書類「{evidence.filename}」を付けました。",
        about=[*about(row), evidence], by=by, at=at, question=question_id,
    )  # fmt: skip
    return answer


def check_giver(source: str, given_by: str, by: User) -> None:
    """Who at the customer said it, and how it reached us. Only the customer's own page writes in his own name."""
    if not given_by.strip():
        raise Refused("お客さま側で回答した方のお名前を入力してください。", field="given_by")
    if source not in AnswerSource.values:
        raise Refused("回答の受け方を選んでください。", field="source")
    if source in CUSTOMERS_OWN and not by.is_robot:
        raise Refused(
            "お客さま用ページでの回答は、お客さまご本人だけが入力できます。実際の受け方を選んでください。",
            field="source",
        )


def _check_evidence(quote: Quote, source: str, evidence: Document | None) -> None:
    if evidence is None:
        if source == AnswerSource.DOCUMENT:
            raise Refused("「書類から」の回答には、もとになった書類を選んでください。", field="evidence")
        return
    whose = {thread_key(quote), key_of(Customer, quote.customer_id)}
    if evidence.agency_id != quote.agency_id or not whose & set(evidence.about):
        raise Refused("この見積に受領した書類の中から選んでください。", field="evidence")


def _parts(quote: Quote) -> dict[str, Question | Declaration]:
    """What the form asks, by id: the declarations of the quote, and the questions."""
    book = quote.product_version.book
    declarations = [declaration for declaration in book.declarations if declaration.stage == "quote"]
    parts: list[Question | Declaration] = [*declarations, *book.questions]
    return {part.id: part for part in parts}


def _check_value(part: Question | Declaration, value: Any) -> None:
    if isinstance(part, Declaration):
        declared(part, value)
    else:
        answer_fact(part, value)
        if part.kind == "text" and isinstance(value, str) and len(value) > 4000:
            raise Refused(f"「{part.wording}」は4,000文字以内で入力してください。", field=part.id)


def _note(
    quote: Quote,
    changed: list[Answer],
    source: str,
    given_by: str,
    evidence: Document | None,
    by: User,
    at: datetime,
) -> None:
    """One line of history for one saving, and premiums at the new answers."""
    touch(quote)
    reprice(quote)
    record(
        "quotes.save_answers", f"見積{quote.number}の告知の回答を{len(changed)}問保存しました。",
        about=[quote, *([evidence] if evidence else [])], by=by, at=at,
        answers={answer.question_id: answer.value for answer in changed},
        given_by=given_by.strip(), source=str(source), evidence=evidence.pk if evidence else None,
    )  # fmt: skip
