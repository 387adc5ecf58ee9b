"""The covers of a comparison as lines of a table: on the screen and on the 比較表."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.money import format_limit, format_yen
from products.book import Book
from proposals.comparing import Column, Wished
from proposals.needs import needs


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `differs`: the covers are not all alike in it."""

    label: str
    values: tuple[str, ...]
    differs: bool
    kind: str = "num"


def rows_of(columns: Sequence[Column], wished: Wished, risks: Sequence[str] = ()) -> tuple[Row, ...]:
    """The feared risks, limits of every coverage somebody has, deductible, riders, ways to pay, premium."""
    labels: dict[str, str] = {}
    for column in columns:
        labels |= {part.code: part.label for part in column.book.coverages if part.code not in labels}
    rows = [
        _row(f"{need.risk}への備え", ["あり" if need.code in column.serves else "なし" for column in columns], "words")
        for need in needs().needs
        if need.code in risks
    ]
    rows += [
        _row(f"{label}の限度額", [_limit(column.limits.get(code, 0)) for column in columns])
        for code, label in labels.items()
        if any(column.limits.get(code) for column in columns)
    ]
    rows.append(_row("自己負担額", [_deductible(column.selection.deductible_yen) for column in columns]))
    rows.append(_row("特約・追加条項", ["\n".join(column.riders) or "なし" for column in columns], "words"))
    if wished.losses:
        rows.append(_row("想定した事故で支払われる額", [_paid(column.pays_yen) for column in columns]))
    rows.append(_row("払込方法", [_ways(column.book) for column in columns], "words"))
    rows.append(_row("保険料", [premium_words(column) for column in columns], "total"))
    return tuple(rows)


def _row(label: str, values: list[str], kind: str = "num") -> Row:
    return Row(label, tuple(values), len(set(values)) > 1, kind)


def _limit(yen: int) -> str:
    return format_limit(yen) if yen else "補償なし"


def _deductible(yen: int) -> str:
    return format_limit(yen) if yen else "なし"


def _paid(yen: int) -> str:
    return format_limit(yen) if yen else "支払なし"


def _ways(book: Book) -> str:
    return "\n".join(way.label for way in book.payments)


def premium_words(column: Column) -> str:
    """The premium as people read it, or why there is none."""
    if column.premium_yen is None and column.book.carrier_quote is not None and not column.problems:
        return "個別にご案内"
    if column.premium_yen is None:
        return column.problems[0] if column.problems else column.why_unpriced
    words = format_yen(column.premium_yen) + ("(参考)" if column.is_reference else "")
    return words if column.premium_label == "年間保険料" else f"{words}\n{column.premium_label}"
