"""Prices on the screen: the grid of a product of packages, and the builder of a product of free limits.

Reads only. What can be had together is for the book; this file arranges what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Refused
from core.money import format_limit
from products.book import Book, Plan
from products.choosing import Toggle, WayOut, toggles_of, ways_out
from products.eligibility import judge
from products.models import ProductVersion
from products.queries import products_sold_on
from products.rating import Receipt
from products.risks import Selection, selection_of
from quotes.facts import selection_json
from quotes.forms import SelectionForm
from quotes.models import Quote, QuoteOption
from quotes.queries import Case


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan of the grid with its premium, and the option it already is on this quote."""

    plan: Plan
    premium_yen: int | None
    is_reference: bool
    option: QuoteOption | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One liability limit and its plans, in the order of the cost limits."""

    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All plans of a product at once. With `reasons` it cannot be had (each says what to do)."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    toggles: tuple[Toggle, ...]
    reasons: tuple[str, ...]
    asks: tuple[str, ...]
    conflicts: tuple[str, ...]
    plans: int


def grid(case: Case, riders: Sequence[str], options: Sequence[QuoteOption]) -> Grid:
    """Every plan of the book priced with these riders."""
    verdict = judge(case.risk, case.book)
    reasons = tuple(reason.sentence for reason in verdict.reasons if reason.outcome == "decline")
    asks = tuple(reason.sentence for reason in verdict.reasons if reason.outcome == "ask")
    standing = {_key(option.selection): option for option in options}
    book = case.book
    costs = sorted({plan.cost_yen for plan in book.plans_for_sale})
    liabilities = sorted({plan.liability_yen for plan in book.plans_for_sale})
    known = [code for code in riders if book.rider(code)]
    conflicts = tuple(case.problems(grid_selection(book, book.plans_for_sale[0].code, known)))
    can_price = not reasons and case.facts.sales_yen is not None and not conflicts
    by_limits = {(plan.liability_yen, plan.cost_yen): plan for plan in book.plans_for_sale}
    rows = []
    for liability in liabilities:
        plans = [by_limits.get((liability, cost)) for cost in costs]
        cells = tuple(_cell(case, plan, known, standing, can_price) if plan else None for plan in plans)
        rows.append(GridRow(format_limit(liability), cells))
    toggles = toggles_of(book, grid_selection(book, book.plans_for_sale[0].code, known), case.risk)
    columns = tuple(format_limit(cost) for cost in costs)
    return Grid(columns, tuple(rows), toggles, reasons, asks, conflicts, len(by_limits))


def _cell(case: Case, plan: Plan, riders: Sequence[str], standing: dict[Any, QuoteOption], can_price: bool) -> Cell:
    selection = selection_of(plan, riders=riders)
    receipt, _ = case.price(selection) if can_price else (None, "")
    return Cell(
        plan,
        receipt.total_yen if receipt else None,
        bool(receipt and receipt.is_reference),
        standing.get(_key(selection_json(selection))),
    )


def _key(plain: dict[str, Any]) -> tuple[Any, ...]:
    return (plain["liability_yen"], plain["cost_yen"], plain["deductible_yen"], tuple(sorted(plain["riders"])))


def grid_selection(book: Book, code: str, riders: Sequence[str]) -> Selection:
    """A plan with riders. Refused when the book has no such plan."""
    plan = book.plan(code)
    if plan is None:
        raise Refused("この商品にないプランです。画面を開き直して選び直してください。")
    return selection_of(plan, riders=sorted(set(riders)))


@dataclass(frozen=True, slots=True)
class Builder:
    """A cover in the making: the form, its riders, what is wrong with it, and its premium."""

    form: SelectionForm
    selection: Selection
    toggles: tuple[Toggle, ...]
    problems: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    receipt: dict[str, Any] | None
    premium: Receipt | None
    unpriced_reason: str
    referrals: tuple[str, ...]


def builder(case: Case, form: SelectionForm, start: Selection) -> Builder:
    """Price what the form says; a form that is not filled in starts from `start`."""
    if form.is_bound and form.is_valid():
        selection = form.selection()
    else:
        selection = start
        if not form.is_bound:
            form.initial = {name: _typed(value) for name, value in selection.facts().items()}
    problems = tuple(case.problems(selection)) if not form.errors else ()
    receipt, why = case.price(selection) if not problems and not form.errors else (None, "")
    company = {reason.sentence for reason in judge(case.risk, case.book).reasons}
    own = judge(case.risk, case.book, selection).reasons
    referrals = tuple(
        reason.sentence for reason in own if reason.sentence not in company and reason.outcome != "accept"
    )
    plain = receipt.as_json() if receipt else None
    toggles, ways = toggles_of(case.book, selection, case.risk), ways_out(case.book, selection, case.risk)
    return Builder(form, selection, toggles, problems, ways, plain, receipt, why, referrals)


def _typed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A way to pay, its surcharge in percent as people say it."""

    label: str
    instalments: int
    surcharge_percent: str
    note: str


def payment_views(book: Book) -> list[PaymentView]:
    """The ways to pay, in the order of the book."""
    return [
        PaymentView(way.label, way.instalments, f"{(way.surcharge * 100).normalize():f}", way.note or "")
        for way in book.payments
    ]


def other_products(quote: Quote) -> list[ProductVersion]:
    """Products one could quote instead, for the same start."""
    versions = products_sold_on(quote.inception_on)
    return [version for version in versions if version.product_id != quote.product_version.product_id]
