"""What the contract's book says to a change on its way: what cannot be had, and what only the insurer can decide.

Facts in, verdict out; no database, no clock. What a contract already has is not held against it: only what the change
brings is judged.
"""

from dataclasses import dataclass

from products.book import Book
from products.choosing import ways_out
from products.eligibility import Reason, judge
from products.limits import check_limits
from products.riders import check_riders
from products.risks import Risk, Selection


@dataclass(frozen=True, slots=True)
class Side:
    """The contract before the change or after it: the cover, and the company that has it."""

    cover: Selection
    company: Risk


@dataclass(frozen=True, slots=True)
class Judgement:
    """`problems` cannot be had in this book, whoever asks; `ways_out` are the nearest sets of riders that can.
    `underwriting` is beyond the agency: the insurer decides, and names the premium."""

    problems: tuple[str, ...]
    ways_out: tuple[str, ...]
    underwriting: tuple[str, ...]


def judged(book: Book, before: Side, after: Side) -> Judgement:
    """Limits, riders and the rules of the book, for what the change brings."""
    stood = set(_unfit(book, before))
    problems = [sentence for sentence in _unfit(book, after) if sentence not in stood]
    reasons_before = {reason.code for reason in judge(before.company, book, before.cover).reasons}
    of_the_company = {reason.code for reason in judge(after.company, book).reasons}
    underwriting: list[str] = []
    for reason in judge(after.company, book, after.cover).reasons:
        own = reason.code not in of_the_company
        if reason.code in reasons_before and not (own and reason.outcome == "refer" and before.cover != after.cover):
            continue
        (underwriting if _is_for_the_insurer(reason, own) else problems).append(reason.sentence)
    ways = [way.label for way in ways_out(book, after.cover, after.company)] if problems else []
    return Judgement(tuple(dict.fromkeys(problems)), tuple(ways), tuple(dict.fromkeys(underwriting)))


def _unfit(book: Book, side: Side) -> list[str]:
    limits = [problem.sentence for problem in check_limits(book, side.cover, side.company)]
    return limits + [conflict.sentence for conflict in check_riders(book, side.cover, side.company)]


def _is_for_the_insurer(reason: Reason, is_of_the_cover: bool) -> bool:
    """A cover that needs more is mended here. What the book would ask the company again nobody answers on this form:
    the insurer has to hear it."""
    return reason.outcome == "refer" or (reason.outcome == "ask" and not is_of_the_cover)
