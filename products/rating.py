"""What a cover costs, with its receipt (保険料の計算明細).

`rate` multiplies exactly and rounds once, as a named step; every line says which figure was used and how it is
known. The screen, the quotation, the tests and the complaint desk read the same lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any, Literal

import cel

from core.errors import Refused
from core.money import round_yen
from products import conditions
from products.book import Book, Plan
from products.factors import EXACT, applied
from products.facts import COMPANY_FACTS, DERIVED_FACTS, FACTS, SELECTION_FACTS, FactValue
from products.scoring import answer_fact, declared, security_score, shown_questions
from products.tariff import AnyFactor, Component, Kind, Rounding

Operation = Literal["base", "times", "component", "sum", "round", "minimum"]


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of the company: every fact the book's conditions may name, blanks filled in."""

    facts: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Selection:
    """The cover somebody chose."""

    liability_yen: int
    cost_yen: int
    deductible_yen: int = 0
    bi_yen: int = 0
    continuity_yen: int = 0
    waiting_hours: int = 0
    riders: tuple[str, ...] = ()
    plan: str = ""

    def facts(self) -> dict[str, FactValue]:
        """The selection in the words of conditions."""
        return {name: getattr(self, name) for name in SELECTION_FACTS}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One step of the sum. `amount` is the running amount of its component (or of the whole) after it."""

    component: str
    code: str
    label: str
    operation: Operation
    factor: Decimal | None
    amount: Decimal
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The premium and how it came about. `is_reference`: an assumption entered it (参考)."""

    lines: tuple[ReceiptLine, ...]
    exact: Decimal
    total_yen: int
    is_reference: bool = field(default=False)

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing and scripting; decimals as text, never as floats."""
        return {
            "total_yen": self.total_yen,
            "is_reference": self.is_reference,
            "exact": f"{self.exact:f}",
            "lines": [
                {
                    "component": line.component,
                    "code": line.code,
                    "label": line.label,
                    "operation": line.operation,
                    "factor": None if line.factor is None else f"{line.factor:f}",
                    "amount": f"{line.amount:f}",
                    "kind": line.kind,
                    "source": line.source,
                }
                for line in self.lines
            ],
        }


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
        case ("flag", bool()) | ("text", str()):
            return value
        case "number", int() if not isinstance(value, bool):
            if 0 <= value < 10**15:
                return value
            raise Refused(f"{fact.label}は0以上、1,000兆未満で入力してください。", field=name)
        case _:
            raise Refused(f"{fact.label}の値が正しくありません。入力を確認してください。", field=name)


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
    )


def all_facts(risk: Risk, selection: Selection | None) -> dict[str, FactValue]:
    """Everything conditions may ask about one company and, where there is one, its selection."""
    chosen = selection.facts() if selection else {name: fact.blank for name, fact in SELECTION_FACTS.items()}
    return {**{name: FACTS[name].blank for name in FACTS}, **risk.facts, **chosen}


def rate(risk: Risk, selection: Selection, book: Book) -> Receipt:
    """The annual premium in yen with its receipt. Raises NotRateable where the tariff has no figure."""
    facts = all_facts(risk, selection)
    known = conditions.context(facts)
    tariff = book.tariff
    lines: list[ReceiptLine] = []
    total = Decimal(0)
    with localcontext(EXACT):
        for component in tariff.components:
            if component.when is None or conditions.holds(component.when, known):
                total += _component(component, facts, known, lines)
        lines.append(_step("", "sum", "各補償の合計", "sum", None, total))
        total = _multiply("", total, tariff.factors, facts, known, lines)
        rounded = round_yen(total, tariff.rounding.step, tariff.rounding.mode)
    lines.append(_rounding_line("", Decimal(rounded), tariff.rounding))
    premium = rounded
    if rounded < tariff.minimum.premium_yen:
        premium = tariff.minimum.premium_yen
        lines.append(
            ReceiptLine(
                "",
                "minimum",
                "最低保険料",
                "minimum",
                None,
                Decimal(premium),
                tariff.minimum.kind,
                tariff.minimum.source,
            )
        )
    return Receipt(tuple(lines), total, premium, any(line.kind == "assumption" for line in lines))


def _component(
    component: Component, facts: Mapping[str, FactValue], known: cel.Context, lines: list[ReceiptLine]
) -> Decimal:
    code, base = component.code, component.base
    lines.append(
        ReceiptLine(code, code, f"{component.label} 基礎額", "base", base, base, component.kind, component.source)
    )
    amount = _multiply(code, base, component.factors, facts, known, lines)
    if component.rounding is not None:
        amount = Decimal(round_yen(amount, component.rounding.step, component.rounding.mode))
        lines.append(_rounding_line(code, amount, component.rounding))
    lines.append(_step(code, code, component.label, "component", None, amount))
    return amount


def _multiply(
    component: str,
    amount: Decimal,
    factors: Iterable[AnyFactor],
    facts: Mapping[str, FactValue],
    known: cel.Context,
    lines: list[ReceiptLine],
) -> Decimal:
    for factor in factors:
        if factor.when is not None and not conditions.holds(factor.when, known):
            continue
        found = applied(factor, facts, known)
        amount *= found.value
        lines.append(
            ReceiptLine(component, factor.code, factor.label, "times", found.value, amount, found.kind, found.source)
        )
    return amount


def _step(
    component: str, code: str, label: str, operation: Operation, factor: Decimal | None, amount: Decimal
) -> ReceiptLine:
    """A line that only adds up; it brings no figure of its own."""
    return ReceiptLine(component, code, label, operation, factor, amount, "derived", "計算")


def _rounding_line(component: str, amount: Decimal, rounding: Rounding) -> ReceiptLine:
    words = {"half_up": "四捨五入", "down": "切り捨て", "floor": "切り捨て", "ceiling": "切り上げ"}[rounding.mode]
    label = f"{rounding.step:,}円単位に{words}"
    return ReceiptLine(component, "rounding", label, "round", None, amount, rounding.kind, rounding.source)
