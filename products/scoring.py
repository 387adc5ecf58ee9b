"""The questionnaire's arithmetic: which questions are asked, what is missing, and the security score (評点)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.errors import Refused
from products.book import Book, Declaration, Question
from products.facts import COMPANY_FACTS, FactValue

YES_NO = {"yes": "はい", "no": "いいえ", "unknown": "わからない"}


@dataclass(frozen=True, slots=True)
class SectionScore:
    """How much of a section's weight is in place, for the screen and the underwriter."""

    code: str
    label: str
    percent: int
    questions: int


def answer_fact(question: Question, answer: Any) -> FactValue:
    """An answer as conditions see it; blank is "" or 0. Raises Refused for an answer of the wrong kind."""
    number = question.kind in ("amount", "count")
    if answer is None or answer == "":
        return 0 if number else ""
    if number:
        if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < 10**15:
            raise _wrong(question)
        return answer
    if question.kind == "date":
        return _day(question, answer)
    if not isinstance(answer, str):
        raise _wrong(question)
    if question.kind == "yes_no" and answer not in YES_NO:
        raise _wrong(question)
    if question.kind == "choice" and answer not in {option.value for option in question.options}:
        raise _wrong(question)
    return answer


def declared(declaration: Declaration, answer: Any) -> str:
    """A declaration as conditions see it: "yes", "no" or blank. Raises Refused for anything else."""
    if answer in (None, ""):
        return ""
    if answer not in ("yes", "no"):
        raise Refused(f"「{declaration.wording}」の回答を選び直してください。", field=declaration.id)
    return str(answer)


def _day(question: Question, answer: Any) -> str:
    try:
        return (answer if isinstance(answer, date) else date.fromisoformat(answer)).isoformat()
    except (TypeError, ValueError) as error:
        raise _wrong(question) from error


def _wrong(question: Question) -> Refused:
    return Refused(f"「{question.wording}」の回答を選び直してください。", field=question.id)


def shown_questions(
    answers: Mapping[str, Any], book: Book, company: Mapping[str, FactValue] | None = None
) -> tuple[Question, ...]:
    """The questions that apply, given the answers so far and, where known, the company's facts."""
    # An answer left over from a question that is no longer asked counts as blank for those behind it.
    facts: dict[str, FactValue] = {name: fact.blank for name, fact in COMPANY_FACTS.items()}
    facts |= {figure.code: figure.value for figure in book.figures}
    facts |= {name: value for name, value in (company or {}).items() if name in COMPANY_FACTS}
    shown = []
    for question in book.questions:
        if question.shown_when is None or book.language.of(facts).holds(question.shown_when):
            shown.append(question)
            given = answers.get(question.id)
            if question.id not in COMPANY_FACTS or given not in (None, ""):
                facts[question.id] = answer_fact(question, given)
        elif question.id not in COMPANY_FACTS:
            facts[question.id] = answer_fact(question, None)
    return tuple(shown)


def missing_answers(
    answers: Mapping[str, Any], book: Book, company: Mapping[str, FactValue] | None = None
) -> tuple[Question, ...]:
    """The required questions nobody has answered. Blank is not いいえ (checks 9)."""
    return tuple(
        question
        for question in shown_questions(answers, book, company)
        if question.required and answers.get(question.id) in (None, "")
    )


def _credit(question: Question, answer: Any) -> Decimal:
    if question.kind == "choice":
        return next((option.credit for option in question.options if option.value == answer), Decimal(0))
    return Decimal(1) if answer == "yes" else Decimal(0)


def _earned(book: Book, answers: Mapping[str, Any], company: Mapping[str, FactValue] | None) -> dict[str, Decimal]:
    """What each question earns of its weight: 0 to 1."""
    shown = shown_questions(answers, book, company)
    scored = [(question, question.score) for question in shown if question.score is not None]
    earned = {question.id: _credit(question, answers.get(question.id)) for question, _ in scored}
    if any(score.when is not None for _, score in scored):
        facts = dict(company or {}) | {q.id: answer_fact(q, answers.get(q.id)) for q in shown}
        facts |= {figure.code: figure.value for figure in book.figures}
        known = book.language.of(facts)
        for question, score in scored:
            if score.when is not None and not known.holds(score.when):
                earned[question.id] = Decimal(0)
    return earned


def _percent(questions: list[Question], earned_of: Mapping[str, Decimal]) -> int:
    weights = {question.id: question.score.weight for question in questions if question.score is not None}
    whole = sum(weights.values())
    if not whole:
        return 0
    earned = sum(
        (weight * earned_of.get(name, Decimal(0)) for name, weight in weights.items()),
        start=Decimal(0),
    )
    return int((earned * 100 / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def security_score(answers: Mapping[str, Any], book: Book, company: Mapping[str, FactValue] | None = None) -> int:
    """The weighted share of measures in place, 0 to 100.

    Only はい counts (a choice counts by its credit); いいえ, わからない and blank earn nothing. A follow-up that is
    not asked earns nothing either, so that a better answer can never lower the score. Where a question's weight has
    a condition (はい to MFA counts only when it is said where), it must hold.
    """
    return _percent(list(book.questions), _earned(book, answers, company))


def section_scores(
    answers: Mapping[str, Any], book: Book, company: Mapping[str, FactValue] | None = None
) -> tuple[SectionScore, ...]:
    """The score by section of the questionnaire, for sections that score."""
    earned = _earned(book, answers, company)
    scores = []
    for section in book.sections:
        scored = [q for q in book.questions if q.section == section.code and q.score is not None]
        if scored:
            scores.append(SectionScore(section.code, section.label, _percent(scored, earned), len(scored)))
    return tuple(scores)
