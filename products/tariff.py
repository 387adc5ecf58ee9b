"""The shape of a tariff: components, each a base times factors, and how a factor finds its value.

Nothing here knows an insurer. A premium is a sum of components, then factors on the sum, then one rounding.
Every figure says where it comes from (`source`) and how it is known (`kind`).
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from products.conditions import ConditionError, program

# published: printed by the carrier · derived: follows from printed premiums · assumption: ours · carrier: told to us
Kind = Literal["published", "derived", "assumption", "carrier"]


class Part(BaseModel):
    """Any part of a book: frozen, strict, and without words nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _exact(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _compiles(source: str) -> str:
    try:
        program(source)
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


class CountFactor(Factor):
    """A headcount (or any count) with a minimum; the base is the price per head."""

    type: Literal["count"]
    fact: Code
    minimum: Annotated[int, Field(ge=0)] = 0


class FormulaFactor(Factor):
    """A whole number worked out in CEL, divided by `per`: `1000 + 30 * subsidiaries` per 1000."""

    type: Literal["formula"]
    formula: Condition
    per: Annotated[int, Field(ge=1)] = 1


AnyFactor = Annotated[
    FixedFactor | LookupFactor | BandFactor | CurveFactor | GridFactor | CountFactor | FormulaFactor,
    Field(discriminator="type"),
]


class Rounding(Known):
    """The named step of rounding: to whole steps of yen, in one of the modes of core.money."""

    step: Annotated[int, Field(ge=1, le=10_000)]
    mode: Literal["half_up", "down", "floor", "ceiling"]


class Component(Known):
    """One part of the premium: base × factors. `rounding` only where the carrier rounds each part."""

    code: Code
    label: Line
    base: Number
    when: Condition | None = None
    factors: tuple[AnyFactor, ...] = ()
    rounding: Rounding | None = None


class MinimumPremium(Known):
    """The least a contract costs (最低保険料)."""

    premium_yen: Yen


class Tariff(Part):
    """The whole of it: components, factors on their sum, one rounding, a minimum."""

    note: Prose
    components: tuple[Component, ...] = Field(min_length=1)
    factors: tuple[AnyFactor, ...] = ()
    rounding: Rounding
    minimum: MinimumPremium

    def codes(self) -> set[str]:
        """Every component and factor by its code."""
        parts = {part.code for part in (*self.components, *self.factors)}
        return parts | {factor.code for component in self.components for factor in component.factors}
