"""Texts with fields (差し込み): which are sound, and what they say once filled in. Pure.

Django's own template language, with nothing left of it but `{{ field }}`: no tags, no filters, no attributes, and only
fields from a closed list. A text is checked when it is written; the machine never meets one that could go wrong.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import ClassVar

from django.template import Context, Engine, Template
from django.template.base import DebugLexer, TokenType

LONGEST_SUBJECT = 120
LONGEST_BODY = 8000
_FENCE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class _FieldsOnly(Engine):
    """An engine that knows neither tags nor filters nor files."""

    default_builtins: ClassVar[list[str]] = []


_ENGINE = _FieldsOnly(dirs=[], loaders=[], autoescape=False)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a text, and where: line and column count from 1; 0 when no place is meant."""

    sentence: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.line}行目{self.column}文字目: {self.sentence}" if self.line else self.sentence


def mistakes_in(
    text: str, *, fields: Collection[str], required: Collection[str] = (), longest: int = LONGEST_BODY
) -> list[Mistake]:
    """Everything wrong with a text, in its order; an empty list means it can always be filled in."""
    if not text.strip():
        return [Mistake("文面を入力してください。")]
    if len(text) > longest:
        return [Mistake(f"長すぎます({len(text):,}文字)。{longest:,}文字以内にしてください。")]
    found: list[Mistake] = []
    named: set[str] = set()
    for token in DebugLexer(text).tokenize():
        assert token.position is not None  # this lexer notes it
        start, end = token.position
        if token.token_type == TokenType.VAR:
            named.add(token.contents)
            if token.contents not in fields:
                found.append(_at(text, start, _unknown(token.contents, fields)))
        elif token.token_type == TokenType.TEXT:
            for match in _FENCE.finditer(token.contents):
                found.append(_at(text, start + match.start(), f"「{match[0]}」が閉じていないか、余分です。"))
            for match in _CONTROL.finditer(token.contents):
                found.append(_at(text, start + match.start(), "見えない制御文字が入っています。削除してください。"))
        else:
            shown = text[start:end][:40]
            found.append(_at(text, start, f"「{shown}」は使えません。差し込みは「{{{{ 項目名 }}}}」だけです。"))
    missing = [name for name in required if name not in named]
    return found + [Mistake(f"「{{{{ {name} }}}}」は必ず入れてください({_label(fields, name)})。") for name in missing]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in. What a field says is never read as a text again."""
    return _compiled(text).render(Context(dict(values), autoescape=False))


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    return Template(text, engine=_ENGINE)


def _at(text: str, start: int, sentence: str) -> Mistake:
    return Mistake(sentence, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))


def _unknown(written: str, fields: Collection[str]) -> str:
    shown = written[:40]
    near = get_close_matches(written, list(fields), n=1)
    hint = f"「{near[0]}」ではありませんか。" if near else "使える項目の一覧から選んでください。"
    return f"「{shown}」という差し込みはありません。{hint}"


def _label(fields: Collection[str], name: str) -> str:
    return fields[name] if isinstance(fields, Mapping) else name
