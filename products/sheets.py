"""The figures of a book as sheets to type into: one for each table of the tariff, one for each other part with figures.

Laid out from the plain values alone, so a new kind of factor or a new part has its sheet at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from core.money import format_limit
from products.labels import WORDS, codes_of, identities, name_of, word_of
from products.reading import Path
from products.tables import KINDS
from products.tariff import Kind

# Texts of these parts have pages of their own; their numbers are versions of wordings.
_WITHOUT_FIGURES = {"texts", "declarations", "desks"}
_ADDRESS = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)

Keys: TypeAlias = Set[str]
Typed = Literal["figure", "source", "kind", "text"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value to type: where it is in the book, what stands there, and how it is read."""

    path: Path
    typed: Typed
    value: str
    label: str
    blank: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a sheet. A cell without an entry cannot be had."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Entry | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of entries. `part` is the book's part it belongs to."""

    code: str
    part: str
    title: str
    blocks: tuple[Block, ...] = field(default=())
    entries: tuple[Entry, ...] = field(default=())

    def every_entry(self) -> list[Entry]:
        """All entries in the order of the page."""
        cells = [cell for block in self.blocks for _, row in block.rows for cell in row if cell]
        return [*cells, *self.entries]

    @property
    def figures(self) -> int:
        return sum(entry.typed == "figure" for entry in self.every_entry())


