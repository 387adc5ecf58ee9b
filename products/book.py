"""The shape of a product's book (商品ブック): everything a carrier decides, as one dated file.

`products.reading.read_book` makes one from YAML and refuses whatever does not fit; nothing else builds books.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from products.tariff import Code, Condition, Kind, Known, Line, Number, Part, Prose, Tariff, Yen

Outcome = Literal["decline", "refer", "ask"]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Yes = Literal["yes", "no", "unknown"]


class Industry(Known):
    """A line of business (業種) with its class in the tariff."""

    code: Code
    label: Line
    rate_class: Code
    eligible: bool = True


class NamedFigure(Known):
    """A figure that conditions use by name: an authority, a threshold."""

    code: Code
    label: Line
    value: int


class EligibilityRule(Known):
    """When the condition holds, the outcome follows; the sentence says what to do."""

    code: Code
    when: Condition
    outcome: Outcome
    sentence: Line


class Coverage(Known):
    """A section of cover (補償) with the limits one may choose, in yen, per event and in the aggregate."""

    code: Literal["liability", "cost", "bi", "continuity"]
    label: Line
    description: Prose
    pays: tuple[Line, ...] = Field(min_length=1)
    limits: tuple[Yen, ...] = Field(min_length=1)
    needs_rider: Code | None = None


class Menu(Known):
    """Amounts or hours one may choose, and the one to start from."""

    values: tuple[Yen, ...] = Field(min_length=1)
    preset: Yen


class LimitRule(Known):
    """A rule across limits. It must hold; `field` is the entry to blame."""

    code: Code
    must: Condition
    field: Literal["liability_yen", "cost_yen", "bi_yen", "continuity_yen", "waiting_hours", "deductible_yen"]
    sentence: Line


class RiderCondition(Part):
    """Where a rider cannot be had although its neighbours allow it."""

    must: Condition
    sentence: Line


class RiderPrice(Part):
    """How a rider moves the premium: `line` names the component or factor of the tariff."""

    effect: Literal["factor", "component", "none"]
    line: Code | None = None


class Rider(Known):
    """A rider (追加条項), in our own words."""

    code: Code
    label: Line
    description: Prose
    availability: Literal["optional", "automatic"] = "optional"
    needs: tuple[Code, ...] = ()
    excludes: tuple[Code, ...] = ()
    conditions: tuple[RiderCondition, ...] = ()
    price: RiderPrice
    note: Line | None = None


class Plan(Known):
    """A package, or a ready-made example where limits are chosen freely."""

    code: Code
    label: Line
    liability_yen: Yen
    cost_yen: Yen
    deductible_yen: Yen
    bi_yen: Yen = 0
    continuity_yen: Yen = 0
    waiting_hours: int = 0
    riders: tuple[Code, ...] = ()


class Option(Part):
    """One answer of a choice. `credit` is the share of the question's weight it earns."""

    value: Code
    label: Line
    credit: Number = Decimal(0)


class Score(Known):
    """The weight of a question in the security score; はい earns it whole, the rest nothing."""

    weight: Annotated[int, Field(ge=1, le=100)]


class QuestionReferral(Part):
    """An answer that an underwriter wants to see."""

    when: Condition
    outcome: Outcome = "refer"
    sentence: Line


class Question(Part):
    """One question of the 告知書. `version` changes with the wording; old answers keep the old wording."""

    id: Code
    version: Annotated[int, Field(ge=1)]
    wording: Line
    kind: Literal["yes_no", "choice", "amount", "count", "text", "date"]
    section: Code
    help: Line | None = None
    options: tuple[Option, ...] = ()
    shown_when: Condition | None = None
    required: bool = True
    score: Score | None = None
    refer: QuestionReferral | None = None


class Section(Part):
    """A heading of the questionnaire."""

    code: Code
    label: Line
    help: Line | None = None


class Declaration(Known):
    """A statement the applicant makes (申告事項), before the price or with the application.

    `must_be` is what it takes to go on.
    """

    id: Code
    version: Annotated[int, Field(ge=1)]
    wording: Line
    stage: Literal["quote", "application"]
    must_be: Literal["yes"] = "yes"
    sentence: Line


class Payment(Known):
    """A way to pay (払込方法). `surcharge` is a share of the annual premium."""

    code: Code
    label: Line
    instalments: Annotated[int, Field(ge=1, le=12)]
    surcharge: Number
    first_due: Line
    note: Line | None = None


class Period(Known):
    """One year from 16:00 to 16:00; the only rule the first books need."""

    rule: Literal["one_year"]
    starts: Clock


class ShortRate(Part):
    """One line of the short-period table (短期率): up to and including this long, this share is earned."""

    days: int | None = None
    months: int | None = None
    rate: Number


class ShortRates(Known):
    """The short-period table."""

    rates: tuple[ShortRate, ...] = Field(min_length=1)


class RefundRule(Known):
    """How the premium is refunded by kind of end and way of paying."""

    end: Literal["cancelled_by_customer", "cancelled_by_insurer", "mid_term_renewal", "reduced", "void"]
    payment: Literal["lump_sum", "monthly", "any"]
    method: Literal["short_rate", "monthly", "daily", "full", "none"]


class Hours(Part):
    """Opening hours. A window that closes before it opens runs past midnight."""

    days: Literal["workdays", "weekends_and_holidays"]
    opens: Clock
    closes: Clock


class Desk(Known):
    """A desk of the insurer or a body for complaints, and when somebody answers."""

    code: Code
    label: Line
    purpose: Literal["claims", "questions", "complaints", "security"]
    phone: Line | None = None
    hours: tuple[Hours, ...] = ()
    open_at_new_year: bool = False
    hours_text: Line
    note: Line | None = None


class TextBlock(Part):
    """One block of 重要事項説明書. `important` blocks are framed."""

    code: Code
    heading: Line
    important: bool = False
    paragraphs: tuple[Prose, ...] = ()
    items: tuple[Prose, ...] = ()
    source: Line


class Texts(Part):
    """The two parts of 重要事項説明書, kept apart as the guideline wants (practice 1-1, 1-2)."""

    title: Line
    lead: Prose
    overview: tuple[TextBlock, ...]
    attention: tuple[TextBlock, ...]


class Approval(Known):
    """The carrier's approval of the printed matter (承認番号)."""

    number: Line | None = None
    text: Line


class Example(Known):
    """A worked example: these facts and this plan must give this premium, to the yen."""

    industry: Code
    sales_yen: Yen
    plan: Code
    premium_yen: Yen
    security_score: Annotated[int, Field(ge=0, le=100)] = 50
    riders: tuple[Code, ...] | None = None


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
    industries: tuple[Industry, ...] = Field(min_length=1)
    figures: tuple[NamedFigure, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    coverages: tuple[Coverage, ...] = Field(min_length=1)
    limit_rules: tuple[LimitRule, ...] = ()
    deductibles: Menu
    waiting_hours: Menu | None = None
    plans: tuple[Plan, ...] = ()
    riders: tuple[Rider, ...] = ()
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    tariff: Tariff
    payments: tuple[Payment, ...] = Field(min_length=1)
    period: Period
    short_rates: ShortRates
    refunds: tuple[RefundRule, ...] = Field(min_length=1)
    texts: Texts
    desks: tuple[Desk, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()

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

    def payment(self, code: str) -> Payment | None:
        """The way to pay by its code."""
        return next((payment for payment in self.payments if payment.code == code), None)

    def question(self, id: str) -> Question | None:
        """The question by its id."""
        return next((question for question in self.questions if question.id == id), None)


__all__ = ["Book", "Kind"]
