"""What a contract would pay for a loss (支払額の試算): inner limits, deductible, share, limit and aggregates, in order.

The order stands in the book, coverage by coverage: (loss - deductible) x 90 % and loss x 90 % - deductible differ.
It is for showing what plans are worth beside each other. What is paid in a claim is the insurer's decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import assert_never

from core.money import format_share, round_yen
from products.book import Aggregate, Book, Coverage, InnerLimit
from products.factors import EXACT
from products.limits import has_coverage
from products.risks import Risk, Selection, riders_in_force

STEPS = {"inner": "内枠", "deductible": "自己負担額", "share": "縮小支払割合", "cap": "支払限度額"}


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a coverage's loss that has an inner limit: how much it is, and for how many people or companies."""

    loss_yen: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One step, in words, and what is left of the loss after it."""

    label: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class CoveragePayout:
    """What one coverage pays, step by step. `reason` says why a loss is not covered at all."""

    coverage: str
    label: str
    loss_yen: int
    paid_yen: int
    lines: tuple[PayoutLine, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """What all coverages pay together for one event, the first of its term."""

    coverages: tuple[CoveragePayout, ...]

    @property
    def paid_yen(self) -> int:
        """What the contract pays."""
        return sum(one.paid_yen for one in self.coverages)

    @property
    def loss_yen(self) -> int:
        """What the event cost."""
        return sum(one.loss_yen for one in self.coverages)


def payable(
    book: Book,
    selection: Selection,
    losses: Mapping[str, int],
    *,
    items: Mapping[str, Mapping[str, Item]] | None = None,
    risk: Risk | None = None,
) -> Payout:
    """What the selection pays for the losses (yen by coverage) of one event.

    `items` names, by coverage and inner limit, the parts of a loss that an inner limit holds; the rest has none.
    A loss from an interruption is the one beyond the waiting time. Aggregates are filled in the order of their
    coverages. Raises ValueError for a coverage or inner limit the book does not know, or parts beyond their loss.
    """
    items = items or {}
    for code in (*losses, *items):
        if book.coverage(code) is None:
            raise ValueError(f"{book.code} has no coverage {code}")
    facts = {**(risk.facts if risk else {}), **selection.facts(), "riders": riders_in_force(selection, book)}
    known = book.language.of(facts)
    paid = {
        coverage.code: _paid(book, selection, coverage, losses[coverage.code], items.get(coverage.code, {}))
        for coverage in book.coverages
        if coverage.code in losses
    }
    for aggregate in book.aggregates:
        if aggregate.when is None or known.holds(aggregate.when):
            _fill(aggregate, selection, paid)
    return Payout(tuple(paid.values()))


def _paid(
    book: Book, selection: Selection, coverage: Coverage, loss_yen: int, items: Mapping[str, Item]
) -> CoveragePayout:
    if not has_coverage(book, selection, coverage) or not selection.limit(coverage.code):
        reason = f"{coverage.label}は補償されません。"
        return CoveragePayout(coverage.code, coverage.label, loss_yen, 0, (), reason)
    steps = coverage.payout if "inner" in coverage.payout else ("inner", *coverage.payout)
    loss = _Loss.of(coverage, loss_yen, items)
    lines = []
    with localcontext(EXACT):
        for step in steps:
            before = loss.total
            match step:
                case "inner":
                    loss.hold_items(selection)
                    label = STEPS[step]
                case "deductible":
                    loss.take_off(selection.deductible_yen if coverage.takes_deductible else 0)
                    label = f"{STEPS[step]} {selection.deductible_yen:,}円"
                case "share":
                    loss.multiply(coverage.pays_share)
                    label = f"{STEPS[step]} {format_share(coverage.pays_share)}"
                case "cap":
                    loss.hold(Decimal(selection.limit(coverage.code)))
                    label = f"{STEPS[step]} {selection.limit(coverage.code):,}円"
                case _:
                    assert_never(step)
            if loss.total != before:
                lines.append(PayoutLine(label, _whole(loss.total)))
    return CoveragePayout(coverage.code, coverage.label, loss_yen, _whole(loss.total), tuple(lines))


class _Loss:
    """What is left of a loss: the rest, and each part that has an inner limit."""

    def __init__(self, coverage: Coverage, rest: Decimal, parts: dict[str, Decimal], counts: dict[str, int]) -> None:
        self.limits = {inner.code: inner for inner in coverage.inner_limits}
        self.rest = rest
        self.parts = parts
        self.coverage = coverage
        self.counts = counts

    @classmethod
    def of(cls, coverage: Coverage, loss_yen: int, items: Mapping[str, Item]) -> "_Loss":
        unknown = set(items) - {inner.code for inner in coverage.inner_limits}
        inside = sum(item.loss_yen for item in items.values())
        if unknown:
            raise ValueError(f"{coverage.code} has no inner limit {', '.join(sorted(unknown))}")
        if inside > loss_yen or min([loss_yen, *(item.loss_yen for item in items.values())]) < 0:
            raise ValueError(f"the parts of {coverage.code} do not fit into its loss")
        parts = {code: Decimal(item.loss_yen) for code, item in items.items()}
        return cls(coverage, Decimal(loss_yen - inside), parts, {code: item.count for code, item in items.items()})

    @property
    def total(self) -> Decimal:
        return self.rest + sum(self.parts.values(), start=Decimal(0))

    def hold_items(self, selection: Selection) -> None:
        """No part beyond its inner limit; per person or company it counts once for each."""
        for code, amount in self.parts.items():
            limit = self._limit(self.limits[code], selection)
            self.parts[code] = min(amount, limit)

    def _limit(self, inner: InnerLimit, selection: Selection) -> Decimal:
        if inner.limit_yen is None:
            one = (inner.share or Decimal(1)) * selection.limit(self.coverage.code)
        else:
            one = Decimal(inner.limit_yen)
        return one * self.counts[inner.code] if inner.per in ("person", "company") else one

    def take_off(self, yen: int) -> None:
        """The deductible: off the rest first, then off the parts in the order of the book."""
        left = Decimal(yen)
        taken = min(self.rest, left)
        self.rest, left = self.rest - taken, left - taken
        for code in self.limits:
            if code in self.parts:
                taken = min(self.parts[code], left)
                self.parts[code], left = self.parts[code] - taken, left - taken

    def multiply(self, share: Decimal) -> None:
        self.rest *= share
        self.parts = {code: amount * share for code, amount in self.parts.items()}

    def hold(self, limit: Decimal) -> None:
        """The coverage's limit over everything; from here on it is one amount."""
        if self.total > limit:
            self.rest, self.parts = limit, {}


def _fill(aggregate: Aggregate, selection: Selection, paid: dict[str, CoveragePayout]) -> None:
    """Coverages pay in the aggregate's order until it is used up."""
    limit = selection.limit(aggregate.within) if aggregate.within else aggregate.limit_yen or 0
    left = limit
    for code in aggregate.coverages:
        one = paid.get(code)
        if one is None:
            continue
        amount = min(one.paid_yen, left)
        left -= amount
        if amount < one.paid_yen:
            line = PayoutLine(f"{aggregate.label} {limit:,}円", amount)
            paid[code] = replace(one, paid_yen=amount, lines=(*one.lines, line))


def _whole(amount: Decimal) -> int:
    """Payouts are rounded down to the yen: 1円未満切り捨て."""
    return round_yen(amount, 1, "down")
