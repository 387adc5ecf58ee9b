"""A contract's cover in the book's words and back: what was chosen (`Selection`), and the lines the contract prints."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from core.errors import Refused
from policies.terms import CoverLine, RiderLine, Terms
from products.book import Book
from products.choosing import ready_made
from products.facts import COMMON_COVERAGES
from products.risks import Selection, riders_in_force


def selection_agreed(plain: Mapping[str, Any]) -> Selection:
    """The selection as a contract's terms keep it: in the words of conditions, every limit by its own name."""
    common = {field.name for field in fields(Selection)}
    chosen = {name: value for name, value in plain.items() if name in common}
    others = tuple(sorted((name.removesuffix("_yen"), limit) for name, limit in plain.items() if name not in common))
    try:
        return Selection(**chosen | {"riders": tuple(sorted(plain.get("riders", ()))), "other_limits": others})
    except TypeError as error:
        raise Refused("補償内容を読み取れません。保険会社に契約の内容を確認してください。") from error


def selection_of_terms(terms: Terms, book: Book) -> Selection:
    """What was chosen; of a contract taken over from elsewhere, as far as its own lines tell in the book's words."""
    if terms.selection:
        return selection_agreed(terms.selection)
    limits = {line.code: line.limit_yen for line in terms.cover if book.coverage(line.code)}
    framed = next((plan.code for plan in book.plans if plan.label in terms.plan_label), "") if terms.plan_label else ""
    automatic = {rider.code for rider in book.riders if rider.available_in(framed) == "automatic"}
    amounts: dict[str, Any] = {f"{code}_yen": limits.get(code, 0) for code in COMMON_COVERAGES}
    chosen = Selection(
        **amounts,
        deductible_yen=terms.deductible_yen,
        waiting_hours=terms.waiting_hours,
        riders=tuple(sorted({rider.code for rider in terms.riders} - automatic)),
        other_limits=tuple(sorted((code, limit) for code, limit in limits.items() if code not in COMMON_COVERAGES)),
    )
    return replace(chosen, plan=framed or ready_made(book, chosen))


def cover_lines(book: Book, selection: Selection, standing: tuple[CoverLine, ...] = ()) -> tuple[CoverLine, ...]:
    """Every section of cover with its limit, in the book's order. One that stands keeps its words; one the book does
    not know stays as it is."""
    words = {line.code: line for line in standing}
    found = [
        words.get(part.code, CoverLine(code=part.code, label=part.label, limit_yen=limit)).model_copy(
            update={"limit_yen": limit}
        )
        for part in book.coverages
        if (limit := selection.limit(part.code))
    ]
    return (*found, *(line for line in standing if book.coverage(line.code) is None))


def rider_lines(book: Book, selection: Selection, standing: tuple[RiderLine, ...] = ()) -> tuple[RiderLine, ...]:
    """The riders in force, those a plan brings with it among them, in the book's order; one that stands keeps its
    words, whether the book knows it or not."""
    words = {line.code: line for line in standing}
    known = {rider.code: RiderLine(code=rider.code, label=rider.label, note=rider.note or "") for rider in book.riders}
    in_force = set(riders_in_force(selection, book))
    return tuple((known | words)[code] for code in dict.fromkeys((*known, *words)) if code in in_force)
