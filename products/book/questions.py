"""What is asked (告知書), declared (申告事項) and to be supplied (提出書類)."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from products.book.cover import Outcome
from products.lifting import Gate, Lifting
from products.tariff import Code, Condition, Known, Line, Number, Part

QuestionKind = Literal["yes_no", "choice", "amount", "count", "text", "date"]


class Option(Part):
    """One answer of a choice. `credit` is the share of the question's weight it earns."""

    value: Code
    label: Line
    credit: Number = Decimal(0)


class Score(Known):
    """The weight of a question in the security score; はい earns it whole, the rest nothing.

    With `when` the weight is earned only where the condition holds: a はい that must say where before it counts.
    """

    weight: Annotated[int, Field(ge=1, le=100)]
    when: Condition | None = None


class QuestionReferral(Part):
    """An answer that an underwriter wants to see; `blocks`, `lifted_by` and `missing` as in an `EligibilityRule`."""

    when: Condition
    outcome: Outcome = "refer"
    sentence: Line
    blocks: Gate = "offer"
    lifted_by: Lifting | None = None
    missing: Line | None = None


class Question(Part):
    """One question of the 告知書. `version` changes with the wording; old answers keep the old wording."""

    id: Code
    version: Annotated[int, Field(ge=1)]
    wording: Line
    kind: QuestionKind
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


class RequiredDocument(Known):
    """A paper the customer must hand in where the condition holds, before the quote is judged (提出書類)."""

    code: Code
    label: Line
    when: Condition
    sentence: Line
