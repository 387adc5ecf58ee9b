"""Every product the agency sells, side by side for one customer (比較): who can have it, at what price, and where
the covers differ. Reads only; what is eligible and what it costs is for the books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from core.errors import Refused
from core.money import format_limit, format_yen
from customers.models import Customer
from products.book import Book, Plan
from products.eligibility import Outcome, judge
from products.models import ProductVersion
from products.payout import payable
from products.queries import products_sold_on
from products.risks import Risk, Selection, riders_in_force, risk_from, selection_of
from products.scoring import answer_fact, missing_answers
from quotes.facts import RiskFacts
from quotes.models import Answer
from quotes.papers.offer import premium_label
from quotes.queries import Case

SHOWN_PLANS = 2  # of each product whose plans differ in limits only; the others are one click away
WISH = "wish"
# While nobody has answered the questionnaire, premiums are estimated as S003's examples are: half the measures taken.
ASSUMED_SCORE = 50
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "accept": ("見積可能", "good"),
    "ask": ("確認が必要", "warn"),
    "refer": ("引受照会", "wait"),
    "decline": ("対象外", "bad"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the customer has in mind: from when, for which business, roughly which limits."""

    inception_on: date
    facts: RiskFacts
    liability_yen: int
    cost_yen: int
    all_plans: bool = False
    losses: tuple[tuple[str, int], ...] = ()  # an imagined event: coverage and yen


