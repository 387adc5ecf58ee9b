"""What is rated: the company as the book's conditions see it (`Risk`), and the cover somebody chose (`Selection`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from core.errors import Refused
from products.book import Book, Plan
from products.conditions import Known
from products.facts import COMMON_COVERAGES, COMPANY_FACTS, DERIVED_FACTS, SELECTION_FACTS, FactValue
from products.scoring import answer_fact, declared, security_score, shown_questions

LAST_DAY = "9000-01-01"  # the calendar has an end, and terms run up to it


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of the company: every fact the book's conditions may name, blanks filled in."""

    facts: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Selection:
    """The cover somebody chose. `other_limits` holds coverages beyond the four common ones, by code, in yen."""

    liability_yen: int
    cost_yen: int
    deductible_yen: int = 0
    bi_yen: int = 0
    continuity_yen: int = 0
    waiting_hours: int = 0
    riders: tuple[str, ...] = ()
    plan: str = ""
    other_limits: tuple[tuple[str, int], ...] = ()

    def facts(self) -> dict[str, FactValue]:
        """The selection in the words of conditions."""
        common = {name: getattr(self, name) for name in SELECTION_FACTS}
        return common | {f"{code}_yen": limit for code, limit in self.other_limits}

    def limit(self, coverage: str) -> int:
        """The limit chosen for a coverage, in yen; 0 where it is not covered."""
        if coverage in COMMON_COVERAGES:
            return int(getattr(self, f"{coverage}_yen"))
        return dict(self.other_limits).get(coverage, 0)


def selection_of(plan: Plan, *, riders: Iterable[str] | None = None) -> Selection:
    """The selection a plan stands for, with its own riders unless others are given."""
    return Selection(
        liability_yen=plan.liability_yen,
        cost_yen=plan.cost_yen,
        deductible_yen=plan.deductible_yen,
        bi_yen=plan.bi_yen,
        continuity_yen=plan.continuity_yen,
        waiting_hours=plan.waiting_hours,
        riders=plan.riders if riders is None else tuple(riders),
        plan=plan.code,
        other_limits=tuple(sorted(plan.other_limits.items())),
    )


def riders_in_force(selection: Selection, book: Book) -> tuple[str, ...]:
    """The chosen riders and those the plan brings with it."""
    automatic = (rider.code for rider in book.riders if rider.available_in(selection.plan) == "automatic")
    return tuple(dict.fromkeys((*selection.riders, *automatic)))


def known_of(risk: Risk, book: Book, selection: Selection | None = None) -> Known:
    """Everything conditions may ask about one company and, where there is one, its selection."""
    chosen = {**selection.facts(), "riders": riders_in_force(selection, book)} if selection else {}
    return book.language.of({**risk.facts, **chosen})


def risk_from(facts: Mapping[str, Any], book: Book, answers: Mapping[str, Any] | None = None) -> Risk:
    """Fill in the blanks and work out what follows: the class of industry and the security score.

    `answers` holds question and declaration ids with "yes"/"no"/"unknown", an option's value, a number, a text or
    a date (ISO text); None or a missing id is blank, which is not いいえ. An answer to a question whose id is a
    company fact (such as overseas_sales_yen) becomes that fact. Raises Refused for a fact of the wrong kind.
    """
    answers = answers or {}
    whole: dict[str, FactValue] = {name: fact.blank for name, fact in COMPANY_FACTS.items()}
    whole |= {figure.code: figure.value for figure in book.figures}
    for name, value in facts.items():
        if name not in COMPANY_FACTS and name != "security_score":
            raise Refused(f"「{name}」という項目はありません。綴りを確認してください。", field=name)
        if name in COMPANY_FACTS and value is not None:
            whole[name] = _of_the_kind(name, value)
    company = MappingProxyType(dict(whole))
    whole |= {declaration.id: declared(declaration, answers.get(declaration.id)) for declaration in book.declarations}
    # A question that is not asked is blank, whatever was once answered to it.
    asked = {question.id for question in shown_questions(answers, book, company)}
    for question in book.questions:
        answer = answers.get(question.id) if question.id in asked else None
        if question.id not in COMPANY_FACTS or answer not in (None, ""):
            whole[question.id] = answer_fact(question, answer)
    industry = book.industry(str(whole["industry"]))
    whole["industry_class"] = industry.rate_class if industry else ""
    whole["industry_eligible"] = industry.eligible if industry else False
    # An example or a script may state the score; real answers always win over it.
    stated = facts.get("security_score")
    whole["security_score"] = (
        _of_the_kind("security_score", stated)
        if stated is not None and not answers
        else security_score(answers, book, company)
    )
    return Risk(MappingProxyType(whole))


def _of_the_kind(name: str, value: Any) -> FactValue:
    fact = {**COMPANY_FACTS, **DERIVED_FACTS}[name]
    match fact.kind, value:
        case "text", str() if name == "inception_on" and value and not _is_day(value):
            raise Refused(f"{fact.label}は2026-04-01の形の日付で入力してください。", field=name)
        case ("flag", bool()) | ("text", str()):
            return value
        case "number", int() if not isinstance(value, bool):
            if 0 <= value < 10**15:
                return value
            raise Refused(f"{fact.label}は0以上、1,000兆未満で入力してください。", field=name)
        case _:
            raise Refused(f"{fact.label}の値が正しくありません。入力を確認してください。", field=name)


def _is_day(text: str) -> bool:
    """Whether it is a day from which a year can be counted, written as conditions compare days."""
    try:
        return date.fromisoformat(text).isoformat() == text and text < LAST_DAY
    except ValueError:
        return False
