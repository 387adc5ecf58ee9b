"""How one factor finds its value: exactly, with where the figure comes from.

Values are exact decimals. Only a curve between two of its points rounds, to the places the book names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import pairwise
from typing import assert_never

from core.errors import Refused
from products.conditions import Known
from products.facts import FactValue
from products.tariff import (
    AnyFactor,
    BandFactor,
    Cell,
    CountFactor,
    CurveFactor,
    FixedFactor,
    FormulaFactor,
    GridFactor,
    Kind,
    LookupFactor,
    MatrixFactor,
    Point,
)

# Wide enough that multiplying twenty printed figures never rounds.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


class NotRateable(Refused):
    """The tariff has no figure for this risk; an underwriter has to look at it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A factor as it was applied."""

    value: Decimal
    kind: Kind
    source: str


def applied(factor: AnyFactor, known: Known) -> Applied:
    """The factor's value for these facts. Raises NotRateable where the tariff ends."""
    facts = known.facts
    match factor:
        case FixedFactor():
            return Applied(factor.factor, factor.kind, factor.source)
        case LookupFactor():
            return _lookup(factor, facts[factor.fact])
        case BandFactor():
            return _band(factor, _number(facts, factor.fact))
        case CurveFactor():
            return _curve(factor, _number(facts, factor.fact))
        case GridFactor():
            return _grid(factor, _number(facts, factor.row_fact), _number(facts, factor.column_fact))
        case MatrixFactor():
            return _matrix(factor, facts)
        case CountFactor():
            return Applied(_units(factor, _number(facts, factor.fact)), factor.kind, factor.source)
        case FormulaFactor():
            return Applied(_formula(factor, known), factor.kind, factor.source)
        case _:
            assert_never(factor)


def _number(facts: Mapping[str, FactValue], name: str) -> int:
    value = facts[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is not a number")
    return value


def _of(factor: LookupFactor | BandFactor | CurveFactor | MatrixFactor, cell: Cell) -> Applied:
    return Applied(cell.factor, cell.kind or factor.kind, cell.source or factor.source)


def _lookup(factor: LookupFactor, key: FactValue) -> Applied:
    cell = factor.table.get(key) if isinstance(key, str | int) else None
    cell = cell or factor.default
    if cell is None:
        raise NotRateable(f"{factor.label}の料率がありません。引受照会をしてください。")
    return _of(factor, cell)


def _band(factor: BandFactor, value: int) -> Applied:
    for band in factor.bands:
        if band.above <= value and (band.below is None or value < band.below):
            return _of(factor, band)
    raise NotRateable(f"{factor.label}が料率表の範囲外です。引受照会をしてください。")


def _curve(factor: CurveFactor, value: int) -> Applied:
    first, last = factor.points[0], factor.points[-1]
    if value < first.at:
        return _end(factor, factor.below, first)
    if value > last.at:
        return _end(factor, factor.above, last)
    for low, high in pairwise(factor.points):
        if value == low.at:
            return _of(factor, low)
        if value < high.at:
            return _between(factor, low, high, value)
    return _of(factor, last)


def _end(factor: CurveFactor, rule: str, point: Point) -> Applied:
    if rule == "refuse":
        raise NotRateable(f"{factor.label}が料率表の範囲外です。引受照会をしてください。")
    return Applied(point.factor, "assumption", factor.source)


def _between(factor: CurveFactor, low: Point, high: Point, value: int) -> Applied:
    if low.factor == high.factor:
        # Nothing is interpolated on a plateau: it is known as well as its less known end.
        weaker = high if (low.kind or factor.kind) != "assumption" else low
        return _of(factor, weaker)
    with localcontext(EXACT):
        if factor.interpolation == "linear":
            share = Decimal(value - low.at) / Decimal(high.at - low.at)
            exact = low.factor + (high.factor - low.factor) * share
        else:
            share = (Decimal(value) / low.at).ln() / (Decimal(high.at) / low.at).ln()
            exact = (low.factor.ln() + (high.factor / low.factor).ln() * share).exp()
        rounded = exact.quantize(Decimal(1).scaleb(-factor.places), rounding=ROUND_HALF_UP)
    return Applied(rounded, "assumption", factor.source)


def _grid(factor: GridFactor, row: int, column: int) -> Applied:
    value = None
    if row in factor.rows and column in factor.columns:
        value = factor.rows[row][factor.columns.index(column)]
    if value is None:
        raise NotRateable(f"{factor.label}の料率がない組み合わせです。別の限度額を選んでください。")
    for cell in factor.known:
        if (cell.row, cell.column) == (row, column):
            return Applied(value, cell.kind, cell.source)
    return Applied(value, factor.kind, factor.source)


def _matrix(factor: MatrixFactor, facts: Mapping[str, FactValue]) -> Applied:
    row, column = factor.row.index_of(facts[factor.row.fact]), factor.column.index_of(facts[factor.column.fact])
    cell = None if row is None or column is None else factor.cells[row][column]
    if cell is None:
        raise NotRateable(f"{factor.label}の料率がない組み合わせです。別の組み合わせを選ぶか、引受照会をしてください。")
    return _of(factor, cell)


def _units(factor: CountFactor, counted: int) -> Decimal:
    counted = max(factor.minimum, counted)
    match factor.part:
        case "counts_whole":
            return Decimal(-(-counted // factor.per))
        case "does_not_count":
            return Decimal(counted // factor.per)
        case _:
            with localcontext(EXACT):
                return Decimal(counted) / factor.per


def _formula(factor: FormulaFactor, known: Known) -> Decimal:
    with localcontext(EXACT):
        return Decimal(known.whole_number(factor.formula)) / factor.per
