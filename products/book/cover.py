"""Who may be insured and what can be had: industries, eligibility, coverages with their limits, plans, riders."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from products.lifting import Gate, Lifting
from products.tariff import Code, Condition, Kind, Known, Line, Number, Part, Prose, Yen

Outcome = Literal["decline", "refer", "ask"]
Availability = Literal["automatic", "optional", "none"]
PayoutStep = Literal["inner", "deductible", "share", "cap"]


class Industry(Known):
    """A line of business (業種) with its class in the tariff.

    `sentence` says where to send a customer whose line of business is not `eligible`.
    """

    code: Code
    label: Line
    rate_class: Code
    eligible: bool = True
    sentence: Line | None = None


class NamedFigure(Known):
    """A figure that conditions use by name: an authority, a threshold."""

    code: Code
    label: Line
    value: int


class EligibilityRule(Known):
    """When the condition holds, the outcome follows; the sentence says what to do.

    Of a rule that refers: `blocks` is the step it holds up (the offer, unless said), `lifted_by` the kind of authority
    that lifts it, `missing` what an underwriter needs to see.
    """

    code: Code
    when: Condition
    outcome: Outcome
    sentence: Line
    blocks: Gate = "offer"
    lifted_by: Lifting | None = None
    missing: Line | None = None


class InnerLimit(Known):
    """A limit inside a coverage's limit (内枠): in yen, or as a share of the coverage's limit.

    `per` person or company, the limit counts once for each of them.
    """

    code: Code
    label: Line
    limit_yen: Yen | None = None
    share: Annotated[Number, Field(le=1)] | None = None
    per: Literal["event", "term", "person", "company"] = "event"

    @model_validator(mode="after")
    def _one_of_two(self) -> "InnerLimit":
        if (self.limit_yen is None) == (self.share is None):
            raise ValueError("内枠の限度は、limit_yenかshareのどちらか一方で書いてください。")
        return self


class ClaimDocument(Part):
    """A document a claim under the coverage needs (請求書類). `report` names the body that must have been told."""

    code: Code
    label: Line
    report: Literal["police", "bank", "privacy_commission", "ministry"] | None = None
    required: bool = True


class Coverage(Known):
    """A section of cover (補償) with the limits one may choose, in yen, per event and in the aggregate.

    `payout` is the order in which the inner limits, the contract's deductible, `pays_share` and the limit apply to a
    loss: carriers differ. Inner limits that are not named there apply first. Without `plans` the coverage belongs to
    every plan; `removed_by_rider` names a rider that takes it away again.
    """

    code: Code
    label: Line
    description: Prose
    pays: tuple[Line, ...] = Field(min_length=1)
    limits: tuple[Yen, ...] = Field(min_length=1)
    needs_rider: Code | None = None
    removed_by_rider: Code | None = None
    plans: tuple[Code, ...] = ()
    basis: Literal["event_and_term", "claim_and_term", "event"] = "event_and_term"
    inner_limits: tuple[InnerLimit, ...] = ()
    takes_deductible: bool = True
    pays_share: Annotated[Number, Field(le=1)] = Decimal(1)
    payout: tuple[PayoutStep, ...] = ("deductible", "share", "cap")
    documents: tuple[ClaimDocument, ...] = ()


class Aggregate(Known):
    """A limit over several coverages together (総支払限度額): in yen, or the limit of one of them (`within`)."""

    code: Code
    label: Line
    coverages: tuple[Code, ...] = Field(min_length=1)
    limit_yen: Yen | None = None
    within: Code | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "Aggregate":
        if (self.limit_yen is None) == (self.within is None):
            raise ValueError("総支払限度額は、limit_yenかwithinのどちらか一方で書いてください。")
        return self


class Menu(Known):
    """Amounts or hours one may choose, and the one to start from."""

    values: tuple[Yen, ...] = Field(min_length=1)
    preset: Yen


class LimitRule(Known):
    """A rule across limits. It must hold; `field` is the entry to blame: `<coverage>_yen`, hours or deductible."""

    code: Code
    must: Condition
    field: Code
    sentence: Line


class RiderCondition(Part):
    """Where a rider cannot be had although its neighbours allow it.

    Without its own kind and source it has the rider's.
    """

    must: Condition
    sentence: Line
    kind: Kind | None = None
    source: Line | None = None


class RiderPrice(Part):
    """How a rider moves the premium: `line` names the component, factor or discount of the tariff."""

    effect: Literal["factor", "component", "none"]
    line: Code | None = None


class Rider(Known):
    """A rider (追加条項・特約), in our own words. `by_plan` overrides `availability` for the plans it names."""

    code: Code
    label: Line
    description: Prose
    availability: Availability = "optional"
    by_plan: dict[Code, Availability] = {}
    needs: tuple[Code, ...] = ()
    excludes: tuple[Code, ...] = ()
    conditions: tuple[RiderCondition, ...] = ()
    price: RiderPrice
    note: Line | None = None

    @property
    def can_be_chosen(self) -> bool:
        """Optional in at least one plan."""
        return "optional" in (self.availability, *self.by_plan.values())

    def available_in(self, plan: str) -> Availability:
        """automatic, optional or none in that plan."""
        return self.by_plan.get(plan, self.availability)


class Plan(Known):
    """A package, a ready-made example where limits are chosen freely, or the frame inside which they are chosen.

    A plan that is not `for_sale` comes by itself (a membership's free cover) and is shown, not quoted.
    """

    code: Code
    label: Line
    liability_yen: Yen
    cost_yen: Yen
    deductible_yen: Yen
    bi_yen: Yen = 0
    continuity_yen: Yen = 0
    waiting_hours: int = 0
    other_limits: dict[Code, Yen] = {}
    riders: tuple[Code, ...] = ()
    for_sale: bool = True
    note: Line | None = None
