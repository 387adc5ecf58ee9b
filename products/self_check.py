"""The public self-check of 25 items (自社診断), answered from the questionnaire, and the measures that help most.

Nothing here suggests another answer: what is not in place is named as work to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from products.bank import bank
from products.book import Book
from products.facts import FactValue
from products.scoring import SectionScore, section_scores, security_score, shown_questions
from products.strict import BookError, Problem, line_of, misfits, plain_values
from products.tariff import Code, Known, Line, Part

FILE = Path(__file__).resolve().parent / "self_check.yaml"
IN_PLACE, IN_PART, NOT_IN_PLACE, NOT_KNOWN = 4, 2, 0, -1  # the points of the public sheet
WORDS = {IN_PLACE: "実施", IN_PART: "一部実施", NOT_IN_PLACE: "未実施", NOT_KNOWN: "わからない", None: "たずねていない"}
MOST_MEASURES = 3


class CheckItem(Part):
    """One of the 25, and the questions of the bank that answer it."""

    number: int = Field(ge=1, le=25)
    title: Line
    questions: tuple[Code, ...]


class CheckPart(Part):
    code: Code
    label: Line
    items: tuple[CheckItem, ...] = Field(min_length=1)


class Sheet(Known):
    """The public sheet, and where it comes from."""

    parts: tuple[CheckPart, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An item with its points; None where no answer speaks to it."""

    number: int
    title: str
    points: int | None

    @property
    def words(self) -> str:
        return WORDS[self.points]


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part of the sheet: points of the items the answers speak to, and how many could be had from those."""

    label: str
    items: tuple[ItemResult, ...]

    @property
    def known(self) -> int:
        return sum(item.points is not None for item in self.items)

    @property
    def points(self) -> int:
        return sum(item.points or 0 for item in self.items)

    @property
    def possible(self) -> int:
        return self.known * IN_PLACE

    @property
    def percent(self) -> int:
        """Of what could be had; わからない counts against, but nothing is less than nothing."""
        return max(0, self.points * 100 // self.possible) if self.possible else 0


@dataclass(frozen=True, slots=True)
class Measure:
    """What to do next: the question's meaning, our advice, and how much of the score it would earn."""

    question: str
    meaning: str
    advice: str
    weight: int


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What the answers say about the company's security, for the customer's eyes."""

    score: int
    sections: tuple[SectionScore, ...]
    parts: tuple[PartResult, ...]
    measures: tuple[Measure, ...]
    source: str

    @property
    def known(self) -> int:
        return sum(part.known for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def possible(self) -> int:
        return sum(part.possible for part in self.parts)

    @property
    def items(self) -> int:
        return sum(len(part.items) for part in self.parts)


def read_sheet(text: str, name: str) -> Sheet:
    """The sheet in `text`. Raises BookError with file and line."""
    tree, lines = plain_values(text, name)
    try:
        sheet = Sheet.model_validate(tree)
    except ValidationError as error:
        raise BookError(misfits(error, tree, lines, name)) from error
    lost = tuple(
        Problem(name, line_of(lines, ("parts", at, "items", index)), f"質問「{id}」が質問台帳にありません。")
        for at, part in enumerate(sheet.parts)
        for index, item in enumerate(part.items)
        for id in item.questions
        if bank().meaning(id) is None
    )
    if lost:
        raise BookError(lost)
    return sheet


@cache
def sheet() -> Sheet:
    """The sheet that comes with the house; read once per process."""
    return read_sheet(FILE.read_text(encoding="utf-8"), FILE.name)


def self_check(book: Book, answers: Mapping[str, Any], company: Mapping[str, FactValue] | None = None) -> SelfCheck:
    """The score by section, the public sheet beside it, and the three measures that would help most."""
    shown = {question.id for question in shown_questions(answers, book, company)}
    said = {name: value for name, value in answers.items() if name in shown}
    parts = tuple(
        PartResult(part.label, tuple(ItemResult(i.number, i.title, _points(i, said)) for i in part.items))
        for part in sheet().parts
    )
    return SelfCheck(
        score=security_score(answers, book, company),
        sections=section_scores(answers, book, company),
        parts=parts,
        measures=_measures(book, answers, company, shown),
        source=sheet().source,
    )


def _points(item: CheckItem, said: Mapping[str, Any]) -> int | None:
    given = [said[id] for id in item.questions if said.get(id) in ("yes", "no", "unknown")]
    if not given:
        return None
    if all(value == "yes" for value in given):
        return IN_PLACE
    if "yes" in given:
        return IN_PART
    return NOT_IN_PLACE if "no" in given else NOT_KNOWN


def _measures(
    book: Book, answers: Mapping[str, Any], company: Mapping[str, FactValue] | None, shown: set[str]
) -> tuple[Measure, ...]:
    """Measures not in place, by what they would earn: the own weight, and that of the questions they open."""
    found = []
    weights = {question.id: question.score.weight for question in book.questions if question.score is not None}
    for question in book.questions:
        meaning = bank().meaning(question.id)
        lacking = question.id in shown and answers.get(question.id) in ("no", "unknown")
        if not lacking or question.id not in weights or meaning is None or meaning.measure is None:
            continue
        then = {q.id for q in shown_questions({**answers, question.id: "yes"}, book, company)} - shown
        gain = weights[question.id] + sum(weights.get(opened, 0) for opened in then)
        found.append(Measure(question.id, meaning.meaning, meaning.measure, gain))
    return tuple(sorted(found, key=lambda one: -one.weight)[:MOST_MEASURES])
