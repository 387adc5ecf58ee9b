"""Changing single values in the text of a book. Everything else stays byte for byte, comments included.

The library composes the nodes and knows where each stands; the value's own characters are replaced. Afterwards the
text is read again: unless exactly the wanted values changed, nothing is accepted.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import Refused
from products.strict import Path, composed, nodes_of, plain_values

_NUMBER = re.compile(r"(0|[1-9]\d*)(\.\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_MONTH = re.compile(r"\d{4}年\d{1,2}月")
_PLAIN_KEY = re.compile(r"(0|[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands in the text: its own characters, quotes included, and its line (from 1)."""

    start: int
    end: int
    line: int
    style: str | None


@lru_cache(maxsize=8)
def values_of(text: str) -> Any:
    """The text's plain values, read once: a page and the save behind it ask for the same text several times.

    Raises BookError where it is no strict YAML.
    """
    return plain_values(text, "商品ブック")[0]


@lru_cache(maxsize=8)
def spots(text: str) -> Mapping[Path, Spot]:
    """Where every single value stands. Raises BookError where the text is no strict YAML."""
    values_of(text)
    found: dict[Path, Spot] = {}
    _walk(nodes_of(text, "商品ブック"), (), text, found)
    return MappingProxyType(found)


def _walk(node: Node, path: Path, text: str, found: dict[Path, Spot]) -> None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            _walk(value, (*path, _key(key)), text, found)
    elif isinstance(node, SequenceNode):
        for place, item in enumerate(node.value):
            _walk(item, (*path, place), text, found)
    elif isinstance(node, ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        # A folded or literal block takes the line breaks behind it along; those are not the value's own.
        end = start + len(text[start:end].rstrip())
        found[path] = Spot(start, end, node.start_mark.line + 1, node.style)


def _key(node: ScalarNode) -> str | int:
    word = str(node.value)
    return int(word) if str(node.tag).endswith(":int") and _PLAIN_KEY.fullmatch(word) else word


def as_number(typed: str, *, blank: bool = False) -> str:
    """A figure as people type it (０．９５, 68,708.1), as the book writes it. With `blank`, nothing stands for null.

    Raises Refused with what to do: a percentage, a word or an exponent is no figure.
    """
    if any(unicodedata.category(sign) == "No" for sign in typed):  # ² would be read as 2, 10² as 102
        raise Refused(f"「{typed[:40]}」は数として読み取れません。1200や0.95の形で、0以上の数を入力してください。")
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    if not folded or folded in {"-", "―", "null"}:
        if blank:
            return "null"
        raise Refused("数を入力してください。")
    if _GROUPED.fullmatch(folded):
        folded = folded.replace(",", "")
    if folded.endswith("%"):
        raise Refused(f"「{typed}」は割合(%)です。5%は0.05のように、小数で入力してください。")
    if not _NUMBER.fullmatch(folded) or len(folded) > 18:
        raise Refused(f"「{typed[:40]}」は数として読み取れません。1200や0.95の形で、0以上の数を入力してください。")
    return folded


def as_text(value: str, style: str | None) -> str:
    """A text as the book writes it: plain where it was plain and stays itself, else in quotes."""
    if "\x00" in value or any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
        raise Refused("使用できない文字(制御文字)が含まれています。入力し直してください。")
    if style not in {"'", '"'} and _stays_plain(value):
        return value
    if "\n" not in value and "\t" not in value:
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _stays_plain(value: str) -> bool:
    """Whether the words need no quotes, wherever they stand: the library reads them back as themselves."""
    if not value or value != value.strip() or "\n" in value or "\t" in value:
        return False
    return all(_reads_back(frame, value) for frame in ("[{{a: {}}}]", "- a: {}\n  b: 1"))


def _reads_back(frame: str, value: str) -> bool:
    try:
        node = composed(frame.format(value))
    except YAMLError:
        return False
    items = node.value if isinstance(node, SequenceNode) else []
    pairs = items[0].value if len(items) == 1 and isinstance(items[0], MappingNode) else []
    found = pairs[0][1] if len(pairs) == frame.count(":") else None
    return isinstance(found, ScalarNode) and found.value == value and str(found.tag).endswith(":str")


def replaced(text: str, changes: Mapping[Path, str]) -> str:
    """The text with these values written anew (as `as_number` and `as_text` give them).

    Raises Refused (BookError) where the text cannot be read, or where another value would change with them.
    """
    where = spots(text)
    after = text
    for path in sorted(changes, key=lambda path: -where[path].start):
        spot = where[path]
        gap = " " if spot.start == spot.end else ""  # nothing stood there: `key:`
        after = after[: spot.start] + gap + changes[path] + after[spot.end :]
    old, new = dict(flat(values_of(text))), dict(flat(values_of(after)))
    if old.keys() != new.keys() or any(old[path] != new[path] for path in old if path not in changes):
        raise Refused("この箇所はここでは変更できません。「原文の編集」で変更してください。")
    return after


def flat(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every single value with its path."""
    if isinstance(value, Mapping):
        return [pair for key, item in value.items() for pair in flat(item, (*path, key))]
    if isinstance(value, tuple):
        return [pair for place, item in enumerate(value) for pair in flat(item, (*path, place))]
    return [(path, value)]


def starting_on(text: str, starts_on: date) -> str:
    """The text with its first day of sale, and with that month where the edition is called by a month; where it has
    no day yet, the check will say so."""
    where = spots(text)
    day, edition = ("starts_on",), ("edition",)
    if day not in where or text[where[day].start : where[day].end] == starts_on.isoformat():
        return text
    changes: dict[Path, str] = {day: starts_on.isoformat()}
    if edition in where:
        called = text[where[edition].start : where[edition].end]
        changes[edition] = _MONTH.sub(f"{starts_on.year}年{starts_on.month}月", called, count=1)
    return replaced(text, changes)
