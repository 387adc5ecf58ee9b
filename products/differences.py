"""What a draft changes against a version: path by path through both books' plain values, in words and figures.

Generic on purpose: a part of the book that is added tomorrow appears here by itself.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from core.money import format_limit, format_yen
from products.labels import codes_of, identities, name_of, word_of

Way = Literal["added", "removed", "figure", "text", "word"]
TERSE = 400  # longer values of a part that came or went are cut on the screen; the book shows them whole


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: kept, taken out or put in."""

    way: Literal["same", "out", "in"]
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `place` is read from the part downwards; `path` is for scripts."""

    path: str
    place: tuple[str, ...]
    way: Way
    before: str
    after: str
    change: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOfDifferences:
    """All differences of one part of the book."""

    code: str
    label: str
    differences: tuple[Difference, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[PartOfDifferences, ...]:
    """Everything that differs between two books' plain values, grouped by part in the order of the newer book."""
    parts = []
    codes = {**codes_of(before), **codes_of(after)}
    for key in dict.fromkeys([*after, *before]):
        walked = _walk(before.get(key), after.get(key), str(key), (), key)
        found = tuple(replace(one, place=tuple(codes.get(word, word) for word in one.place)) for one in walked)
        if found:
            parts.append(PartOfDifferences(str(key), word_of(key), found))
    return tuple(parts)


def _walk(before: Any, after: Any, path: str, place: tuple[str, ...], key: str | int) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*after, *before]):
            yield from _walk(before.get(name), after.get(name), f"{path}.{name}", (*place, _place(name)), name)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from _lists(before, after, path, place, key)
    elif _is_blank(before):
        yield Difference(path, place, "added", "", _said(after, key))
    elif _is_blank(after):
        yield Difference(path, place, "removed", _said(before, key), "")
    elif _is_figure(before) and _is_figure(after):
        yield Difference(path, place, "figure", _said(before, key), _said(after, key), _moved(before, after))
    elif isinstance(before, str) and isinstance(after, str):
        pieces = tuple(_pieces(before, after))
        yield Difference(path, place, "text" if len(pieces) > 1 else "word", before, after, pieces=pieces)
    else:
        yield Difference(path, place, "word", _said(before, key), _said(after, key))


def _lists(
    before: tuple[Any, ...], after: tuple[Any, ...], path: str, place: tuple[str, ...], key: str | int
) -> Iterator[Difference]:
    """Items are matched by what they are known by; single values by what was put in and taken out."""
    if not any(isinstance(item, Mapping | tuple) for item in (*before, *after)):
        if len(before) == len(after):
            for at, (old, new) in enumerate(zip(before, after, strict=True)):
                yield from _walk(old, new, f"{path}[{at}]", (*place, f"{at + 1}番目"), key)
        else:
            yield Difference(path, place, "word", _said(before, key), _said(after, key))
        return
    old = dict(zip(identities(before), before, strict=True))
    new = dict(zip(identities(after), after, strict=True))
    for name in dict.fromkeys([*new, *old]):
        called = name_of(new.get(name, old.get(name)), name)
        yield from _walk(old.get(name), new.get(name), f"{path}[{name}]", (*place, called), key)
    if old.keys() == new.keys() and list(old) != list(new):
        order = [" → ".join(name_of(items[name], name) for name in items) for items in (old, new)]
        yield Difference(path, (*place, "順序"), "word", order[0], order[1])


def _place(key: str | int) -> str:
    """A key of a mapping: a part's word, or an amount or class of a table."""
    if isinstance(key, str):
        return word_of(key)
    return format_limit(key) if key >= 10_000 else f"{key:,}"


def _is_blank(value: Any) -> bool:
    return value is None or value == ()


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _moved(before: int | Decimal, after: int | Decimal) -> str:
    """By how much, in percent of what it was."""
    if not before:
        return ""
    share = (Decimal(after) - Decimal(before)) / Decimal(before) * 100
    return f"{share:+.2f}%"


def _said(value: Any, key: str | int) -> str:
    match value:
        case None:
            return "なし"
        case bool():
            return "はい" if value else "いいえ"
        case int():
            return format_yen(value) if str(key).endswith("_yen") else f"{value:,}"
        case Decimal():
            return f"{value:f}"
        case date():
            return f"{value:%Y-%m-%d}"
        case tuple():
            words = "、".join(_said(item, key) for item in value)
        case Mapping():
            words = " / ".join(
                f"{_place(name)}: {_said(item, name)}" for name, item in value.items() if not _is_blank(item)
            )
        case _:
            words = str(value)
    return words if len(words) <= TERSE else f"{words[:TERSE]}…"


def _pieces(before: str, after: str) -> Iterator[Piece]:
    """A readable diff of two sentences. Two that have little in common are shown one after the other."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.quick_ratio() < 0.3:
        yield from (Piece("out", before), Piece("in", after))
        return
    for way, from_, to, start, end in matcher.get_opcodes():
        if way == "equal":
            yield Piece("same", before[from_:to])
            continue
        if to > from_:
            yield Piece("out", before[from_:to])
        if end > start:
            yield Piece("in", after[start:end])
