"""What customers fear and insist on, and what of the books serves it: read from `needs.yaml`, data like the books."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from products.book import Book
from products.limits import has_coverage
from products.reading import plain_values
from products.risks import Selection, riders_in_force
from products.tariff import Code, Line, Part

FILE = Path(__file__).with_name("needs.yaml")


class Way(Part):
    """One way of serving a need: all the coverages with a limit, all the riders, none of those it is `without`."""

    coverages: tuple[Code, ...] = ()
    riders: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()


class Need(Part):
    """A risk (`risk`) that can also be insisted on (`cover`)."""

    code: Code
    risk: Line
    cover: Line
    note: Line | None = None
    served_by: tuple[Way, ...]
    in_product: dict[str, tuple[Way, ...]] = {}

    def ways_in(self, book: Book) -> tuple[Way, ...]:
        """The ways the product has, as far as it knows their coverages and riders."""
        ways = self.in_product.get(book.code, self.served_by)
        return tuple(way for way in ways if _is_known(way, book))


class ToConfirm(Part):
    """A product that is for some companies only: the question whose はい says that this is one."""

    product: Line
    question: Code
    unknown: Line
    otherwise: Line


class Needs(Part):
    """The whole file."""

    needs: tuple[Need, ...]
    to_confirm: tuple[ToConfirm, ...] = ()

    def get(self, code: str) -> Need | None:
        """The need by its code; None for one that was taken out of the file since."""
        return next((need for need in self.needs if need.code == code), None)

    def labels(self, codes: list[str] | tuple[str, ...], *, as_cover: bool = False) -> list[str]:
        """Their names, in the file's order."""
        return [need.cover if as_cover else need.risk for need in self.needs if need.code in codes]

    def confirmation_of(self, book: Book) -> ToConfirm | None:
        """What is confirmed first before this product can be had."""
        return next((one for one in self.to_confirm if one.product == book.code), None)


@lru_cache(maxsize=1)
def needs() -> Needs:
    """The file, read once per process."""
    tree, _ = plain_values(FILE.read_text(encoding="utf-8"), FILE.name)
    return Needs.model_validate(tree)


def _is_known(way: Way, book: Book) -> bool:
    return all(book.coverage(code) for code in way.coverages) and all(book.rider(code) for code in way.riders)


def serves(selection: Selection, book: Book, need: Need) -> bool:
    """Whether the chosen cover serves the need."""
    riders = set(riders_in_force(selection, book))
    return any(
        riders.issuperset(way.riders)
        and not riders.intersection(way.without)
        and all(_covers(selection, book, code) for code in way.coverages)
        for way in need.ways_in(book)
    )


def _covers(selection: Selection, book: Book, code: str) -> bool:
    coverage = book.coverage(code)
    return coverage is not None and has_coverage(book, selection, coverage) and selection.limit(code) > 0


def served(selection: Selection, book: Book) -> tuple[str, ...]:
    """The codes of every need the chosen cover serves."""
    return tuple(need.code for need in needs().needs if serves(selection, book, need))


def with_need(selection: Selection, book: Book, need: Need) -> Selection:
    """The selection with what serves the need added: its riders, and the smallest limit of its coverages. As it was
    where the product has no way, or the plan leaves no room for it."""
    if serves(selection, book, need):
        return selection
    for way in need.ways_in(book):
        tried = _along(way, selection, book)
        if serves(tried, book, need):
            return tried
    return selection


def _along(way: Way, selection: Selection, book: Book) -> Selection:
    riders = [code for code in selection.riders if code not in way.without]
    for code in way.coverages:
        coverage = book.coverage(code)
        if coverage is not None and coverage.needs_rider:
            riders.append(coverage.needs_rider)
    tried = replace(selection, riders=_with_their_needs([*riders, *way.riders], selection.plan, book))
    for code in way.coverages:
        coverage = book.coverage(code)
        if coverage is not None and not tried.limit(code):
            smallest = min((yen for yen in coverage.limits if yen), default=0)
            tried = with_limit(tried, code, smallest, book)
    return tried


def _with_their_needs(riders: list[str], plan: str, book: Book) -> tuple[str, ...]:
    """The riders, and those they need; what comes by itself or not at all in the plan is not chosen."""
    waiting, chosen = list(riders), set()
    while waiting:
        code = waiting.pop()
        rider = book.rider(code)
        if rider is not None and code not in chosen and rider.available_in(plan) == "optional":
            chosen.add(code)
            waiting += rider.needs
    return tuple(sorted(chosen))


def with_limit(selection: Selection, code: str, yen: int, book: Book) -> Selection:
    """The selection with another limit; loss of profit brings the usual waiting time along."""
    if hasattr(selection, f"{code}_yen"):
        changed = replace(selection, **{f"{code}_yen": yen})  # type: ignore[arg-type]
    else:
        others = {**dict(selection.other_limits), code: yen}
        changed = replace(selection, other_limits=tuple(sorted((c, y) for c, y in others.items() if y)))
    interrupted = bool(changed.bi_yen or changed.continuity_yen)
    if book.waiting_hours is None or interrupted == bool(changed.waiting_hours):
        return changed
    return replace(changed, waiting_hours=book.waiting_hours.preset if interrupted else 0)
