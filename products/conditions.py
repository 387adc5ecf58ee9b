"""Conditions of a book: expressions in CEL, type-checked and evaluated by the library and never by us.

Amounts stay whole numbers inside an expression; a formula divides outside it, exactly, so no float is ever made.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, combinations, islice, product
from typing import Any

from cel_expr_python import cel

from products.facts import Fact, FactKind, FactValue

LONGEST = 600
MOST_SAMPLES = 4_000
_MANY = 10**12

_TYPES: dict[FactKind, Any] = {
    "text": cel.Type.STRING,
    "number": cel.Type.INT,
    "flag": cel.Type.BOOL,
    "texts": cel.Type.List(cel.Type.STRING),
}
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


class ConditionError(ValueError):
    """An expression that cannot be used, with a Japanese sentence."""


@lru_cache(maxsize=1)
def _no_words() -> cel.Env:
    return cel.NewEnv(variables={})


def check_syntax(source: str) -> None:
    """Whether it is CEL at all. Names and kinds are for the book's `Language`. Raises ConditionError."""
    if len(source) > LONGEST:
        raise ConditionError(f"条件式は{LONGEST}文字以内で書いてください。")
    try:
        _no_words().compile(source, disable_check=True)
    except RuntimeError as error:
        raise ConditionError(f"条件式を読み取れません: {_reason(error)}") from error


class Language:
    """The words that the conditions of one book may use, each with its kind. Compiles a condition once."""

    def __init__(self, words: Mapping[str, Fact]) -> None:
        self.words = dict(words)
        self.blanks: dict[str, FactValue] = {name: fact.blank for name, fact in words.items()}
        self._env = cel.NewEnv(variables={name: _TYPES[fact.kind] for name, fact in words.items()})
        self._programs: dict[str, tuple[cel.Expression, tuple[str, ...]]] = {}

    def of(self, facts: Mapping[str, FactValue]) -> "Known":
        """What is known; words nobody said anything about are blank."""
        return Known(self, {**self.blanks, **facts})

    def check(self, source: str, wanted: cel.Type) -> None:
        """Type-check against the words. Raises ConditionError for a misspelt word or a text held against a number."""
        found = self.program(source)[0].return_type()
        if found != wanted:
            kind = "真偽" if wanted == cel.Type.BOOL else "整数"
            raise ConditionError(f"条件式は{kind}にならなければなりません: {source}")

    def program(self, source: str) -> tuple[cel.Expression, tuple[str, ...]]:
        """The compiled expression and the words it uses."""
        if source not in self._programs:
            try:
                compiled = self._env.compile(source)
            except RuntimeError as error:
                raise ConditionError(self._explained(source, error)) from error
            self._programs[source] = (compiled, self.names_in(source))
        return self._programs[source]

    def names_in(self, source: str) -> tuple[str, ...]:
        """The words the expression uses, each once."""
        found = dict.fromkeys(_NAME.findall(_TEXT.sub('""', source)))
        return tuple(name for name in found if name in self.words)

    def _explained(self, source: str, error: RuntimeError) -> str:
        reason = _reason(error)
        if unknown := re.search(r"undeclared reference to '(\w+)'", reason):
            return f"「{unknown[1]}」という事実はありません。綴りを確認してください: {source}"
        if "no matching overload" in reason:
            return f"数と文字など、種類の違うものを比べています: {source} ({reason})"
        return f"条件式を読み取れません: {source} ({reason})"

    def samples(self, source: str) -> Iterator["Known"]:
        """Companies that try the expression at each of its edges: every value it names, and just beside it."""
        names = self.program(source)[1]
        texts: list[str] = [one or other for one, other in _TEXT.findall(source)]
        bare = _TEXT.sub('""', source)
        edges = {0, 1, _MANY, *(int(n) for n in _NUMBER.findall(bare) if len(n) < 16)}
        fixed = [self.words[name].blank for name in names if self.words[name].fixed]
        edges |= {value for value in fixed if isinstance(value, int)}
        numbers = sorted({max(0, edge + step) for edge in edges for step in (-1, 0, 1)})
        choices = [_values(self.words[name], texts, numbers) for name in names]
        for values in islice(product(*choices), MOST_SAMPLES):
            yield self.of(dict(zip(names, values, strict=True)))

    def tries_everything(self, source: str) -> bool:
        """Whether `samples` is not cut short: only then does silence mean that the condition can never be true."""
        return sum(1 for _ in islice(self.samples(source), MOST_SAMPLES)) < MOST_SAMPLES


class Known:
    """Facts under a language: what conditions and formulas are asked of."""

    __slots__ = ("facts", "language")

    def __init__(self, language: Language, facts: Mapping[str, FactValue]) -> None:
        self.language = language
        self.facts = facts

    def holds(self, source: str) -> bool:
        """Whether the condition is true of the facts. Raises ConditionError when it gives no truth value."""
        answer = self._run(source)
        if not isinstance(answer, bool):
            raise ConditionError(f"条件式は真偽にならなければなりません: {source}")
        return answer

    def whole_number(self, source: str) -> int:
        """The whole number a formula gives."""
        answer = self._run(source)
        if isinstance(answer, bool) or not isinstance(answer, int):
            raise ConditionError(f"計算式は整数にならなければなりません: {source}")
        return answer

    def _run(self, source: str) -> object:
        program, names = self.language.program(source)
        facts = self.facts
        try:
            answer = program.eval(data={name: _plain(facts[name]) for name in names})
        except RuntimeError as error:  # the library gives up on loops within loops
            raise ConditionError(f"条件式を計算できません: {source} ({_reason(error)})") from error
        if answer.type() == cel.Type.ERROR:
            raise ConditionError(f"条件式を計算できません: {source} ({_in_words(str(answer.value()))})")
        return answer.value()


def _plain(value: FactValue) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _values(fact: Fact, texts: list[str], numbers: list[int]) -> list[FactValue]:
    """What to try for one word. A word with known values is tried with those only, so a misspelt one never holds."""
    if fact.fixed:
        return [fact.blank]
    match fact.kind:
        case "flag":
            return [False, True]
        case "number":
            return list(numbers)
        case "text":
            return _texts_to_try(fact, texts)
        case "texts":
            named = [text for text in dict.fromkeys(texts) if not fact.values or text in fact.values][:6]
            return list(chain.from_iterable(combinations(named, size) for size in range(len(named) + 1)))


def _texts_to_try(fact: Fact, texts: list[str]) -> list[FactValue]:
    """Blank, whatever the expression names, and two days it does not name, one before the other."""
    if not fact.values:
        return list(dict.fromkeys(["", *texts, "2000-01-01", "2099-12-31"]))
    named = [value for value in fact.values if value in texts]
    return ["", *named, *[value for value in fact.values if value not in texts][:1]]


def _reason(error: RuntimeError) -> str:
    """The library's words without its drawing of the line."""
    first = str(error).splitlines()[0]
    return first.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: ").removeprefix("<input>:")


def _in_words(text: str) -> str:
    known = {"divide by zero": "0で割っています", "modulus by zero": "0で割っています", "overflow": "桁があふれます"}
    return next((words for sign, words in known.items() if sign in text), text)
