"""The bank of questions (質問台帳): what a question's id means, whichever carrier's book asks it in whichever words.

An answer travels by its meaning: from one carrier's form to another's, and from last year's to this one. Wording and
version belong to the books. A question that is not in the bank is the book's own and goes nowhere else.
"""

from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from products.book.questions import QuestionKind
from products.strict import BookError, Problem, line_of, misfits, plain_values
from products.tariff import Code, Line, Part

FILE = Path(__file__).resolve().parent / "bank.yaml"


class Meaning(Part):
    """What a question asks, in any wording. `values` are all answers a choice may have; a book may offer fewer.

    `places`: the questions that ask where, when this one is answered はい. `measure`: what we advise while it is not
    in place.
    """

    meaning: Line
    kind: QuestionKind
    fresh_months: int = Field(ge=1, le=60)
    sensitive: bool = False
    values: tuple[Code, ...] = ()
    places: tuple[Code, ...] = ()
    measure: Line | None = None

    @model_validator(mode="after")
    def _has_values_where_it_is_a_choice(self) -> "Meaning":
        if (self.kind == "choice") != bool(self.values):
            raise ValueError("選択肢の値(values)は、種類がchoiceの質問にだけ書いてください。")
        return self


class Bank(Part):
    """All meanings by id."""

    questions: dict[Code, Meaning]

    def meaning(self, id: str) -> Meaning | None:
        """The meaning, or None for a question of one book alone."""
        return self.questions.get(id)

    def is_sensitive(self, id: str) -> bool:
        """Said one by one, never confirmed in a bundle."""
        found = self.questions.get(id)
        return found is not None and found.sensitive

    @cached_property
    def places(self) -> frozenset[str]:
        """Every question that only says where."""
        return frozenset(place for meaning in self.questions.values() for place in meaning.places)


def read_bank(text: str, name: str) -> Bank:
    """The bank in `text`. Raises BookError with file and line."""
    tree, lines = plain_values(text, name)
    try:
        read = Bank.model_validate(tree)
    except ValidationError as error:
        raise BookError(misfits(error, tree, lines, name)) from error
    lost = tuple(
        Problem(name, line_of(lines, ("questions", id, "places", at)), f"質問「{place}」が質問台帳にありません。")
        for id, meaning in read.questions.items()
        for at, place in enumerate(meaning.places)
        if place not in read.questions
    )
    if lost:
        raise BookError(lost)
    return read


@cache
def bank() -> Bank:
    """The bank that comes with the house; read once per process."""
    return read_bank(FILE.read_text(encoding="utf-8"), FILE.name)
