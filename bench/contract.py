"""One contract walked through the office's own actions, from the first facts to the 証券: for its papers."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bench.data import House
from core.doors import perform
from core.errors import Refused
from correspondence.models import Paper
from correspondence.states import PaperKind
from customers.models import Customer
from products.book import Book
from products.risks import selection_of
from products.scoring import shown_questions
from quotes import actions
from quotes.checklist import SPOKEN_POINTS
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import application_declarations, insurers_sold
from quotes.states import AnswerSource, Method, QuoteStatus, StepKind

PAPERS = (PaperKind.CERTIFICATE, PaperKind.DISCLOSURE, PaperKind.QUESTIONNAIRE, PaperKind.APPLICATION)
# What a sound company says of its past and its business; to every measure it says はい.
CALM = {
    "prior_incident": "no", "past_attack": "no", "known_circumstances": "no", "it_services_to_others": "no",
    "card_data": "none", "sensitive_data": "no",
}  # fmt: skip
OF_A_KIND: dict[str, Any] = {"yes_no": "yes", "amount": 0, "count": 0, "text": "なし", "date": "2026-01-01"}


def papers_of_a_contract(house: House, *, at: datetime) -> list[Paper]:
    """The four papers of a サイバー保険 with its whole questionnaire, filed and not yet rendered."""
    quote = issue(draft(house, at=at), house, at=at)
    assert quote.policy
    filed = Paper.objects.about(quote).union(Paper.objects.about(quote.policy))
    by_kind = {paper.kind: paper for paper in filed}
    return [by_kind[kind] for kind in PAPERS]


def draft(house: House, *, at: datetime) -> Quote:
    """A quote with facts and answers, its cover not yet chosen."""
    by = house.user
    inception_on = at.date() + timedelta(days=40)
    version = house.version("sompo-cyber", inception_on)
    customer = Customer.objects.filter(industry="manufacturing").order_by("pk").first()
    quote: Quote = perform(
        actions.open_quote, customer=customer, product_version=version, inception_on=inception_on, by=by, at=at
    )
    last_year = date(at.year - (at.month < 4), 3, 31)
    facts = replace(
        facts_from(quote.facts), industry="manufacturing", sales_yen=500_000_000, fiscal_year_end=last_year,
        sales_kind="ACTUAL",
    )  # fmt: skip
    perform(
        actions.save_facts, quote=quote, facts=facts, inception_on=quote.inception_on, seen_version=quote.version,
        by=by, at=at,
    )  # fmt: skip
    said = sound_answers(version.book)
    perform(
        actions.save_answers, quote=quote, values=said, source=AnswerSource.SPOKEN, given_by="田中 一郎", by=by, at=at
    )
    quote.refresh_from_db()
    return quote


def sound_answers(book: Book) -> dict[str, Any]:
    """Every question that is asked, answered so that no underwriter is needed."""
    said: dict[str, Any] = {}
    for question in book.questions:
        fallback = OF_A_KIND.get(question.kind)
        said[question.id] = CALM.get(question.id, question.options[0].value if fallback is None else fallback)
    asked = {question.id for question in shown_questions(said, book)}
    declared = {declaration.id: "yes" for declaration in book.declarations if declaration.stage == "quote"}
    return declared | {name: value for name, value in said.items() if name in asked}


def issue(quote: Quote, house: House, *, at: datetime) -> Quote:
    """Choose the first plan, let the book judge, take every step, apply and issue."""
    by = house.user
    plan = quote.product_version.book.plans[0]
    perform(actions.add_option, quote=quote, selection=selection_of(plan), by=by, at=at)
    quote.refresh_from_db()
    quote = perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=at)
    if quote.status != QuoteStatus.OFFERED:
        raise Refused("ベンチの見積が提示できません。", reasons=[str(quote.verdict)])
    papers = {paper.kind: paper for paper in Paper.objects.about(quote)}
    details: dict[StepKind, dict[str, Any]] = {
        StepKind.AUTHORITY_SHOWN: {},
        StepKind.COMPARISON: {
            "shown": "、".join(insurers_sold(quote.inception_on)),
            "criteria": "情報漏えいへの備え",
            "reason": "賠償責任の限度額が、ご希望の額に最も近い。",
        },
        StepKind.INTENT_FIRST: {"text": "情報漏えいに備えたい"},
        StepKind.DISCLOSURE_DELIVERED: {},
        StepKind.DISCLOSURE_EXPLAINED: dict.fromkeys(SPOKEN_POINTS, True),
        StepKind.QUESTIONNAIRE_SIGNED: {
            "declarations": [
                {"id": d.id, "wording": d.wording, "value": "yes"} for d in application_declarations(quote)
            ]
        },
        StepKind.ANTISOCIAL: {"result": "clear", "source": "新聞記事検索"},
        StepKind.INTENT_FINAL: {"text": "見積のプランで申し込む", "changes": "変更なし"},
    }
    shown = {
        StepKind.DISCLOSURE_DELIVERED: papers[PaperKind.DISCLOSURE],
        StepKind.QUESTIONNAIRE_SIGNED: papers[PaperKind.QUESTIONNAIRE],
    }
    for kind, detail in details.items():
        perform(
            actions.record_step, quote=quote, kind=kind, happened_at=at, method=Method.IN_PERSON,
            counterpart="田中 一郎", detail=detail, paper=shown.get(kind), by=by, at=at,
        )  # fmt: skip
    quote = perform(
        actions.apply, quote=quote, option=quote.options.get(), payment_way="monthly", received_at=at, received_by=by,
        method=Method.IN_PERSON, applicant_name="田中 一郎", applicant_title="総務部長", by=by, at=at,
    )  # fmt: skip
    return perform(actions.issue_quote, quote=quote, by=by, at=at)
