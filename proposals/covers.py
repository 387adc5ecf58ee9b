"""Which covers of a product are looked at for a wish: its plans, the wished limits, and what must be in."""

from dataclasses import replace

from products.book import Book
from products.risks import Selection, selection_of
from proposals.needs import Need, needs, with_limit, with_need
from proposals.rules import Wishes


def covers_to_compare(book: Book, wishes: Wishes) -> list[Selection]:
    """The covers to look at: every plan, and where limits are free the wished limits; with the must-haves added."""
    plans = book.plans_for_sale
    selections = [selection_of(plan) for plan in plans]
    if book.plan_is_chosen and not book.limits_are_packages:
        selections = [_at_wished_limits(one, book, wishes) for one in selections]
    elif not book.limits_are_packages and plans:
        selections.insert(0, _at_wished_limits(replace(selections[0], plan=""), book, wishes))
    musts = [need for code in wishes.must_haves if (need := needs().get(code))]
    whole = [_with_must_haves(selection, book, musts) for selection in selections]
    # A plan whose limits are the wished ones is that plan, under its own name.
    plain = {(one.liability_yen, one.cost_yen, one.riders) for one in whole if one.plan}
    return [one for one in whole if one.plan or (one.liability_yen, one.cost_yen, one.riders) not in plain]


def _with_must_haves(selection: Selection, book: Book, musts: list[Need]) -> Selection:
    for need in musts:
        selection = with_need(selection, book, need)
    return selection


def _at_wished_limits(selection: Selection, book: Book, wishes: Wishes) -> Selection:
    """The limits of the menu nearest to the wish: the smallest that reaches it, else the largest there is."""
    for code, wanted in (("liability", wishes.liability_yen), ("cost", wishes.cost_yen)):
        coverage = book.coverage(code)
        if coverage is not None and (not coverage.plans or selection.plan in coverage.plans):
            reaching = [yen for yen in coverage.limits if yen >= wanted]
            selection = with_limit(selection, code, min(reaching, default=max(coverage.limits)), book)
    return selection
