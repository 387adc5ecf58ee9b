"""What the demo's customers answer in a 告知書: truthful, uneven, now and then with something to talk about."""

from random import Random
from typing import Any

from products.book import Book, Question
from products.scoring import shown_questions

# What has no bearing on security is answered for an ordinary domestic company, unless a case says otherwise.
ORDINARY: dict[str, Any] = {"fiscal_year_closed": "yes"}


def answers_for(book: Book, random: Random, *, care: float, special: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answers to every question that is asked. `care` (0 to 1) is how much security the company has in place."""
    said: dict[str, Any] = {}
    while waiting := [question for question in shown_questions(said, book) if question.id not in said]:
        for question in waiting:
            said[question.id] = (special or {}).get(question.id, _answer(question, random, care))
    return said


def _answer(question: Question, random: Random, care: float) -> Any:
    if question.id in ORDINARY:
        return ORDINARY[question.id]
    scored = bool(question.score)
    match question.kind:
        case "yes_no" if scored:
            return random.choices(["yes", "no", "unknown"], [care, (1 - care) * 0.8, (1 - care) * 0.2])[0]
        case "yes_no":
            return "no"
        case "choice":
            return random.choice([option.value for option in question.options[:2]])
        case "count":
            return random.randrange(100, 20_000, 100) if question.id == "personal_records" else 0
        case "amount":
            return 0
        case _:
            return "特になし"
