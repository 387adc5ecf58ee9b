"""The page of the longest questionnaire: what the house does to draw it, against a bare template given ready rows."""

from typing import Any

from django.template import Context
from django.template.loader import render_to_string

from bench.bare.views import ENGINE
from bench.pages import words
from bench.report import Line
from bench.timing import duel
from core.clock import now
from products.reading import read_book
from products.scoring import shown_questions
from products.shelf import shipped_books
from quotes.models import Answer
from quotes.questionnaire import sections


def measure(*, repetitions: int) -> tuple[list[Line], dict[str, Any]]:
    """From answers in memory to markup; no database on either side."""
    books = [read_book(text, path.name) for path, text in shipped_books()]
    book = max(books, key=lambda book: len(book.questions))
    said = {question.id: "yes" if question.kind == "yes_no" else None for question in book.questions}
    said = {name: value for name, value in said.items() if value is not None}
    rows = [Answer(pk=1, question_id=name, value=value, answered_at=now()) for name, value in said.items()]
    asked = len(shown_questions(said, book))
    context = {"quote": {"number": "Q-2026-000001"}}

    def ours() -> str:
        views = sections(book, rows, {})
        return "".join(render_to_string("quotes/_section.html", {**context, "section": view}) for view in views)

    ready = [
        (view.code, view.label, view.answered, view.asked, view.help, [
            (row.id, row.wording, row.help, row.kind, row.typed, row.choices) for row in view.rows
        ])
        for view in sections(book, rows, {})
    ]  # fmt: skip
    template = ENGINE.get_template("form.html")

    def bare() -> str:
        return template.render(Context({"sections": ready}))

    alike = words(f"<main>{ours()}</main>") == words(f"<main>{bare()}</main>")
    if not alike:
        raise RuntimeError("the bare template does not show the words of the questionnaire")
    race = duel(ours, bare, repetitions=repetitions, warm_up=3)
    line = Line(
        "pages", f"questionnaire, {asked} questions drawn", race.ratio, None, f"p50 {race.ours.median * 1000:.1f} ms",
        f"p50 {race.bare.median * 1000:.1f} ms", "no database: conditions, rows and markup against ready rows",
    )  # fmt: skip
    return [line], {"form": race.as_json()}
