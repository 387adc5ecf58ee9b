"""Strict YAML 1.2 as plain values, with the line of every path.

The library's C parser reads the text and its composer makes the nodes; here they become plain values without its
conveniences: a repeated key, an alias, a tag or a float in exponent form is a mistake in a tariff, and decimals come
from the text as written.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.composer import Composer
from ruamel.yaml.cyaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

from core.errors import Refused

LARGEST_BYTES = 1_000_000
DEEPEST = 12
MOST_VALUES = 20_000  # the largest shipped book has 5,000

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a book, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BookError(Refused):
    """A book that cannot be used. `problems` holds every place to mend."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        shown = [str(problem) for problem in problems]
        super().__init__("\n".join(shown), reasons=shown)


def plain_values(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    """A book's text as plain values, and the line of every path. Raises BookError where it is no strict YAML; whether
    the values make a book is `read_book`'s question."""
    node = nodes_of(text, name)
    lines: dict[Path, int] = {}
    problems: list[Problem] = []

    def complain(at: Node, message: str) -> None:
        problems.append(Problem(name, at.start_mark.line + 1, message))

    tree = _value(node, (), lines, complain)
    if problems:
        raise BookError(tuple(problems))
    return tree, lines


def nodes_of(text: str, name: str) -> MappingNode:
    """The text's nodes, each with its place. Raises BookError where it is no YAML, or more than a book may hold."""
    if len(text.encode()) > LARGEST_BYTES:
        raise BookError((Problem(name, 1, f"ファイルが大きすぎます({LARGEST_BYTES:,}バイトまで)。"),))
    try:
        node = composed(text)
    except _NotStrict as refused:
        raise BookError((Problem(name, refused.line, refused.message),)) from refused
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BookError((Problem(name, line, f"YAMLとして読み取れません: {error.problem}"),)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        raise BookError((Problem(name, 1, f"YAMLとして読み取れません: {error}"),)) from error
    if not isinstance(node, MappingNode):
        raise BookError((Problem(name, 1, "商品ブックは「項目: 値」の形で書いてください。"),))
    return node


def composed(text: str) -> Node | None:
    """The node of any text, None of an empty one. Raises the library's YAMLError."""
    node: Node | None = _StrictLoader(text).get_single_node()
    return node


class _NotStrict(YAMLError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class _StrictLoader(Composer, CParser, VersionedResolver):
    """The library's composer over the events of its C parser, which takes a twentieth of the time of the one in Python.

    Refuses aliases, anchors, deep nesting and masses as it meets them: nothing was built yet that could explode.
    """

    max_depth = 0  # asked for by the library; ours is DEEPEST
    processing_version = (1, 2)  # else the library asks three places for it, once for every value

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        self._parser = self._resolver = self  # where the composer looks for them
        Composer.__init__(self, loader=self)
        VersionedResolver.__init__(self, loadumper=self)
        self.nested = self.met = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _NotStrict(line, "アンカーと別名(& と *)は使えません。値をそのまま書いてください。")
        self.met += 1
        if self.met > MOST_VALUES:
            raise _NotStrict(line, f"値が多すぎます。項目名を含めて{MOST_VALUES:,}個までにしてください。")
        if not isinstance(event, CollectionStartEvent):
            return super().compose_node(parent, index)
        if self.nested == DEEPEST:
            raise _NotStrict(line, f"入れ子は{DEEPEST}段までにしてください。")
        self.nested += 1
        node = super().compose_node(parent, index)
        self.nested -= 1
        return node


def _value(node: Node, path: Path, lines: dict[Path, int], complain: Callable[[Node, str], None]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, complain) if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                complain(key_node, "項目名は文字列か整数で書いてください。")
                continue
            if key in mapping:
                complain(key_node, f"項目「{key}」が重複しています。片方を削除してください。")
                continue
            mapping[key] = _value(value_node, (*path, key), lines, complain)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, SequenceNode):
        return tuple(_value(item, (*path, index), lines, complain) for index, item in enumerate(node.value))
    return _scalar(node, complain)


_PLAIN_DECIMAL = re.compile(r"[-+]?\d+\.\d+")
_PLAIN_WHOLE = re.compile(r"[-+]?(0|[1-9]\d*)")


def _scalar(node: Node, complain: Callable[[Node, str], None]) -> Any:
    text = str(node.value)
    if any(sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        complain(node, "使用できない文字(制御文字)が含まれています。削除してください。")
        return None
    match str(node.tag).rsplit(":", 1)[-1]:
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if _PLAIN_WHOLE.fullmatch(text) and len(text) <= 18:
            return int(text)
        case "float" if _PLAIN_DECIMAL.fullmatch(text) and len(text) <= 24:
            return Decimal(text)
        case "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                complain(node, f"日付は2026-04-01の形で書いてください: {text}")
        case "int" | "float":
            complain(node, f"数は指数や桁区切りを使わず、1200や0.95の形で書いてください: {text}")
        case tag:
            complain(node, f"型の指定({tag})は使えません。値をそのまま書いてください。")
    return None


def misfits(error: ValidationError, tree: Any, lines: dict[Path, int], name: str) -> tuple[Problem, ...]:
    """What does not fit the shape, each with its line."""
    return tuple(
        Problem(name, line_of(lines, _path_in(tree, detail["loc"])), _words(detail)) for detail in error.errors()
    )


def _path_in(tree: Any, location: tuple[str | int, ...]) -> Path:
    """Follow an error's location through the values; parts that name a type or a missing key are left out."""
    path: list[str | int] = []
    here = tree
    for part in location:
        in_mapping = isinstance(here, dict) and part in here
        in_list = isinstance(here, tuple) and isinstance(part, int) and part < len(here)
        if in_mapping or in_list:
            here = here[part]
            path.append(part)
    return tuple(path)


def line_of(lines: dict[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


_WORDS = {
    "missing": "項目「{field}」がありません。追加してください。",
    "extra_forbidden": "項目「{field}」は使えません。綴りを確認するか、削除してください。",
    "literal_error": "「{field}」は{expected}のいずれかにしてください。",
    "string_pattern_mismatch": "「{field}」の書き方が正しくありません(半角の英小文字・数字、または指定の形)。",
    "union_tag_invalid": "「{field}」の種類(type)が正しくありません: {expected_tags}",
    "union_tag_not_found": "「{field}」に種類(type)を書いてください。",
    "decimal_type": "「{field}」は数で書いてください(引用符を付けないでください)。",
    "int_type": "「{field}」は整数で書いてください。",
    "is_instance_of": "「{field}」は数で書いてください(引用符を付けないでください)。",
    "string_type": "「{field}」は文字列で書いてください。",
    "date_type": "「{field}」は2026-04-01の形の日付で書いてください。",
    "bool_type": "「{field}」はtrueかfalseで書いてください。",
    "tuple_type": "「{field}」は一覧(- で始まる行)で書いてください。",
    "dict_type": "「{field}」は「項目: 値」の形で書いてください。",
    "too_short": "「{field}」は{min_length}件以上必要です。",
    "string_too_long": "「{field}」は{max_length}文字以内で書いてください。",
    "greater_than_equal": "「{field}」は{ge}以上にしてください。",
    "less_than_equal": "「{field}」は{le}以下にしてください。",
}


def _words(detail: ErrorDetails) -> str:
    field = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "全体")
    template = _WORDS.get(detail["type"])
    if template is None:
        return f"「{field}」: {detail['msg'].removeprefix('Value error, ')}"
    return template.format_map({"field": field, **detail.get("ctx", {})})
