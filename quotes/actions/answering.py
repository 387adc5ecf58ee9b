"""Answers of the questionnaire: saved one by one or a section at a time, each in the wording that was asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from products.book import Declaration, Question
from products.scoring import answer_fact, declared
from quotes.actions.moving import locked, touch
from quotes.actions.options import reprice
from quotes.models import Answer, Quote
from quotes.permissions import check_can_edit_quote
from quotes.states import AnswerSource

_SAID = ("value", "is_carried", "source", "given_by", "answered_at", "answered_by")


@action
def save_answers(
    *, quote: Quote, values: Mapping[str, Any], source: str, given_by: str, by: User, at: datetime
) -> list[Answer]:
    """Write down what the customer answered. `values` holds question or declaration ids; None or "" takes an answer
    back. Returns the answers that changed.

    Nobody answers for the customer: who said it and how it reached us belong to every answer (practice 2-8).
    """
    row = locked(quote)
    check_can_edit_quote(by, row)
    if not given_by.strip():
        raise Refused("お客さま側で回答した方のお名前を入力してください。", field="given_by")
    if source not in AnswerSource.values:
        raise Refused("回答の受け方を選んでください。", field="source")
    if source == AnswerSource.WEB and not by.is_robot:
        raise Refused(
            "お客さま用ページでの回答は、お客さまご本人だけが入力できます。回答の受け方を選び直してください。",
            field="source",
        )
    book = row.product_version.book
    declarations = [declaration for declaration in book.declarations if declaration.stage == "quote"]
    parts: list[Question | Declaration] = [*declarations, *book.questions]
    asked = {part.id: part for part in parts}
    standing = {answer.question_id: answer for answer in row.answers.all()}
    changed: list[Answer] = []
    for name, value in values.items():
        part = asked.get(name)
        if part is None:
            raise Refused("この商品の告知書にない質問です。画面を開き直してください。")
        _check_value(part, value)
        answer = standing.get(name) or Answer(
            quote=row, question_id=name, wording=part.wording, wording_version=part.version
        )
        said = None if value in (None, "") else value
        if answer.pk and answer.value == said and not answer.is_carried or (said is None and not answer.pk):
            continue
        answer.value, answer.is_carried = said, False
        answer.source, answer.given_by = source, given_by.strip()
        answer.answered_at, answer.answered_by = at, by
        changed.append(answer)
        if answer.pk:
            answer.save(update_fields=_SAID)
    if changed:
        Answer.objects.bulk_create(answer for answer in changed if answer.pk is None)
        _note(row, changed, by, at)
    return changed


@action
def confirm_carried(
    *, quote: Quote, question_ids: Iterable[str], source: str, given_by: str, by: User, at: datetime
) -> list[Answer]:
    """The customer says that last year's answers still hold; now they are this year's."""
    row = locked(quote)
    carried = row.answers.filter(is_carried=True, question_id__in=list(question_ids))
    said = {answer.question_id: answer.value for answer in carried}
    return save_answers(quote=row, values=said, source=source, given_by=given_by, by=by, at=at)


def _check_value(part: Question | Declaration, value: Any) -> None:
    if isinstance(part, Declaration):
        declared(part, value)
    else:
        answer_fact(part, value)
        if part.kind == "text" and isinstance(value, str) and len(value) > 4000:
            raise Refused(f"「{part.wording}」は4,000文字以内で入力してください。", field=part.id)


def _note(quote: Quote, changed: list[Answer], by: User, at: datetime) -> None:
    """One line of history for one saving, and premiums at the new answers."""
    touch(quote)
    reprice(quote)
    record(
        "quotes.save_answers", f"見積{quote.number}の告知の回答を{len(changed)}問保存しました。",
        about=[quote], by=by, at=at, answers={answer.question_id: answer.value for answer in changed},
    )  # fmt: skip
