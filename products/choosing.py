"""Choosing a cover: the riders one may add with the reason why not, the nearest way out, and how a cover is called.

What can be had together is for the book; this file arranges what it says for the screens that let somebody choose.
"""

from dataclasses import dataclass

from core.money import format_limit
from products.book import Book, Plan
from products.riders import RiderRules, unavailable_riders
from products.risks import Risk, Selection


@dataclass(frozen=True, slots=True)
class Toggle:
    """A rider one may add, or the reason why not."""

    code: str
    label: str
    description: str
    chosen: bool
    reason: str
    note: str = ""


def toggles_of(book: Book, selection: Selection, risk: Risk) -> tuple[Toggle, ...]:
    """Every optional rider, greyed with its reason where it cannot be added."""
    reasons = unavailable_riders(book, selection, risk)
    return tuple(
        Toggle(
            rider.code, rider.label, rider.description, rider.code in selection.riders,
            reasons.get(rider.code, ""), rider.note or "",
        )
        for rider in book.riders
        if rider.can_be_chosen and rider.available_in(selection.plan) != "automatic"
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayOut:
    """A set of riders near the one that cannot be had: what to change, and the whole set."""

    label: str
    riders: tuple[str, ...]


def ways_out(book: Book, selection: Selection, risk: Risk) -> tuple[WayOut, ...]:
    """The admitted sets of riders with the fewest changes; none when the chosen set can be had."""
    rules = RiderRules(book, selection, risk)
    chosen = frozenset(selection.riders)
    if rules.admits(chosen):
        return ()
    ways = []
    for nearest in rules.nearest(chosen)[:3]:
        taken = [f"{rules.label(code)}を外す" for code in sorted(chosen - nearest)]
        added = [f"{rules.label(code)}を付ける" for code in sorted(nearest - chosen)]
        ways.append(WayOut("、".join([*taken, *added]), tuple(sorted(nearest))))
    return tuple(ways)


def ready_made(book: Book, selection: Selection) -> str:
    """The code of the plan for sale with just these limits; empty where the book has none."""
    for plan in book.plans_for_sale:
        common = (plan.liability_yen, plan.cost_yen, plan.bi_yen, plan.continuity_yen, plan.deductible_yen)
        if common == (
            selection.liability_yen, selection.cost_yen, selection.bi_yen, selection.continuity_yen,
            selection.deductible_yen,
        ):  # fmt: skip
            return plan.code
    return ""


def label_of(selection: Selection, book: Book) -> str:
    """How the cover is called: the plan's own name where the limits are the plan's, else its limits."""
    if book.plan_is_chosen and (framed := book.plan(selection.plan)):
        return f"{framed.label} {_limits_in_words(selection)}"
    for plan in book.plans_for_sale:
        same = (plan.liability_yen, plan.cost_yen, plan.deductible_yen)
        if same == (selection.liability_yen, selection.cost_yen, selection.deductible_yen):
            return plan.label + _beyond(selection, plan)
    return _limits_in_words(selection)


def _beyond(selection: Selection, plan: Plan) -> str:
    """What a selection has beyond the plan whose limits it shares, so that two options never look the same."""
    added = set(selection.riders) - set(plan.riders)
    words = ["利益損害・営業継続費用あり"] if selection.bi_yen + selection.continuity_yen else []
    if others := added - {"business_interruption"}:
        words.append(f"追加条項{len(others)}件追加")
    if taken := set(plan.riders) - set(selection.riders):
        words.append(f"追加条項{len(taken)}件なし")
    return f"({'、'.join(words)})" if words else ""


def _limits_in_words(selection: Selection) -> str:
    words = f"賠償{format_limit(selection.liability_yen)}"
    return f"{words}・費用{format_limit(selection.cost_yen)}" if selection.cost_yen else words
