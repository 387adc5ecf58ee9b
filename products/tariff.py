"""The shape of a tariff: components, each a base times factors, and how a factor finds its value.

Nothing here knows an insurer. A premium is a sum of components, then factors on the sum, then one rounding.
Every figure says where it comes from (`source`) and how it is known (`kind`).
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from products.conditions import ConditionError, check_syntax

# published: printed by the carrier · derived: follows from printed premiums · assumption: ours · carrier: told to us
Kind = Literal["published", "derived", "assumption", "carrier"]


class Part(BaseModel):
    """Any part of a book: frozen, strict, and without words nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _compiles(source: str) -> str:
    try:
        check_syntax(source)
    except ConditionError as error:
        raise ValueError(str(error)) from error
    return source


Number = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, max_digits=20)]
Yen = Annotated[int, Field(ge=0, le=10**15)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\r\n]*$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Condition = Annotated[str, AfterValidator(_compiles)]


class Known(Part):
    """A part that carries figures: where they come from and how they are known."""

    source: Line
    kind: Kind


class Cell(Part):
    """One figure of a table. Without its own kind and source it has the table's."""

    factor: Number
    kind: Kind | None = None
    source: Line | None = None


def _as_cell(value: Any) -> Any:
    return {"factor": value} if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Figure = Annotated[Cell, BeforeValidator(_as_cell)]


class Factor(Known):
    """What every factor has. With `when`, the factor applies only where the condition holds."""

    code: Code
    label: Line
    when: Condition | None = None
    note: Line | None = None


class FixedFactor(Factor):
    """One figure for all."""

    type: Literal["fixed"]
    factor: Number


class LookupFactor(Factor):
    """A figure by code or amount: the class of industry, a deductible of the menu."""

    type: Literal["lookup"]
    fact: Code
    table: dict[str | int, Figure] = Field(min_length=1)
    default: Figure | None = None


class Band(Cell):
    """Half-open: from this value (`above`) up to, without, `below`; the last band has no `below`."""

    above: int
    below: int | None = None


class BandFactor(Factor):
    """Steps: one figure for each band; the bands leave no gap and do not overlap."""

    type: Literal["band"]
    fact: Code
    bands: tuple[Band, ...] = Field(min_length=1)


class Point(Cell):
    """An exact point of a curve."""

    at: int


class CurveFactor(Factor):
    """Exact points, and a rule for what lies between them, rounded to `places` so that it can be checked by hand."""

    type: Literal["curve"]
    fact: Code
    interpolation: Literal["linear", "log_log"]
    places: Annotated[int, Field(ge=0, le=8)]
    below: Literal["flat", "refuse"]
    above: Literal["flat", "refuse"]
    points: tuple[Point, ...] = Field(min_length=2)


class KnownCell(Part):
    """Marks one cell of a grid as better known than the rest."""

    row: int
    column: int
    kind: Kind
    source: Line


class GridFactor(Factor):
    """A figure by two amounts, as printed tariffs show limits. `null` stands where the pair cannot be had."""

    type: Literal["grid"]
    row_fact: Code
    column_fact: Code
    columns: tuple[int, ...] = Field(min_length=1)
    rows: dict[int, tuple[Number | None, ...]] = Field(min_length=1)
    known: tuple[KnownCell, ...] = ()


class Axis(Part):
    """One side of a matrix: single `values` of a fact, or `steps`.

    Each step begins at its amount and runs up to, without, the next; `below` ends the last one. So steps leave no gap.
    """

    fact: Code
    values: tuple[str | int, ...] = ()
    steps: tuple[int, ...] = ()
    below: int | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "Axis":
        if bool(self.values) == bool(self.steps):
            raise ValueError("表の軸は、valuesかstepsのどちらか一方で書いてください。")
        marks = [*self.steps, *([] if self.below is None else [self.below])]
        if marks != sorted(set(marks)) or (self.below is not None and not self.steps):
            raise ValueError("表の軸のstepsは小さい順に重複なく並べ、belowはその後の値にしてください。")
        if len(self.values) != len(set(self.values)):
            raise ValueError("表の軸のvaluesが重複しています。")
        return self

    def __len__(self) -> int:
        return len(self.values or self.steps)

    def index_of(self, value: object) -> int | None:
        """Which line of the table a value falls on; None outside it."""
        if self.values:
            return next((at for at, one in enumerate(self.values) if type(one) is type(value) and one == value), None)
        if not isinstance(value, int) or (self.below is not None and value >= self.below):
            return None
        return next((at for at in reversed(range(len(self.steps))) if value >= self.steps[at]), None)


class MatrixFactor(Factor):
    """A table by two facts, each by its values or in steps: premiums by class and sales band, for instance.

    `null` stands where the pair cannot be had.
    """

    type: Literal["matrix"]
    row: Axis
    column: Axis
    cells: tuple[tuple[Figure | None, ...], ...] = Field(min_length=1)


class CountFactor(Factor):
    """A headcount (or any count) with a minimum, in units of `per`; the base is the price of one unit."""

    type: Literal["count"]
    fact: Code
    minimum: Annotated[int, Field(ge=0)] = 0
    per: Annotated[int, Field(ge=1)] = 1
    part: Literal["exact", "counts_whole", "does_not_count"] = "exact"


class FormulaFactor(Factor):
    """A whole number worked out in CEL, divided by `per`: `1000 + 30 * subsidiaries` per 1000."""

    type: Literal["formula"]
    formula: Condition
    per: Annotated[int, Field(ge=1)] = 1


AnyFactor = Annotated[
    FixedFactor | LookupFactor | BandFactor | CurveFactor | GridFactor | MatrixFactor | CountFactor | FormulaFactor,
    Field(discriminator="type"),
]


class Rounding(Known):
    """The named step of rounding: to whole steps of yen, in one of the modes of core.money."""

    step: Annotated[int, Field(ge=1, le=10_000)]
    mode: Literal["half_up", "half_even", "down", "floor", "ceiling"]


class Component(Known):
    """One part of the premium: base × factors. `rounding` only where the carrier rounds each part."""

    code: Code
    label: Line
    base: Number
    when: Condition | None = None
    factors: tuple[AnyFactor, ...] = ()
    rounding: Rounding | None = None
    minimum_yen: Yen | None = None


class Discount(Known):
    """A discount (割引) as a share of the premium. `proof` must be shown, and not have expired by the first day:
    `expires` names the question that asks for its last day."""

    code: Code
    label: Line
    rate: Annotated[Number, Field(le=1)]
    when: Condition
    proof: Line | None = None
    expires: Code | None = None


class DiscountGroup(Part):
    """Discounts that are added up, at most to `cap`; then the premium is multiplied by what is left."""

    code: Code
    label: Line
    cap: Annotated[Number, Field(le=1)] = Decimal(1)
    discounts: tuple[Discount, ...] = Field(min_length=1)


class MinimumPremium(Known):
    """The least a contract costs (最低保険料)."""

    premium_yen: Yen


class Tariff(Part):
    """The whole of it: components, factors on their sum, discounts, one rounding, a minimum."""

    note: Prose
    components: tuple[Component, ...] = Field(min_length=1)
    factors: tuple[AnyFactor, ...] = ()
    discounts: tuple[DiscountGroup, ...] = ()
    rounding: Rounding
    minimum: MinimumPremium

    def codes(self) -> set[str]:
        """Every component, factor and discount by its code."""
        parts = {part.code for part in (*self.components, *self.factors)}
        parts |= {discount.code for group in self.discounts for discount in group.discounts}
        return parts | {factor.code for component in self.components for factor in component.factors}