def figure_sheets(tree: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Every table of figures: the tariff's components and factors first, then the other parts."""
    sheets = [_called(sheet, codes_of(tree)) for sheet in _figure_sheets(tree)]
    return addressed(sheet for sheet in sheets if sheet.figures)


def addressed(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Each with a code that an address can hold, and of its own: a draft may call its parts anything, or two alike."""
    found: dict[str, Sheet] = {}
    for place, sheet in enumerate(sheets, 1):
        code = sheet.code if _ADDRESS.fullmatch(sheet.code) and sheet.code not in found else f"{place}"
        found[code] = sheet if code == sheet.code else replace(sheet, code=code)
    return tuple(found.values())


def _called(sheet: Sheet, codes: Mapping[str, str]) -> Sheet:
    """The same sheet with the labels of what its rows name by code."""
    blocks = tuple(
        replace(block, rows=tuple((codes.get(name, WORDS.get(name, name)), row) for name, row in block.rows))
        for block in sheet.blocks
    )
    return replace(sheet, blocks=blocks)


def _figure_sheets(tree: Mapping[str, Any]) -> list[Sheet]:
    sheets: list[Sheet] = []
    for key, value in tree.items():
        if key == "tariff" and isinstance(value, Mapping):
            sheets = [*_tariff(value), *sheets]
        elif key not in _WITHOUT_FIGURES and isinstance(value, Mapping | tuple):
            sheet = _sheet(str(key), word_of(key), {key: value} if isinstance(value, tuple) else value, (key,))
            sheets.append(sheet)
    return sheets


def _tariff(tariff: Mapping[str, Any]) -> Iterator[Sheet]:
    components = tariff.get("components")
    for place, component in enumerate(components if isinstance(components, tuple) else ()):
        if isinstance(component, Mapping):
            path: Path = ("tariff", "components", place)
            code = f"tariff.{component.get('code', place)}"
            label = str(component.get("label", place + 1))
            yield _sheet(code, f"{label}: 基礎額", component, path, but={"factors"})
            yield from _factors(component.get("factors"), f"{label}: ", code, (*path, "factors"))
    yield from _factors(tariff.get("factors"), "合計への係数: ", "tariff.sum", ("tariff", "factors"))
    yield _sheet("tariff", "端数処理・最低保険料など", tariff, ("tariff",), but={"components", "factors"})


def _factors(factors: Any, prefix: str, code: str, path: Path) -> Iterator[Sheet]:
    for place, factor in enumerate(factors if isinstance(factors, tuple) else ()):
        if isinstance(factor, Mapping):
            name = f"{prefix}{factor.get('label', place + 1)}"
            yield _sheet(f"{code}.{factor.get('code', place)}", name, factor, (*path, place))


def _sheet(code: str, title: str, value: Mapping[Any, Any], path: Path, but: Keys = frozenset()) -> Sheet:
    inside = {key: item for key, item in value.items() if key not in but}
    if list(inside) == [path[-1]]:  # a list wrapped under its own name
        path = path[:-1]
    loose = [_entry((*path, key), key, item) for key, item in inside.items()]
    rows = tuple((entry.label, (entry,)) for entry in loose if entry)
    blocks = [Block("", ("項目", "値"), rows)] if any(e and e.typed == "figure" for e in loose) else []
    about = [entry for entry in loose if entry] if not blocks else []
    for key, item in inside.items():
        block = _block(key, item, (*path, key), inside)
        if block and any(cell for _, row in block.rows for cell in row):
            blocks.append(block)
    return Sheet(code, str(path[0]) if path else code, title, tuple(blocks), tuple(about))


def _entry(path: Path, key: str | int, value: Any) -> Entry | None:
    label = word_of(key) if isinstance(key, str) else _amount(key)
    if _is_figure(value):
        return Entry(path, "figure", _shown(value), label)
    if key == "kind" and value in KINDS:
        return Entry(path, "kind", value, label)
    if key == "source" and isinstance(value, str):
        return Entry(path, "source", value, label, long=True)
    return None


def _block(key: Any, value: Any, path: Path, beside: Mapping[Any, Any]) -> Block | None:
    """One table: a grid of amounts, a mapping of figures, a list of parts, or a row of amounts."""
    if isinstance(value, Mapping):
        if value and all(isinstance(row, tuple) for row in value.values()):
            return _grid(word_of(key), value, path, beside.get("columns"))
        items = [((*path, name), _row_name(name), item) for name, item in value.items()]
    elif isinstance(value, tuple) and value and all(isinstance(item, Mapping) for item in value):
        items = [
            ((*path, place), _item_name(item, name, place), item)
            for place, (item, name) in enumerate(zip(value, identities(value), strict=True))
        ]
    elif isinstance(value, tuple) and value and all(_is_figure(item) for item in value):
        cells = tuple(Entry((*path, place), "figure", _shown(item), word_of(key)) for place, item in enumerate(value))
        return Block(word_of(key), ("", *(str(place + 1) for place in range(len(cells)))), (("値", cells),))
    else:
        return None
    return _rows(word_of(key), items)


def _rows(title: str, items: list[tuple[Path, str, Any]]) -> Block:
    """Parts side by side: a column for every figure any of them has, then 区分 and 出典."""
    found: list[tuple[str, dict[str, Entry]]] = []
    for path, name, item in items:
        alone = None if isinstance(item, Mapping | tuple) else _entry(path, path[-1], item)
        entries = {"値": alone} if alone else {entry.label: entry for entry in _inside(path, item)}
        if entries:
            found.append((name, entries))
    columns = list(dict.fromkeys(column for _, entries in found for column in entries))
    columns.sort(key=lambda column: ("区分", "出典").index(column) if column in ("区分", "出典") else -1)
    figures = {column for _, entries in found for column, entry in entries.items() if entry.typed == "figure"}
    if not figures:
        return Block(title, (), ())
    rows = tuple((name, tuple(entries.get(column) for column in columns)) for name, entries in found)
    return Block(title, ("", *columns), rows)


def _inside(path: Path, item: Any, prefix: str = "") -> Iterator[Entry]:
    if not isinstance(item, Mapping | tuple):
        if _is_figure(item):
            yield Entry(path, "figure", _shown(item), prefix or "値")
        return
    pairs = item.items() if isinstance(item, Mapping) else enumerate(item)
    for key, value in pairs:
        word = word_of(key) if not isinstance(key, int) or isinstance(item, tuple) else _amount(key)
        label = f"{prefix} {word}".strip()
        if isinstance(value, Mapping | tuple):
            yield from _inside((*path, key), value, label)
        elif entry := _entry((*path, key), key, value):
            # A bare figure and a cell with its own source stand in one column.
            label = "値" if key == "factor" and not prefix else label
            yield Entry(entry.path, entry.typed, entry.value, label, entry.blank, entry.long)


def _grid(title: str, rows: Mapping[Any, Any], path: Path, columns: Any) -> Block:
    width = max(len(row) for row in rows.values())
    heads = [_row_name(c) for c in columns] if isinstance(columns, tuple) and len(columns) == width else []
    heads = heads or [str(place + 1) for place in range(width)]
    body = tuple(
        (
            _row_name(name),
            tuple(
                Entry(
                    (*path, name, place), "figure", "" if item is None else _shown(item),
                    f"{_row_name(name)} × {heads[place]}", blank=True,
                )
                if item is None or _is_figure(item)
                else None
                for place, item in enumerate(row)
            ),
        )
        for name, row in rows.items()
    )  # fmt: skip
    return Block(title, ("", *heads), body)


def _item_name(item: Any, identity: str, place: int) -> str:
    """An item of a list by its name; a point or a band, whose own figures say it, by its place."""
    return f"{place + 1}" if identity.isdecimal() else name_of(item, identity)


def _row_name(name: Any) -> str:
    return _amount(name) if isinstance(name, int) else str(name)


def _amount(value: int) -> str:
    """A key that is an amount is read as one; a small one is a count."""
    return format_limit(value) if value >= 10_000 else f"{value:,}"


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _shown(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else f"{value}"


def kinds() -> list[tuple[Kind, str]]:
    """区分 as choices."""
    return list(KINDS.items())


def sheet_of(sheets: tuple[Sheet, ...], code: str) -> Sheet | None:
    """The sheet by its code."""
    return next((sheet for sheet in sheets if sheet.code == code), None)