@dataclass(frozen=True, slots=True)
class Column:
    """One cover of one product, priced. `key` finds it again: the version and the plan."""

    key: str
    product: str
    label: str
    selection: Selection
    limits: Mapping[str, int]
    riders: tuple[str, ...]
    pays_yen: int
    premium_yen: int | None
    premium_label: str
    is_reference: bool
    why_unpriced: str
    problems: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `differs`: the covers are not all alike in it."""

    label: str
    values: tuple[str, ...]
    differs: bool
    kind: str = "num"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole picture: every product sold that day, and the table of the covers that can be had."""

    customer: Customer
    wish: Wish
    candidates: tuple[Candidate, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for candidate in self.candidates for column in candidate.columns)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Limits of every coverage somebody has, deductible, riders, period, ways to pay, premium."""
        return _rows(self.candidates, self.wish)

    @property
    def some_score_is_assumed(self) -> bool:
        return any(candidate.score_is_assumed and candidate.columns for candidate in self.candidates)

    def column(self, key: str) -> tuple[Candidate, Column]:
        """A cover by its key. Refused when it is not part of the comparison any more."""
        for candidate in self.candidates:
            for column in candidate.columns:
                if column.key == key:
                    return candidate, column
        raise Refused("選んだプランが比較にありません。条件を確認して、もう一度選んでください。")


def compare(customer: Customer, wish: Wish) -> Comparison:
    """Judge and price every product sold on the wished day; three statements whatever the number of products."""
    answers = _latest_answers(customer)
    versions = products_sold_on(wish.inception_on)
    order = {"accept": 0, "ask": 1, "refer": 2, "decline": 3}
    candidates = [_candidate(version, wish, answers) for version in versions]
    return Comparison(customer, wish, tuple(sorted(candidates, key=lambda one: order[one.outcome])))


def _latest_answers(customer: Customer) -> dict[str, Any]:
    """What this customer last answered, in whichever quote it was."""
    rows = Answer.objects.filter(quote__customer=customer, is_carried=False).exclude(value=None)
    return dict(rows.order_by("answered_at", "pk").values_list("question_id", "value"))


def _candidate(version: ProductVersion, wish: Wish, said: Mapping[str, Any]) -> Candidate:
    book = version.book
    answers = _answers_for(book, said)
    known = {**wish.facts.for_rating(), "inception_on": wish.inception_on.isoformat()}
    if book.industry(str(known.get("industry", ""))) is None:
        known.pop("industry", None)
    risk = risk_from(known, book, answers)
    assumed = bool([q for q in missing_answers(answers, book, risk.facts) if q.score is not None])
    if assumed:
        risk = Risk(MappingProxyType({**risk.facts, "security_score": ASSUMED_SCORE}))
    case = Case(book, wish.facts, answers, frozenset(), risk)
    verdict = judge(risk, book)
    selections = [] if verdict.outcome == "decline" else _selections(book, wish)
    shown = selections if wish.all_plans or book.plan_is_chosen else selections[:SHOWN_PLANS]
    columns = tuple(_column(version, case, selection, wish) for selection in shown)
    reasons = [reason.sentence for reason in verdict.reasons]
    if missing := len(missing_answers(answers, book, risk.facts)):
        reasons.append(f"告知書のうち{missing}問が未回答です。見積のときに回答してください。")
    outcome: Outcome = verdict.outcome
    if outcome == "accept" and book.group is not None and book.group.membership not in answers:
        outcome = "ask"
        reasons.insert(0, f"{book.group.member_label}だけが加入できます。会員かどうかを確認してください。")
    if outcome in ("accept", "ask") and (own := _every_cover_refers(case, columns)):
        outcome = "refer"
        reasons += own
    return Candidate(
        version, book, outcome, tuple(dict.fromkeys(reasons)), assumed, columns, len(selections) - len(shown)
    )


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


def _selections(book: Book, wish: Wish) -> list[Selection]:
    """The covers nearest to the wish first: those that reach it, the smallest of them first, then the largest below."""
    plans = sorted(book.plans_for_sale, key=lambda plan: _distance(plan, book, wish))
    selections = [selection_of(plan) for plan in plans]
    if book.limits_are_packages or book.plan_is_chosen or not plans:
        return selections
    wished = replace(selections[0], liability_yen=wish.liability_yen, cost_yen=wish.cost_yen, plan="")
    if any((s.liability_yen, s.cost_yen) == (wish.liability_yen, wish.cost_yen) for s in selections):
        return selections
    return [wished, *selections]


def _distance(plan: Plan, book: Book, wish: Wish) -> tuple[bool, int, int]:
    has_cost = any(coverage.code == "cost" and _in_plan(coverage.plans, plan) for coverage in book.coverages)
    short = plan.liability_yen < wish.liability_yen or (has_cost and plan.cost_yen < wish.cost_yen)
    sign = -1 if short else 1
    return short, sign * plan.liability_yen, sign * plan.cost_yen


def _in_plan(plans: tuple[str, ...], plan: Plan) -> bool:
    return not plans or plan.code in plans


def _column(version: ProductVersion, case: Case, selection: Selection, wish: Wish) -> Column:
    book = case.book
    plan = book.plan(selection.plan)
    problems = tuple(case.problems(selection))
    receipt, why = case.price(selection) if not problems else (None, "")
    in_force = riders_in_force(selection, book)
    return Column(
        key=f"{version.pk}:{selection.plan or WISH}",
        product=book.name,
        label=plan.label if plan else "ご希望の限度額",
        selection=selection,
        limits={f"{part.code}": selection.limit(part.code) for part in book.coverages},
        riders=tuple(rider.label for rider in book.riders if rider.code in in_force),
        pays_yen=_pays(case, selection, wish),
        premium_yen=receipt.total_yen if receipt else None,
        premium_label=premium_label(book, wish.inception_on),
        is_reference=bool(receipt and receipt.is_reference),
        why_unpriced=why,
        problems=problems,
    )


def _pays(case: Case, selection: Selection, wish: Wish) -> int:
    """What the cover would pay for the imagined event; a coverage the product does not know pays nothing."""
    losses = {code: yen for code, yen in wish.losses if case.book.coverage(code)}
    return payable(case.book, selection, losses, risk=case.risk).paid_yen


def _rows(candidates: tuple[Candidate, ...], wish: Wish) -> tuple[Row, ...]:
    labels: dict[str, str] = {}
    for candidate in candidates:
        if candidate.columns:
            labels |= {part.code: part.label for part in candidate.book.coverages if part.code not in labels}
    pairs = [(candidate, column) for candidate in candidates for column in candidate.columns]
    rows = [
        _row(f"{label}の限度額", [_limit(column.limits.get(code, 0)) for _, column in pairs])
        for code, label in labels.items()
        if any(column.limits.get(code) for _, column in pairs)
    ]
    rows.append(_row("自己負担額", [_deductible(column.selection.deductible_yen) for _, column in pairs]))
    rows.append(_row("特約・追加条項", ["\n".join(column.riders) or "なし" for _, column in pairs], "words"))
    if wish.losses:
        rows.append(_row("想定した事故で支払われる額", [_paid(column.pays_yen) for _, column in pairs]))
    rows.append(_row("払込方法", [_ways(candidate.book) for candidate, _ in pairs], "words"))
    rows.append(_row("保険料", [_premium(column, candidate.book) for candidate, column in pairs], "total"))
    return tuple(rows)


def _row(label: str, values: list[str], kind: str = "num") -> Row:
    return Row(label, tuple(values), len(set(values)) > 1, kind)


def _limit(yen: int) -> str:
    return format_limit(yen) if yen else "補償なし"


def _deductible(yen: int) -> str:
    return format_limit(yen) if yen else "なし"


def _paid(yen: int) -> str:
    return format_limit(yen) if yen else "支払なし"


def _ways(book: Book) -> str:
    return "\n".join(way.label for way in book.payments)


def _premium(column: Column, book: Book) -> str:
    if column.premium_yen is None and book.carrier_quote is not None and not column.problems:
        return "個別にご案内"
    if column.premium_yen is None:
        return column.problems[0] if column.problems else column.why_unpriced
    words = format_yen(column.premium_yen) + ("(参考)" if column.is_reference else "")
    return words if column.premium_label == "年間保険料" else f"{words}\n{column.premium_label}"
