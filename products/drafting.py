"""What the pages of a draft show: its problems with their lines, its worked examples, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from products.book import Book
from products.differences import PartOfDifferences, differences
from products.editing import values_of
from products.examples import Worked, work_through
from products.models import ProductDraft, ProductVersion
from products.reading import BookError, Problem, read_book


@dataclass(frozen=True, slots=True)
class Place:
    """A problem beside the line it stands in."""

    problem: Problem
    line: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft looked at from all sides. Without a book there are only problems; `changes` is None where the text is
    no readable YAML."""

    places: tuple[Place, ...]
    book: Book | None
    worked: tuple[Worked, ...]
    against: ProductVersion | None
    parts: tuple[PartOfDifferences, ...] | None
    cautions: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many worked examples do not come out to the yen."""
        return sum(not worked.agrees for worked in self.worked)

    @property
    def moved(self) -> int:
        return sum(len(part.differences) for part in self.parts or ())

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way of submitting."""
        return self.book is not None and not self.wrong


@lru_cache(maxsize=4)
def _read(text: str, name: str) -> Book | tuple[Problem, ...]:
    try:
        return read_book(text, name)
    except BookError as error:
        return error.problems


def problems_in(draft: ProductDraft) -> tuple[Problem, ...]:
    """Every problem of the draft's book; empty when it can be read."""
    found = _read(draft.text, draft.file_name)
    return found if isinstance(found, tuple) else ()


def book_in(draft: ProductDraft) -> Book | None:
    """The draft's book, or None while it has problems."""
    found = _read(draft.text, draft.file_name)
    return None if isinstance(found, tuple) else found


def check(draft: ProductDraft, against: ProductVersion | None) -> Checked:
    """Problems, examples, and the difference against a published version."""
    lines = draft.text.splitlines()
    places = tuple(
        Place(problem, lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else "")
        for problem in problems_in(draft)
    )
    book = book_in(draft)
    parts: tuple[PartOfDifferences, ...] | None = None
    cautions: tuple[str, ...] = ()
    if against is not None:
        before, after = _sides(draft, book, against)
        if after is not None:
            parts, cautions = differences(before, after), tuple(_same_version(before, after))
    return Checked(places, book, work_through(book) if book else (), against, parts, cautions)


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A worked example with the labels of its industry and plan."""

    worked: Worked
    industry: str
    plan: str


def example_rows(checked: Checked) -> list[ExampleRow]:
    """The worked examples in the words of the book, those that fail first."""
    if checked.book is None:
        return []
    industries = {industry.code: industry.label for industry in checked.book.industries}
    plans = {plan.code: plan.label for plan in checked.book.plans}
    rows = [
        ExampleRow(worked, industries.get(worked.example.industry, ""), plans.get(worked.example.plan or "", ""))
        for worked in checked.worked
    ]
    return sorted(rows, key=lambda row: row.worked.agrees)


def _sides(draft: ProductDraft, book: Book | None, against: ProductVersion) -> tuple[Any, Any]:
    """Both books' plain values, from the same stage: as books, or as written while the draft has problems."""
    if book is not None:
        return against.book.model_dump(), book.model_dump()
    try:
        return values_of(against.content), values_of(draft.text)
    except BookError:
        return {}, None


def _same_version(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Questions that ask in other words under the same version: old answers would pass for answers to the new ones."""
    found = []
    for part, name in (("questions", "質問"), ("declarations", "申告事項")):
        old = {item["id"]: item for item in _items(before, part)}
        for item in _items(after, part):
            was = old.get(item["id"])
            if was and was.get("wording") != item.get("wording") and was.get("version") == item.get("version"):
                found.append(f"{name}「{item['id']}」の文面が変わっています。版(version)の番号も上げてください。")
    return found


def _items(tree: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    items = tree.get(part)
    return (
        [item for item in items if isinstance(item, Mapping) and isinstance(item.get("id"), str)]
        if isinstance(items, tuple)
        else []
    )
