"""Which riders (追加条項) go together. What needs and excludes what stands in the book; this file compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from products import conditions
from products.book import Book, Rider
from products.rating import Risk, Selection, all_facts


@dataclass(frozen=True, slots=True)
class Conflict:
    """Riders that cannot stay as they are, and a sentence that says what to do."""

    riders: tuple[str, ...]
    sentence: str


def check_riders(book: Book, selection: Selection, risk: Risk) -> tuple[Conflict, ...]:
    """Everything wrong with the chosen set of riders; empty when it can be had."""
    conflicts: list[Conflict] = []
    chosen: list[Rider] = []
    for code in dict.fromkeys(selection.riders):
        rider = book.rider(code)
        if rider is None:
            conflicts.append(Conflict((code,), f"この商品にはない追加条項「{code}」が選ばれています。外してください。"))
        else:
            chosen.append(rider)
    codes = {rider.code for rider in chosen}
    known = conditions.context(all_facts(risk, selection))
    for rider in chosen:
        conflicts += _lacking(book, rider, codes)
        conflicts += [
            Conflict((rider.code,), condition.sentence)
            for condition in rider.conditions
            if not conditions.holds(condition.must, known)
        ]
    return tuple(conflicts) + _opposed(book, chosen, codes)


def _lacking(book: Book, rider: Rider, codes: set[str]) -> list[Conflict]:
    return [
        Conflict(
            (rider.code, needed),
            f"{rider.label}には{_label(book, needed)}が必要です。"
            f"{_label(book, needed)}も付けるか、{rider.label}を外してください。",
        )
        for needed in rider.needs
        if needed not in codes
    ]


def _opposed(book: Book, chosen: list[Rider], codes: set[str]) -> tuple[Conflict, ...]:
    """Each pair once, whichever of the two names the other."""
    pairs = {tuple(sorted((rider.code, other))) for rider in chosen for other in rider.excludes if other in codes}
    return tuple(
        Conflict(
            (one, two),
            f"{_label(book, one)}は{_label(book, two)}と同時に付けられません。どちらかを外してください。",
        )
        for one, two in sorted(pairs)
    )


def _label(book: Book, code: str) -> str:
    rider = book.rider(code)
    return rider.label if rider else code


def unavailable_riders(book: Book, selection: Selection, risk: Risk) -> dict[str, str]:
    """For the screen: every rider that could not be added to the selection as it stands, with the reason."""
    before = set(check_riders(book, selection, risk))
    reasons: dict[str, str] = {}
    for rider in book.riders:
        if rider.code in selection.riders:
            continue
        tried = Selection(
            **{**selection.facts(), "riders": (*selection.riders, rider.code)}  # type: ignore[arg-type]
        )
        new = [conflict for conflict in check_riders(book, tried, risk) if conflict not in before]
        if new:
            reasons[rider.code] = _what_first(book, new[0], rider, selection.riders)
    return reasons


def _what_first(book: Book, conflict: Conflict, rider: Rider, chosen: Sequence[str]) -> str:
    """A conflict's sentence, said of a rider that is not chosen yet: what comes first."""
    other = next((code for code in conflict.riders if code != rider.code), None)
    if other is None:
        return conflict.sentence
    return f"先に「{_label(book, other)}」を{'外す' if other in chosen else '付ける'}と選べます。"
