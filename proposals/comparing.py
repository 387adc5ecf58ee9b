"""Every product the agency sells, side by side for one customer (比較): who can have it, at what price, and how each
cover meets the wishes. Reads only; what is eligible and what it costs is for the books, the order for `rules`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from core.errors import Refused
from customers.models import Customer
from products.book import Book, Plan
from products.eligibility import Outcome, judge
from products.models import ProductVersion
from products.payout import payable
from products.queries import products_sold_on
from products.risks import Risk, Selection, riders_in_force, risk_from
from products.scoring import answer_fact, missing_answers
from proposals.covers import covers_to_compare
from proposals.models import Wish
from proposals.needs import needs, served
from proposals.rules import CoverFacts, Fit, Wishes, fit_of, place_of, why_out
from quotes.facts import RiskFacts
from quotes.models import Answer
from quotes.papers.offer import premium_label
from quotes.queries import Case

SHOWN_PLANS = 2  # of each product whose plans differ in limits only; the others are one click away
WISHED = "wish"
# While nobody has answered the questionnaire, premiums are estimated as S003's examples are: half the measures taken.
ASSUMED_SCORE = 50
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "accept": ("見積可能", "good"),
    "ask": ("確認が必要", "warn"),
    "refer": ("引受照会", "wait"),
    "decline": ("対象外", "bad"),
}


@dataclass(frozen=True, slots=True)
class Wished:
    """What a comparison starts from: from when, for which business, and what is wanted."""

    inception_on: date
    facts: RiskFacts
    wishes: Wishes
    losses: tuple[tuple[str, int], ...] = ()  # an imagined event: coverage and yen


def wished_of(wish: Wish) -> Wished:
    """A recorded wish as the comparison takes it."""
    return Wished(wish.inception_on, wish.risk_facts, wish.wishes, wish.losses)


@dataclass(frozen=True, slots=True)
class Column:
    """One cover of one product, priced and held against the wishes. `key` is neutral: product and plan by codes."""

    key: str
    version: ProductVersion
    book: Book
    label: str
    selection: Selection
    limits: Mapping[str, int]
    riders: tuple[str, ...]
    serves: tuple[str, ...]
    pays_yen: int
    premium_yen: int | None
    premium_label: str
    is_reference: bool
    why_unpriced: str
    problems: tuple[str, ...]
    outcome: Outcome
    fit: Fit
    outs: tuple[str, ...]

    @property
    def product(self) -> str:
        return self.book.name

    @property
    def facts(self) -> CoverFacts:
        """The cover as the order sees it."""
        chosen = self.selection
        return CoverFacts(
            self.key, frozenset(self.serves), chosen.liability_yen, chosen.cost_yen, self.premium_yen, self.problems
        )

    @property
    def outcome_label(self) -> str:
        return OUTCOMES[self.outcome][0]

    @property
    def outcome_style(self) -> str:
        return OUTCOMES[self.outcome][1]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One product: whether this customer can have it, why not, and its covers."""

    version: ProductVersion
    book: Book
    outcome: Outcome
    reasons: tuple[str, ...]
    score_is_assumed: bool
    columns: tuple[Column, ...]
    plans_left_out: int

    @property
    def outcome_label(self) -> str:
        return OUTCOMES[self.outcome][0]

    @property
    def outcome_style(self) -> str:
        return OUTCOMES[self.outcome][1]


