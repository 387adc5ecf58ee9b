"""What screens, papers and decisions need to know about a quote, in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.permissions import check_can_solicit
from core.errors import Refused
from core.screens import why_not
from customers.models import Customer, SalesFigure
from customers.queries import consents_of, latest_sales, primary_contact
from products.book import Book, Declaration, RequiredDocument
from products.eligibility import judge
from products.limits import check_limits
from products.queries import products_sold_on
from products.rating import Receipt, rate
from products.riders import check_riders
from products.risks import Risk, Selection, known_of, risk_from
from products.scoring import missing_answers
from products.terms import check_begins
from quotes.carrying import Earlier
from quotes.checklist import CaseFacts, Done, Solicitor, ToMeet
from quotes.facts import RiskFacts, facts_for_rating, facts_from, selection_from
from quotes.models import Answer, Quote, QuoteOption, Referral, Step
from quotes.rules import OptionFacts
from quotes.states import AnswerSource, Before, ConditionKind, Decision, QuoteStatus, StepKind

# The question of the books whose answer names further insureds.
SUBSIDIARIES_QUESTION = "subsidiary_names"


@dataclass(frozen=True, slots=True)
class Case:
    """A quote with its book, facts and answers, ready to be rated and judged.

    `answers` holds what was said, last year's carried words included; `unconfirmed` names those.
    """

    book: Book
    facts: RiskFacts
    answers: Mapping[str, Any]
    unconfirmed: frozenset[str]
    risk: Risk

    def confirmed(self) -> dict[str, Any]:
        """Only this year's answers."""
        return {name: value for name, value in self.answers.items() if name not in self.unconfirmed}

    def price(self, selection: Selection) -> tuple[Receipt | None, str]:
        """The premium with its receipt, or the sentence that says why there is none."""
        if not self.facts.industry or self.facts.sales_yen is None:
            return None, "業種と年間売上高を入力すると、保険料を計算します。"
        try:
            return rate(self.risk, selection, self.book), ""
        except Refused as refusal:
            return None, refusal.message

    def problems(self, selection: Selection) -> list[str]:
        """Everything wrong with a selection; empty when it can be had."""
        limits = [problem.sentence for problem in check_limits(self.book, selection, self.risk)]
        return limits + [conflict.sentence for conflict in check_riders(self.book, selection, self.risk)]


def case_of(quote: Quote, answered: Sequence[Answer] | None = None) -> Case:
    """Read a quote's case: the version's book, and the answers unless the caller has them."""
    rows = list(quote.answers.all()) if answered is None else answered
    answers = {row.question_id: row.value for row in rows if row.value not in (None, "")}
    book = quote.product_version.book
    facts = facts_from(quote.facts)
    unconfirmed = frozenset(row.question_id for row in rows if row.is_carried)
    return Case(book, facts, answers, unconfirmed, risk_from(rating_facts(quote, facts), book, answers))


def facts_of_customer(customer: Customer) -> RiskFacts:
    """What the customer's file knows for a first quote."""
    figure = latest_sales(customer)
    # Premiums rest on sales with tax: a figure without it is asked for again.
    if figure is None or figure.tax == SalesFigure.Tax.EXCLUDED:
        return RiskFacts(industry=customer.industry, employees=customer.employees)
    return RiskFacts(customer.industry, figure.sales_yen, figure.fiscal_year_end, figure.kind, customer.employees)


def answers_shown(quote: Quote) -> list[Answer]:
    """A form's answers with what a page names beside them: the document, and where a taken-over one comes from."""
    origin = "carried_from__quote__product_version"
    rows = quote.answers.select_related("answered_by", "evidence", f"{origin}__product")
    return list(rows.defer("evidence__content", f"{origin}__content", "carried_from__quote__facts"))


def answers_given(customer: Customer) -> list[Answer]:
    """What the customer ever confirmed: of each question, product and version of the wording the newest answer."""
    said = Answer.objects.filter(quote__customer=customer, is_carried=False, value__isnull=False)
    product = "quote__product_version__product"
    one = ("question_id", f"{product}_id", "wording_version")
    newest = said.order_by(*one, "-answered_at", "-pk").distinct(*one)
    return list(newest.select_related(product).defer("quote__product_version__content"))


def as_earlier(answer: Answer) -> Earlier:
    """An answer as the rule of taking over sees it."""
    code = answer.quote.product_version.product.code
    return Earlier(answer.pk, answer.question_id, code, answer.wording_version, answer.value, answer.answered_at)


def rating_facts(quote: Quote, facts: RiskFacts) -> dict[str, Any]:
    """What the book's conditions may ask about the quote beside its answers."""
    return facts_for_rating(facts, inception_on=quote.inception_on, is_renewal=quote.is_renewal)


def documents_wanted(case: Case) -> list[RequiredDocument]:
    """The papers the book wants to see for these facts and answers (提出書類)."""
    known = known_of(case.risk, case.book)
    return [document for document in case.book.documents if known.holds(document.when)]


def option_facts(case: Case, option: QuoteOption) -> OptionFacts:
    """An option as `rules.triage` sees it."""
    selection = selection_from(option.selection)
    verdict = judge(case.risk, case.book, selection)
    return OptionFacts(option.label, verdict, option.unpriced_reason, case.book.carrier_quote is not None)


