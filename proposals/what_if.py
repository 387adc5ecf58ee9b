"""What if (試算): another limit, deductible or rider, a measure taken – the premium and the verdict at once, from the
same engine, and nothing is kept. Facts in, figures out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from products.book import Book, Question
from products.risks import Selection
from products.scoring import shown_questions
from quotes.replaying import Rerated, rerate


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as it stands: the company's facts, what was answered, the book, and the cover to start from."""

    facts: Mapping[str, Any]
    answers: Mapping[str, Any]
    book: Book
    selection: Selection

    def now(self) -> Rerated:
        """Premium and verdict as things are."""
        return self.with_changes(self.selection, ())

    def with_changes(self, selection: Selection, taken: Iterable[Question]) -> Rerated:
        """Premium and verdict for another cover, and with these measures really in place."""
        answers = {**self.answers, **{question.id: in_place(question) for question in taken}}
        return rerate(self.facts, answers, selection, self.book)


def in_place(question: Question) -> str:
    """What is answered to a question once the measure is there: はい, or the choice that counts whole."""
    if question.kind == "choice":
        return max(question.options, key=lambda option: option.credit).value
    return "yes"


def is_measure(question: Question) -> bool:
    """Whether a question asks for a measure a company can take: the book gives it a weight in the score, and no
    answer of it is a matter for underwriting. What happened, and what the company is, has no weight."""
    return question.score is not None and question.refer is None and question.kind in ("yes_no", "choice")


def measures_left(book: Book, answers: Mapping[str, Any]) -> list[Question]:
    """The measures that are not in place, in the order of the questionnaire."""
    return [q for q in book.questions if is_measure(q) and answers.get(q.id) != in_place(q)]


def measures_denied(book: Book, answers: Mapping[str, Any]) -> list[Question]:
    """The measures the customer said are not in place, and those behind them that are not asked yet. What is blank
    or わからない has to be found out first: it is not a measure to take."""
    shown = {question.id for question in shown_questions(answers, book)}
    unsaid = (None, "", "unknown")
    return [
        q for q in measures_left(book, answers) if (q.id in shown and answers.get(q.id) not in unsaid)
        or (q.id not in shown and _hangs_on_a_measure(q, book, shown, answers))
    ]  # fmt: skip


def _hangs_on_a_measure(question: Question, book: Book, shown: set[str], answers: Mapping[str, Any]) -> bool:
    """Whether the question would be asked if a measure that was denied were taken."""
    names = book.language.names_in(question.shown_when or "true")
    return any(
        parent.id in names and parent.id in shown and is_measure(parent) and answers.get(parent.id) == "no"
        for parent in book.questions
    )
