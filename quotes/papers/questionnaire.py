"""告知書: every question in the wording that was asked, with its version and the customer's answer (checks 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.clock import jst
from core.money import format_yen
from correspondence.models import Paper
from correspondence.pages import Addressee, Block, Party, Row, Signer, customer_party, written_day
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from products.book import Book, Declaration, Question
from products.risks import risk_from
from products.scoring import YES_NO, shown_questions
from quotes.models import Answer, Quote
from quotes.papers.offer import Offer, file_offer_paper, offer_of, risk_rows
from quotes.queries import rating_facts
from quotes.states import AnswerSource

TEMPLATE = "papers/questionnaire.html"
BLANK = "未回答"
DECLARED = {"yes": "はい(相違ありません)", "no": "いいえ"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer. `version` is that of the wording; `by` marks who answered, `proof` the document the
    answer rests on."""

    number: str
    question: str
    version: int
    answer: str
    by: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class AskedSection:
    """The questions under one heading."""

    title: str
    rows: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class QuestionnairePage:
    """What a 告知書 says."""

    agency: dict[str, str]
    addressee: Addressee
    edition: int
    product: str
    duty: Block
    applicant: Party
    risk: tuple[Row, ...]
    sections: tuple[AskedSection, ...]
    respondents: tuple[Row, ...]
    signer: Signer
    documents: tuple[Row, ...] = ()
    explained: tuple[Row, ...] = ()


def questionnaire_page(quote: Quote) -> QuestionnairePage:
    """The page of a quote's 告知書."""
    offer = offer_of(quote)
    rows = quote.answers.select_related("evidence").defer("evidence__content")
    answers = {answer.question_id: answer for answer in rows if answer.counts}
    marks = _marks(answers.values())
    duty = next(text for text in offer.book.texts.attention if text.code == "disclosure_duty")
    return QuestionnairePage(
        agency=agency_head(quote.agency, quote.in_charge),
        addressee=addressee_of_insurer(offer.book),
        edition=quote.edition,
        product=offer.book.name,
        duty=Block(duty.heading, duty.paragraphs, duty.items, important=True),
        applicant=customer_party(quote.customer, "告知する方(保険契約者・記名被保険者)"),
        risk=risk_rows(offer),
        sections=tuple(sections_of(offer, answers, marks)),
        respondents=tuple(
            Row(mark or "回答した方", f"{name} 様({AnswerSource(source).label}、{day})")
            for (name, source, day), mark in marks.items()
        ),
        signer=Signer(quote.customer.name),
        documents=tuple(Row(mark, name) for name, mark in _proofs(answers.values()).items()),
        explained=tuple(Row(one.sentence, f"{one.text}({one.given_by} 様)") for one in quote.explanations.all()),
    )


def file_questionnaire(quote: Quote, *, by: User, at: datetime) -> Paper:
    """File the 告知書 of this edition of the offer."""
    return file_offer_paper(offer_of(quote), PaperKind.QUESTIONNAIRE, TEMPLATE, questionnaire_page(quote), by=by, at=at)


def addressee_of_insurer(book: Book) -> Addressee:
    """告知書 and 申込書 go to the insurer."""
    return Addressee(book.insurer)


def sections_of(
    offer: Offer, answers: dict[str, Answer], marks: dict[tuple[str, str, str], str]
) -> Iterable[AskedSection]:
    """The declarations, then the questions that were asked, by the book's sections."""
    book = offer.book
    declared = [part for part in book.declarations if part.stage == "quote"]
    asked = [(declaration.wording, declaration, _declared(answers.get(declaration.id))) for declaration in declared]
    number = 1
    if asked:
        yield _section(number, "申告事項", asked, answers, marks)
        number += 1
    values = {name: answer.value for name, answer in answers.items()}
    shown = shown_questions(values, book, risk_from(rating_facts(offer.quote, offer.facts), book, values).facts)
    for section in book.sections:
        questions = [question for question in shown if question.section == section.code]
        if questions:
            said = [(question.wording, question, said_to(question, answers.get(question.id))) for question in questions]
            yield _section(number, section.label, said, answers, marks)
            number += 1


def _section(
    number: int,
    title: str,
    asked: Sequence[tuple[str, Question | Declaration, str]],
    answers: dict[str, Answer],
    marks: dict[tuple[str, str, str], str],
) -> AskedSection:
    rows = []
    proofs = _proofs(answers.values())
    for place, (wording, part, said) in enumerate(asked, start=1):
        answer = answers.get(part.id)
        rows.append(
            Asked(
                number=f"{number}-{place}",
                question=answer.wording if answer else wording,
                version=answer.wording_version if answer else part.version,
                answer=said,
                by=marks[_respondent(answer)] if answer else "",
                proof=proofs[answer.evidence.filename] if answer and answer.evidence else "",
            )
        )
    return AskedSection(f"{number}. {title}", tuple(rows))


def said_to(question: Question, answer: Answer | None) -> str:
    """An answer in words. Blank is 未回答, never いいえ."""
    if answer is None:
        return BLANK
    value = answer.value
    if question.kind == "yes_no":
        return YES_NO.get(str(value), str(value))
    if question.kind == "choice":
        return next((option.label for option in question.options if option.value == value), str(value))
    if question.kind == "amount":
        return format_yen(value)
    if question.kind == "count":
        return f"{value:,}"
    return str(value)


def _declared(answer: Answer | None) -> str:
    return DECLARED.get(str(answer.value), str(answer.value)) if answer else BLANK


def _respondent(answer: Answer) -> tuple[str, str, str]:
    return answer.given_by, answer.source, written_day(jst(answer.answered_at).date())


def _proofs(answers: Iterable[Answer]) -> dict[str, str]:
    """The documents answers rest on, each with its mark."""
    names = sorted({answer.evidence.filename for answer in answers if answer.evidence})
    return {name: f"[書類{number}]" for number, name in enumerate(names, start=1)}


def _marks(answers: Iterable[Answer]) -> dict[tuple[str, str, str], str]:
    """Who answered, how and when, each with a letter; no letter where it was always the same."""
    people = list(dict.fromkeys(_respondent(answer) for answer in answers))
    return {person: (f"({number})" if len(people) > 1 else "") for number, person in enumerate(people, start=1)}
