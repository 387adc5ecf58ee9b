"""One book: the whole of a product from one day on, and the words its conditions may use."""

from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from products.book.cover import (
    Aggregate,
    Coverage,
    EligibilityRule,
    Industry,
    LimitRule,
    Menu,
    NamedFigure,
    Plan,
    Rider,
)
from products.book.parties import AgencyShare, Approval, Desk, GroupPolicy, Texts
from products.book.payment import CarrierQuote, Payment, Period, RefundRule, ShortRates
from products.book.questions import Declaration, Question, RequiredDocument, Section
from products.book.renewal import RenewalRules
from products.conditions import Language
from products.facts import COMMON_COVERAGES, FACTS, Fact
from products.tariff import Code, Known, Line, Part, Rounding, Tariff, Yen


class Example(Known):
    """A worked example (計算例): these facts and this choice must give this premium, to the yen.

    `plan` or `limits` (or both: limits chosen inside a plan) say what is chosen. With `inception_on` under a common
    expiry the premium is that of the short first term. `instalment_yen` is one payment by the way `payment`;
    `shown_monthly_yen` a twelfth as the carrier prints it.
    """

    industry: Code
    sales_yen: Yen
    plan: Code | None = None
    limits: dict[Code, Yen] = {}
    premium_yen: Yen
    security_score: Annotated[int, Field(ge=0, le=100)] = 50
    riders: tuple[Code, ...] | None = None
    facts: dict[Code, str | int | bool] = {}
    answers: dict[Code, str | int] = {}
    inception_on: date | None = None
    payment: Code | None = None
    instalment_yen: Yen | None = None
    shown_monthly_yen: Yen | None = None

    @model_validator(mode="after")
    def _says_what_is_chosen(self) -> "Example":
        if self.plan is None and not self.limits:
            raise ValueError("計算例には、planかlimitsを書いてください。")
        if (self.payment is None) != (self.instalment_yen is None):
            raise ValueError("分割払の計算例には、paymentとinstalment_yenの両方を書いてください。")
        return self


class Book(Part):
    """A product as sold from one day on."""

    code: Code
    name: Line
    policy_form: Line
    insurer: Line
    starts_on: date
    edition: Line
    approval: Approval
    limits_are_packages: bool
    plan_is_chosen: bool = False
    group: GroupPolicy | None = None
    handled_by: tuple[AgencyShare, ...] = ()
    industries: tuple[Industry, ...] = Field(min_length=1)
    figures: tuple[NamedFigure, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    coverages: tuple[Coverage, ...] = Field(min_length=1)
    aggregates: tuple[Aggregate, ...] = ()
    limit_rules: tuple[LimitRule, ...] = ()
    deductibles: Menu
    waiting_hours: Menu | None = None
    plans: tuple[Plan, ...] = ()
    riders: tuple[Rider, ...] = ()
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    documents: tuple[RequiredDocument, ...] = ()
    tariff: Tariff | None = None
    carrier_quote: CarrierQuote | None = None
    payments: tuple[Payment, ...] = Field(min_length=1)
    period: Period
    short_rates: ShortRates
    refunds: tuple[RefundRule, ...] = Field(min_length=1)
    renewal: RenewalRules | None = None
    texts: Texts
    desks: tuple[Desk, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _has_a_price(self) -> "Book":
        if self.tariff is None and self.carrier_quote is None:
            raise ValueError("料率(tariff)か保険会社見積(carrier_quote)のどちらかを書いてください。")
        return self

    @cached_property
    def words(self) -> dict[str, Fact]:
        """Every word the book's conditions may use."""
        words = {
            **FACTS,
            "industry": _one_of(FACTS["industry"], (part.code for part in self.industries)),
            "industry_class": _one_of(FACTS["industry_class"], (part.rate_class for part in self.industries)),
            "plan": _one_of(FACTS["plan"], (plan.code for plan in self.plans)),
            "riders": _one_of(FACTS["riders"], (rider.code for rider in self.riders)),
        }
        for coverage in self.coverages:
            words[f"{coverage.code}_yen"] = Fact("number", f"{coverage.label}の支払限度額", 0)
        for question in self.questions:
            words[question.id] = _fact_of(question)
        words |= {said.id: Fact("text", said.wording, "", values=("yes", "no")) for said in self.declarations}
        return words | {figure.code: Fact("number", figure.label, figure.value, fixed=True) for figure in self.figures}

    @cached_property
    def language(self) -> Language:
        """What conditions are checked against and evaluated in."""
        return Language(self.words)

    @property
    def rounding(self) -> Rounding:
        """How premiums and instalments are rounded."""
        if self.tariff is not None:
            return self.tariff.rounding
        assert self.carrier_quote is not None  # one of the two is there
        return self.carrier_quote.rounding

    @property
    def minimum_yen(self) -> int:
        """The least a contract costs (最低保険料); 0 where the book does not set it."""
        return self.tariff.minimum.premium_yen if self.tariff else 0

    @property
    def other_coverages(self) -> tuple[str, ...]:
        """Codes of the coverages beyond the four common ones."""
        return tuple(coverage.code for coverage in self.coverages if coverage.code not in COMMON_COVERAGES)

    @property
    def plans_for_sale(self) -> tuple[Plan, ...]:
        """The plans one can quote."""
        return tuple(plan for plan in self.plans if plan.for_sale)

    def industry(self, code: str) -> Industry | None:
        """The line of business, or None where the book does not know it."""
        return next((industry for industry in self.industries if industry.code == code), None)

    def coverage(self, code: str) -> Coverage | None:
        """The section of cover, or None where the product has none."""
        return next((coverage for coverage in self.coverages if coverage.code == code), None)

    def plan(self, code: str) -> Plan | None:
        """The plan by its code."""
        return next((plan for plan in self.plans if plan.code == code), None)

    def rider(self, code: str) -> Rider | None:
        """The rider by its code."""
        return next((rider for rider in self.riders if rider.code == code), None)

    def rider_label(self, code: str | None) -> str:
        """The rider's name, or the code where the book does not know it."""
        rider = self.rider(code or "")
        return rider.label if rider else str(code)

    def payment(self, code: str) -> Payment | None:
        """The way to pay by its code."""
        return next((payment for payment in self.payments if payment.code == code), None)

    def question(self, id: str) -> Question | None:
        """The question by its id."""
        return next((question for question in self.questions if question.id == id), None)


def _one_of(fact: Fact, values: Any) -> Fact:
    return Fact(fact.kind, fact.label, fact.blank, values=tuple(dict.fromkeys(values)))


def _fact_of(question: Question) -> Fact:
    if question.id in FACTS and FACTS[question.id].kind == "number":
        return FACTS[question.id]
    match question.kind:
        case "amount" | "count":
            return Fact("number", question.wording, 0)
        case "yes_no":
            return Fact("text", question.wording, "", values=("yes", "no", "unknown"))
        case "choice":
            return Fact("text", question.wording, "", values=tuple(option.value for option in question.options))
        case _:
            return Fact("text", question.wording, "")
