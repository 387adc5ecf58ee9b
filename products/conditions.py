"""Conditions of a book: expressions in CEL, evaluated by the library and never by us.

Amounts stay whole numbers inside an expression; a formula divides outside it, exactly, so no float is ever made.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import cel

from products.facts import Fact, FactValue

LONGEST = 600
_MANY = 10**12


class ConditionError(ValueError):
    """An expression that cannot be used, with a Japanese sentence."""


@lru_cache(maxsize=4096)
def program(source: str) -> cel.Program:
    """Compile once per process."""
    if len(source) > LONGEST:
        raise ConditionError(f"条件式は{LONGEST}文字以内で書いてください。")
    try:
        return cel.compile(source)
    except ValueError as error:
        first = str(error).splitlines()[0]
        raise ConditionError(f"条件式を読み取れません: {first}") from error


def context(facts: Mapping[str, FactValue]) -> cel.Context:
    """The facts in the library's own form; build it once and ask many conditions."""
    return cel.Context(variables={name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()})


def holds(source: str, known: cel.Context) -> bool:
    """Whether the condition is true of the facts. Raises ConditionError when it gives no truth value."""
    answer = _run(source, known)
    if not isinstance(answer, bool):
        raise ConditionError(f"条件式は真偽にならなければなりません: {source}")
    return answer


def whole_number(source: str, known: cel.Context) -> int:
    """The whole number a formula gives."""
    answer = _run(source, known)
    if isinstance(answer, bool) or not isinstance(answer, int):
        raise ConditionError(f"計算式は整数にならなければなりません: {source}")
    return answer


def _run(source: str, known: cel.Context) -> object:
    try:
        return program(source).execute(known)
    except (ValueError, TypeError, RuntimeError, ArithmeticError) as error:
        first = str(error).splitlines()[0]
        raise ConditionError(f"条件式を計算できません: {source} ({first})") from error


def unknown_names(source: str, names: Iterable[str]) -> list[str]:
    """Names in the expression that no fact bears."""
    known = set(names)
    return [name for name in program(source).variables() if name not in known]


def samples(facts: Mapping[str, Fact]) -> Iterator[dict[str, FactValue]]:
    """A few companies that every expression must survive: a blank one, a large one, and one that says yes."""
    yield {name: fact.blank for name, fact in facts.items()}
    for text, number, flag in (("yes", 1, True), ("no", _MANY, False), ("unknown", 7, True)):
        by_kind: dict[str, FactValue] = {"text": text, "number": number, "flag": flag, "texts": (text,)}
        yield {name: fact.blank if fact.fixed else by_kind[fact.kind] for name, fact in facts.items()}