@dataclass(frozen=True)
class Comparison:
    """The whole picture: every product sold that day, and every cover that can be had in the order of the wishes."""

    customer: Customer
    wished: Wished
    candidates: tuple[Candidate, ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every cover, in the order of the wishes."""
        every = (column for candidate in self.candidates for column in candidate.columns)
        return tuple(sorted(every, key=lambda column: place_of(column.facts, self.wished.wishes)))

    @property
    def fitting(self) -> tuple[Column, ...]:
        """The covers that meet every wish."""
        return tuple(column for column in self.columns if column.fit.fits)

    @property
    def out(self) -> tuple[Column, ...]:
        """The covers that can be had, but miss a wish; each says which."""
        return tuple(column for column in self.columns if not column.fit.fits)

    @property
    def insurers(self) -> tuple[str, ...]:
        """Whose products are sold that day."""
        return tuple(dict.fromkeys(candidate.book.insurer for candidate in self.candidates))

    @property
    def some_score_is_assumed(self) -> bool:
        return any(candidate.score_is_assumed and candidate.columns for candidate in self.candidates)

    def seen(self, keys: Iterable[str] = ()) -> "Comparison":
        """The same with the nearest covers of each product only, and those with these keys."""
        wanted, candidates = set(keys), []
        for one in self.candidates:
            near = one.columns[: shown_plans(one.book)]
            kept = (*near, *(column for column in one.columns[len(near) :] if column.key in wanted))
            candidates.append(replace(one, columns=kept, plans_left_out=len(one.columns) - len(kept)))
        return replace(self, candidates=tuple(candidates))

    def column(self, key: str) -> Column:
        """A cover by its key. Refused when it is not part of the comparison any more."""
        found = next((column for column in self.columns if column.key == key), None)
        if found is None:
            raise Refused("選んだプランが比較にありません。意向を確認して、もう一度選んでください。")
        return found


def compare(customer: Customer, wished: Wished) -> Comparison:
    """Judge and price every cover of every product sold on the wished day; three statements however many they are."""
    answers = _latest_answers(customer)
    versions = products_sold_on(wished.inception_on)
    candidates = [_candidate(version, wished, answers) for version in versions]
    order = {"accept": 0, "ask": 1, "refer": 2, "decline": 3}
    return Comparison(customer, wished, tuple(sorted(candidates, key=lambda one: order[one.outcome])))


def _latest_answers(customer: Customer) -> dict[str, Any]:
    """What this customer last answered, in whichever quote it was."""
    rows = Answer.objects.filter(quote__customer=customer, is_carried=False).exclude(value=None)
    return dict(rows.order_by("answered_at", "pk").values_list("question_id", "value"))


def _candidate(version: ProductVersion, wished: Wished, said: Mapping[str, Any]) -> Candidate:
    book = version.book
    answers = _answers_for(book, said)
    known = {**wished.facts.for_rating(), "inception_on": wished.inception_on.isoformat()}
    if book.industry(str(known.get("industry", ""))) is None:
        known.pop("industry", None)
    risk = risk_from(known, book, answers)
    assumed = bool([q for q in missing_answers(answers, book, risk.facts) if q.score is not None])
    if assumed:
        risk = Risk(MappingProxyType({**risk.facts, "security_score": ASSUMED_SCORE}))
    case = Case(book, wished.facts, answers, frozenset(), risk)
    verdict = judge(risk, book)
    outcome: Outcome = verdict.outcome
    reasons = [reason.sentence for reason in verdict.reasons]
    outcome, first = _for_whom(book, answers, outcome)
    reasons[:0] = first
    selections = [] if outcome == "decline" else covers_to_compare(book, wished.wishes)
    columns = sorted(
        (_column(version, case, selection, wished, outcome) for selection in selections),
        key=lambda column: place_of(column.facts, wished.wishes),
    )
    if missing := len(missing_answers(answers, book, risk.facts)):
        reasons.append(f"告知書のうち{missing}問が未回答です。見積のときに回答してください。")
    if outcome in ("accept", "ask") and (own := _every_cover_refers(case, columns)):
        outcome = "refer"
        reasons += own
    return Candidate(version, book, outcome, tuple(dict.fromkeys(reasons)), assumed, tuple(columns), 0)


def shown_plans(book: Book) -> int:
    """How many covers of a product stand in the table at first: every plan where plans differ in more than limits."""
    return len(book.plans_for_sale) if book.plan_is_chosen else SHOWN_PLANS


def _for_whom(book: Book, answers: Mapping[str, Any], outcome: Outcome) -> tuple[Outcome, list[str]]:
    """A product for members or for the certified only: what has to be confirmed before it can be had."""
    if outcome == "decline":
        return outcome, []
    if book.group is not None and book.group.membership not in answers:
        words = f"{book.group.member_label}だけが加入できます。会員かどうかを確認してください。"
        return _at_least("ask", outcome), [words]
    first = needs().confirmation_of(book)
    if first is None or answers.get(first.question) == "yes":
        return outcome, []
    if answers.get(first.question) == "no":
        return "decline", [first.otherwise]
    return _at_least("ask", outcome), [first.unknown]


def _at_least(ask: Outcome, outcome: Outcome) -> Outcome:
    return ask if outcome == "accept" else outcome


def _every_cover_refers(case: Case, columns: Iterable[Column]) -> list[str]:
    """The reasons for underwriting when no cover of the product goes without it."""
    verdicts = [judge(case.risk, case.book, column.selection) for column in columns]
    if not verdicts or any(verdict.outcome not in ("refer", "decline") for verdict in verdicts):
        return []
    return [reason.sentence for verdict in verdicts for reason in verdict.reasons if reason.outcome == "refer"]


def _answers_for(book: Book, said: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that this book's questions can take; another carrier's choices are not ours."""
    taken: dict[str, Any] = {}
    for question in book.questions:
        if question.id in said:
            try:
                answer_fact(question, said[question.id])
            except Refused:
                continue
            taken[question.id] = said[question.id]
    return taken


def _column(version: ProductVersion, case: Case, selection: Selection, wished: Wished, outcome: Outcome) -> Column:
    book = case.book
    plan = book.plan(selection.plan)
    own = judge(case.risk, book, selection)
    declined = (one.sentence for one in own.reasons if one.outcome == "decline")
    problems = (*case.problems(selection), *declined)
    if own.outcome == "refer":
        outcome = "refer"
    receipt, why = case.price(selection) if not problems else (None, "")
    in_force = riders_in_force(selection, book)
    serves = served(selection, book)
    premium = receipt.total_yen if receipt else None
    key = f"{book.code}:{selection.plan or WISHED}"
    facts = CoverFacts(key, frozenset(serves), selection.liability_yen, selection.cost_yen, premium, problems)
    fit = fit_of(facts, wished.wishes)
    return Column(
        key=key,
        version=version,
        book=book,
        label=_label(plan),
        selection=selection,
        limits={f"{part.code}": selection.limit(part.code) for part in book.coverages},
        riders=tuple(rider.label for rider in book.riders if rider.code in in_force),
        serves=serves,
        pays_yen=_pays(case, selection, wished),
        premium_yen=premium,
        premium_label=premium_label(book, wished.inception_on),
        is_reference=bool(receipt and receipt.is_reference),
        why_unpriced=why,
        problems=problems,
        outcome=outcome,
        fit=fit,
        outs=why_out(fit, _must_labels()),
    )


def _label(plan: Plan | None) -> str:
    return plan.label if plan else "ご希望の限度額"


def _must_labels() -> dict[str, str]:
    """What a must-have is called."""
    return {need.code: need.cover for need in needs().needs}


def _pays(case: Case, selection: Selection, wished: Wished) -> int:
    """What the cover would pay for the imagined event; a coverage the product does not know pays nothing."""
    losses = {code: yen for code, yen in wished.losses if case.book.coverage(code)}
    return payable(case.book, selection, losses, risk=case.risk).paid_yen
