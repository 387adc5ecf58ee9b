"""The contradictions of a quote: what the rules find in it, and what the customer explained. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from core.clock import jst
from core.models import key_of, thread_key
from correspondence.models import Document
from customers.happenings import happenings_of
from customers.industries import Industry
from customers.models import Customer
from products.book import Book, Declaration, Question
from products.scoring import shown_questions
from quotes.contradictions.facts import CaseSaid, Company, Filed, Finding, Place, Said
from quotes.contradictions.rules import findings
from quotes.facts import RiskFacts, facts_from
from quotes.models import Answer, Explanation, Quote
from quotes.queries import Case
from quotes.questionnaire import said
from quotes.states import OPEN_STATUSES, QuoteStatus

_IT = {Industry.IT_SERVICES, Industry.INTERNET_SERVICES}


@dataclass(frozen=True, slots=True)
class Side:
    """One place of a finding, with its address."""

    label: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A finding with the explanation that settles it, if there is one for just these words."""

    finding: Finding
    explanation: Explanation | None
    sides: tuple[Side, Side]

    @property
    def is_settled(self) -> bool:
        return self.explanation is not None

    @property
    def anchor(self) -> str:
        """Finds it on its page."""
        return f"c-{self.finding.fingerprint[:12]}"


def contradictions_of(quote: Quote, case: Case, answers: Sequence[Answer] | None = None) -> list[Contradiction]:
    """Everything in the quote that does not go together; five statements."""
    rows = list(quote.answers.all()) if answers is None else answers
    found = findings(_case_said(quote, case, rows))
    if not found:
        return []
    explained = {explanation.fingerprint: explanation for explanation in quote.explanations.all()}
    return [
        Contradiction(
            finding, explained.get(finding.fingerprint), (_side(finding.first, quote), _side(finding.second, quote))
        )
        for finding in found
    ]


def unsettled(quote: Quote, case: Case) -> list[str]:
    """What a submission lacks: each contradiction nobody settled, as a sentence."""
    return [
        f"告知の矛盾があります: {one.finding.sentence}回答を直すか、お客さまの説明を記録してください。"
        for one in contradictions_of(quote, case)
        if not one.is_settled
    ]


def contradicted_by_the_year(quote: Quote, case: Case, rows: Sequence[Answer]) -> frozenset[str]:
    """Questions whose taken-over answers do not go with what is known by now, if the customer were to confirm them."""
    found = findings(_case_said(quote, case, rows, as_if_confirmed=True))
    return frozenset(place.ref for one in found for place in (one.first, one.second) if place.kind == "answer")


def _case_said(quote: Quote, case: Case, rows: Sequence[Answer], *, as_if_confirmed: bool = False) -> CaseSaid:
    book = case.book
    asked = {question.id for question in shown_questions(case.answers, book, case.risk.facts)}
    asked |= {declaration.id for declaration in book.declarations}
    confirmed = [row for row in rows if row.counts or (as_if_confirmed and row.value not in (None, ""))]
    last, others = _other_forms(quote)
    last_facts = facts_from(last.facts) if last else RiskFacts()
    return CaseSaid(
        on=quote.inception_on,
        answers=_words(book, (row for row in confirmed if row.question_id in asked)),
        left_over=_words(book, (row for row in confirmed if row.question_id not in asked)),
        last_year=_told_in(book, last) if last else {},
        elsewhere={name: told for other in others for name, told in _told_in(book, other).items()},
        company=Company(case.facts.sales_yen, case.facts.is_planned, case.facts.industry in _IT),
        last_sales=(
            Said("sales_yen", last_facts.sales_yen, f"{last_facts.sales_yen:,}円", "年間売上高", last.number)
            if last and last_facts.sales_yen
            else None
        ),
        happenings=happenings_of(quote.customer),
        documents=_documents(quote),
    )


def _other_forms(quote: Quote) -> tuple[Quote | None, list[Quote]]:
    """The form of the contract that ends (else of the customer's newest contract), and his other open forms."""
    wanted = Q(status__in=OPEN_STATUSES) | Q(status=QuoteStatus.ISSUED)
    found = Quote.objects.filter(wanted, customer=quote.customer_id).exclude(pk=quote.pk).order_by("opened_at", "pk")
    rows = list(found.prefetch_related("answers"))
    issued = [row for row in rows if row.status == QuoteStatus.ISSUED]
    ending = [row for row in issued if quote.renewal_of_id is not None and row.policy_id == quote.renewal_of_id]
    last = (ending or issued)[-1] if issued else None
    return last, [row for row in rows if row.status != QuoteStatus.ISSUED]


def _documents(quote: Quote) -> tuple[Filed, ...]:
    keys = [thread_key(quote), key_of(Customer, quote.customer_id)]
    rows = (
        Document.objects.filter(about__overlap=keys)
        .order_by("-pk")
        .values_list("pk", "code", "filename", "uploaded_at")
    )
    return tuple(Filed(key, code, name, jst(at).date()) for key, code, name, at in rows)


def _told_in(book: Book, other: Quote) -> Mapping[str, Said]:
    return _words(book, (row for row in other.answers.all() if row.counts), other.number)


def _words(book: Book, rows: Iterable[Answer], number: str = "") -> Mapping[str, Said]:
    """Answers in the words of this book, which share the meaning and the values."""
    parts: dict[str, Question | Declaration] = {question.id: question for question in book.questions}
    parts |= {declaration.id: declaration for declaration in book.declarations}
    return {
        row.question_id: Said(row.question_id, row.value, said(parts[row.question_id], row.value), row.wording, number)
        for row in rows
        if row.question_id in parts
    }


def _side(place: Place, quote: Quote) -> Side:
    match place.kind:
        case "answer":
            url = f"{reverse('quotes:answers', args=[quote.number])}#q-{place.ref}"
        case "earlier":
            url = f"{reverse('quotes:answers', args=[place.number])}#q-{place.ref}"
        case "fact":
            url = reverse("quotes:facts", args=[quote.number])
        case "document":
            url = reverse("correspondence:document", args=[place.ref])
        case _:
            url = place.url
    label = f"{place.number}の告知: {place.label}" if place.number else place.label
    return Side(label, place.words, url)
