"""A renewal by link: this year's sales and answers, and one word for everything that did not change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from portal.actions.answering import questionnaire_for
from portal.models import Visitor
from quotes.actions import save_answers, save_facts
from quotes.asking import form_of, plan_of
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.states import AnswerSource


@dataclass(frozen=True, slots=True)
class Sales:
    """A year's sales with tax, the last day of that year, and how certain they are."""

    sales_yen: int
    fiscal_year_end: date
    sales_kind: str


@action
def answer_renewal(
    *,
    visitor: Visitor,
    sales: Sales | None,
    values: Mapping[str, Any],
    seen: Mapping[str, Any],
    unchanged: Iterable[str],
    by: User,
    at: datetime,
) -> dict[str, str]:
    """Save what was told on the one page. `unchanged` names the questions of the list the customer had before him when
    he said that nothing changed: each becomes his answer of today, in the words that are asked now. Returns a sentence
    for each question another window answered meanwhile.
    """
    row = questionnaire_for(visitor, at)
    if sales is not None:
        _tell_sales(row.quote, sales, by, at)
    who: dict[str, Any] = {"source": AnswerSource.WEB, "given_by": visitor.name, "by": by, "at": at}
    saved = save_answers(quote=row.quote, values=values, seen=seen, **who)
    if ids := set(unchanged) & set(plan_of(row.quote).unchanged):
        standing = row.quote.answers.filter(is_carried=True, question_id__in=ids)
        said = {answer.question_id: answer.value for answer in standing}
        save_answers(quote=row.quote, values=said, **who)
    return saved.refused


def _tell_sales(quote: Quote, sales: Sales, by: User, at: datetime) -> None:
    if sales.sales_yen == 0:
        raise Refused(
            "売上高が0円のままでは保険料を計算できません。これから売上が見込まれるときは「計画」の金額を入力し、"
            "事業を休止・廃止されたときは代理店へお電話ください。",
            field="sales_yen",
        )
    last = form_of(quote.renewal_of)
    before = facts_from(last.facts).fiscal_year_end if last is not None else None
    if before is not None and sales.fiscal_year_end < before:
        raise Refused(
            f"前回({before.year}年{before.month}月期)より前の年度です。直近の会計年度の決算日を入力してください。",
            field="fiscal_year_end",
        )
    if sales.sales_kind == "ACTUAL" and sales.fiscal_year_end > jst(at).date():
        raise Refused(
            "まだ終わっていない年度です。「見込」か「計画」を選ぶか、決算を終えた年度を入力してください。",
            field="fiscal_year_end",
        )
    quote.refresh_from_db()
    facts = replace(
        facts_from(quote.facts), sales_yen=sales.sales_yen, fiscal_year_end=sales.fiscal_year_end,
        sales_kind=sales.sales_kind,
    )  # fmt: skip
    save_facts(quote=quote, facts=facts, inception_on=quote.inception_on, seen_version=quote.version, by=by, at=at)
