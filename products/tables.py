"""A tariff as tables people can read: every figure with how it is known and where it comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from core.money import format_limit, format_share, format_yen
from products.book import Book
from products.facts import Fact
from products.rating import ROUNDINGS
from products.tariff import (
    AnyFactor,
    Axis,
    BandFactor,
    Cell,
    Component,
    CountFactor,
    CurveFactor,
    DiscountGroup,
    Factor,
    FixedFactor,
    FormulaFactor,
    GridFactor,
    Kind,
    LookupFactor,
    MatrixFactor,
    Tariff,
)

KINDS: dict[Kind, str] = {"published": "公表値", "derived": "導出値", "assumption": "仮置き", "carrier": "保険会社通知"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the tariff. `captions` are lines to read with it."""

    code: str
    title: str
    captions: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tariff_tables(book: Book) -> tuple[Table, ...]:
    """The components with their factors, then the factors on the sum, then rounding and minimum."""
    if book.tariff is None:
        return ()
    words = book.words
    labels = {industry.rate_class: [] for industry in book.industries}  # type: dict[str, list[str]]
    for industry in book.industries:
        labels[industry.rate_class].append(industry.label)
    names = {code: "、".join(of_class) for code, of_class in labels.items()}
    tables = []
    for component in book.tariff.components:
        tables.append(_component(component))
        tables += [_factor(factor, words, names, f"{component.label}: ") for factor in component.factors]
    tables += [_factor(factor, words, names, "合計への係数: ") for factor in book.tariff.factors]
    tables += [_discounts(group) for group in book.tariff.discounts]
    return (*tables, _ending(book.tariff))


def _component(component: Component) -> Table:
    captions = (f"条件: {component.when}",) if component.when else ()
    row = (f"{component.base:f}", KINDS[component.kind], component.source)
    return Table(component.code, f"{component.label} 基礎額", captions, ("円", "区分", "出典"), (row,))


def _discounts(group: DiscountGroup) -> Table:
    rows = tuple(
        (one.label, format_share(one.rate), one.when, one.proof or "―", KINDS[one.kind], one.source)
        for one in group.discounts
    )
    captions = (f"あてはまる割引を合計し、{format_share(group.cap)}を上限として保険料から差し引きます。",)
    return Table(group.code, group.label, captions, ("割引", "割引率", "条件", "確認資料", "区分", "出典"), rows)


def _ending(tariff: Tariff) -> Table:
    rounding, minimum = tariff.rounding, tariff.minimum
    rows = (
        ("端数処理", f"{rounding.step}円単位に{ROUNDINGS[rounding.mode]}", KINDS[rounding.kind], rounding.source),
        ("最低保険料", format_yen(minimum.premium_yen), KINDS[minimum.kind], minimum.source),
    )
    return Table("ending", "端数処理と最低保険料", (), ("項目", "内容", "区分", "出典"), rows)


def _factor(factor: AnyFactor, words: dict[str, Fact], classes: dict[str, str], prefix: str) -> Table:
    captions = [f"条件: {factor.when}"] if factor.when else []
    if factor.note:
        captions.append(factor.note)
    headers: tuple[str, ...] = ("適用", "係数", "区分", "出典")
    rows: Iterable[tuple[str, ...]]
    match factor:
        case FixedFactor():
            rows = [("一律", f"{factor.factor:f}", KINDS[factor.kind], factor.source)]
        case LookupFactor():
            headers = (words[factor.fact].label, *headers[1:])
            rows = _lookup_rows(factor, classes)
        case BandFactor():
            headers = (words[factor.fact].label, *headers[1:])
            rows = [
                _cell_row(factor, f"{_amount(factor.fact, band.above)}以上{_below(factor.fact, band.below)}", band)
                for band in factor.bands
            ]
        case CurveFactor():
            headers = (words[factor.fact].label, *headers[1:])
            captions.append(_curve_caption(factor))
            rows = [_cell_row(factor, _amount(factor.fact, point.at), point) for point in factor.points]
        case GridFactor():
            headers = (
                f"{words[factor.row_fact].label} \\ {words[factor.column_fact].label}",
                *(_amount(factor.column_fact, column) for column in factor.columns),
            )
            captions.append(f"{KINDS[factor.kind]}: {factor.source}")
            captions += [
                f"{_amount(factor.row_fact, cell.row)}と{_amount(factor.column_fact, cell.column)}は"
                f"{KINDS[cell.kind]}: {cell.source}"
                for cell in factor.known
            ]
            rows = [
                (_amount(factor.row_fact, row), *("―" if cell is None else f"{cell:f}" for cell in cells))
                for row, cells in factor.rows.items()
            ]
        case MatrixFactor():
            headers = (
                f"{words[factor.row.fact].label} \\ {words[factor.column.fact].label}",
                *_marks(factor.column, classes),
            )
            captions.append(f"{KINDS[factor.kind]}: {factor.source}")
            rows = [
                (mark, *("―" if cell is None else f"{cell.factor:f}" for cell in cells))
                for mark, cells in zip(_marks(factor.row, classes), factor.cells, strict=True)
            ]
        case CountFactor():
            unit = f"{factor.per:,}ごと" if factor.per > 1 else "1単位ごと"
            row = (f"{words[factor.fact].label}(最少{factor.minimum})", unit, KINDS[factor.kind], factor.source)
            rows = [row]
        case FormulaFactor():
            rows = [(factor.formula, f"÷ {factor.per}", KINDS[factor.kind], factor.source)]
        case _:
            assert_never(factor)
    return Table(factor.code, f"{prefix}{factor.label}", tuple(captions), headers, tuple(rows))


def _lookup_rows(factor: LookupFactor, classes: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for key, cell in factor.table.items():
        if factor.fact == "industry_class":
            name = classes.get(str(key), str(key))
        else:
            name = _amount(factor.fact, key) if isinstance(key, int) else key
        yield _cell_row(factor, name, cell)
    if factor.default is not None:
        yield _cell_row(factor, "上記以外", factor.default)


def _marks(axis: Axis, classes: dict[str, str]) -> list[str]:
    """What stands at each line of a matrix."""
    if axis.values:
        return [classes.get(str(value), str(value)) for value in axis.values]
    ends = [*axis.steps[1:], axis.below]
    steps = zip(axis.steps, ends, strict=True)
    return [f"{_amount(axis.fact, begin)}以上{_below(axis.fact, end)}" for begin, end in steps]


def _curve_caption(factor: CurveFactor) -> str:
    rule = {"linear": "直線", "log_log": "両対数"}[factor.interpolation]
    ends = {"flat": "端の係数", "refuse": "引受照会"}
    return (
        f"点の間は{rule}で補間し、小数第{factor.places}位に四捨五入(仮置き)。"
        f"最初の点より下は{ends[factor.below]}、最後の点より上は{ends[factor.above]}。"
    )


def _cell_row(factor: Factor, name: str, cell: Cell) -> tuple[str, ...]:
    return (name, _exact(cell.factor), KINDS[cell.kind or factor.kind], cell.source or factor.source)


def _exact(value: Decimal) -> str:
    return f"{value:f}"


def _amount(fact: str, value: int) -> str:
    if fact.endswith("_yen"):
        return format_limit(value)
    return f"{value}時間" if fact == "waiting_hours" else f"{value:,}"


def _below(fact: str, value: int | None) -> str:
    return "" if value is None else f" {_amount(fact, value)}未満"
