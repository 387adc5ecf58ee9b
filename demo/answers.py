"""What the demo's customers answer in a 告知書: truthful, uneven, now and then with something to talk about."""

from random import Random
from typing import Any

from products.book import Book, Question
from products.scoring import shown_questions

# What has no bearing on security is answered for an ordinary domestic company, unless a case says otherwise.
ORDINARY: dict[str, Any] = {"fiscal_year_closed": "yes"}


# A measure is not there without its ground, and a certificate not without the system it certifies.
GROUNDS = {"logs_watched": "logs_kept", "incident_drill": "incident_plan"}
CERTIFIED_HAVE = ("policy", "asset_inventory", "rules_review", "training")


def answers_for(book: Book, seed: str, *, care: float, special: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answers to every question that is asked. `care` (0 to 1) is how much security the company has in place.

    The same company says the same to the same question, whichever book asks it and in whichever order.
    """
    said: dict[str, Any] = {}
    while waiting := [question for question in shown_questions(said, book) if question.id not in said]:
        for question in waiting:
            chance = Random(f"{seed}:{question.id}")
            said[question.id] = (special or {}).get(question.id, _answer(question, chance, care))
    return _as_it_is(said)


def _as_it_is(said: dict[str, Any]) -> dict[str, Any]:
    """The company looks again at what cannot be."""
    for measure, ground in GROUNDS.items():
        if said.get(ground) == "no" and measure in said:
            said[measure] = "no"
    if said.get("certification") == "yes" or said.get("isms_certified") == "yes":
        said |= {name: "yes" for name in CERTIFIED_HAVE if name in said}
    places = [name for name in said if name.startswith("mfa_")]
    if said.get("mfa") == "yes" and places and "yes" not in [said[name] for name in places]:
        said[places[0]] = "yes"
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