def steps_in_force(quote: Quote) -> list[Step]:
    """The record of solicitation without the lines that were corrected."""
    steps = list(quote.steps.all())
    corrected = {step.corrects_id for step in steps if step.corrects_id}
    return [step for step in steps if step.pk not in corrected]


def latest_step(quote: Quote, kind: str) -> Step | None:
    """The newest step of a kind that was not corrected."""
    return max((step for step in steps_in_force(quote) if step.kind == kind), key=lambda s: s.at, default=None)


def declarations_made(quote: Quote) -> list[str]:
    """The wordings the customer declared when signing, as they were asked."""
    signed = latest_step(quote, StepKind.QUESTIONNAIRE_SIGNED)
    said = signed.detail.get("declarations", []) if signed else []
    return [declaration["wording"] for declaration in said if declaration["value"] == "yes"]


def done(step: Step) -> Done:
    return Done(step.kind, step.at, step.edition, step.method, step.detail)


def insurers_sold(on: date) -> list[str]:
    """The insurers whose products can be quoted that day, by name."""
    return sorted({version.product.insurer for version in products_sold_on(on)})


def application_declarations(quote: Quote) -> list[Declaration]:
    """What the customer declares when signing, not before (申込時の申告)."""
    return [d for d in quote.product_version.book.declarations if d.stage == "application"]


def case_facts(quote: Quote, on: date, taker: User | None = None) -> CaseFacts:
    """What `checklist` decides on. `taker` takes the application; without one it is the person in charge."""
    solicitor = taker or quote.in_charge
    conditional = latest_decision(quote)
    since = conditional.decided_at if conditional and conditional.decision == Decision.CONDITIONAL else None
    return CaseFacts(
        edition=quote.edition,
        inception_on=quote.inception_on,
        insurers_sold=len(insurers_sold(on)),
        conditions_since=since,
        steps=tuple(done(step) for step in steps_in_force(quote)),
        declarations=tuple(d.id for d in application_declarations(quote)),
        consents=tuple(consents_of(quote.customer)),
        conditions=_to_meet(quote),
        is_offered=quote.status in {QuoteStatus.OFFERED, QuoteStatus.APPLIED, QuoteStatus.ISSUED},
        valid_until=quote.valid_until if quote.status == QuoteStatus.OFFERED else None,
        questions_left=_questions_left(quote) if quote.status == QuoteStatus.DRAFT else 0,  # later they stand still
        solicitor=Solicitor(solicitor.name, why_not(check_can_solicit, solicitor, on) is None),
        antisocial_days=settings.ANTISOCIAL_DAYS,
        begins_lack=_begins_lack(quote, on),
    )


def _begins_lack(quote: Quote, on: date) -> str:
    """Why the book does not let this cover begin that day for an application of today; a renewal follows its policy."""
    if quote.is_renewal:
        return ""
    return why_not(check_begins, quote.product_version.book, quote.inception_on, on) or ""


def _questions_left(quote: Quote) -> int:
    """Questions and declarations nobody has answered for this form."""
    case = case_of(quote)
    said = case.confirmed()
    declarations = [one for one in case.book.declarations if one.stage == "quote" and one.id not in said]
    return len(missing_answers(said, case.book, case.risk.facts)) + len(declarations)


def _to_meet(quote: Quote) -> tuple[ToMeet, ...]:
    """The conditions before the application. What asks only for the customer's consent is met by its own step."""
    rows = quote.conditions.filter(edition=quote.edition, before=Before.APPLICATION)
    return tuple(ToMeet(c.pk, c.sentence, c.settled_at) for c in rows.exclude(kind=ConditionKind.CONSENT))


def open_referral(quote: Quote) -> Referral | None:
    """The referral that waits, if one does."""
    return quote.referrals.undecided().first()


def latest_decision(quote: Quote) -> Referral | None:
    """The decision on the present edition: one made since the quote was last submitted."""
    if quote.submitted_at is None:
        return None
    return quote.referrals.filter(asked_at__gte=quote.submitted_at, status=Referral.Status.DECIDED).last()


def people_who_entered(quote: Quote) -> set[int]:
    """Everybody who put something into the case: none of them decides it (checks 42)."""
    people = {quote.opened_by_id, quote.submitted_by_id or quote.opened_by_id}
    return people | set(Answer.objects.filter(quote=quote).values_list("answered_by", flat=True))


def highest_liability(quote: Quote) -> int:
    """The highest liability limit among the options, in yen: what an underwriter's authority is held against."""
    return max((option.selection["liability_yen"] for option in quote.options.all()), default=0)


def subsidiaries(quote: Quote) -> list[str]:
    """Names of the subsidiaries to be insured, one line each, as answered."""
    answer = quote.answers.filter(question_id=SUBSIDIARIES_QUESTION, is_carried=False).first()
    if answer is None or not answer.value:
        return []
    lines = str(answer.value).replace("、", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


def last_giver(quote: Quote, answered: Sequence[Answer] | None = None) -> dict[str, str]:
    """Who answered last and how; before the first answer, the customer's contact."""
    rows = quote.answers.all() if answered is None else answered
    last = max((row for row in rows if not row.is_carried), key=lambda row: (row.answered_at, row.pk), default=None)
    if last is not None:
        return {"given_by": last.given_by, "source": last.source}
    contact = primary_contact(quote.customer)
    return {"given_by": contact.name if contact else "", "source": AnswerSource.SPOKEN}
