"""The versions of every product on a line of months, as numbers a page can draw."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from products.models import Product, ProductDraft, ProductVersion

LEAST_WIDTH = 6  # per mille of the line: a version of one day is still seen


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the line, in per mille of its width. `style`: sold, coming, over, superseded, draft."""

    left: int
    width: int
    style: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One product: its versions and open drafts, oldest first, and their bars."""

    product: Product
    versions: tuple[tuple[ProductVersion, str], ...]
    drafts: tuple[ProductDraft, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """All products over the same months. `marks`: where a month stands; `today` in per mille."""

    marks: tuple[tuple[int, str], ...]
    today: int
    rows: tuple[Row, ...]


def timeline(
    products: Iterable[Product], versions: Iterable[ProductVersion], drafts: Iterable[ProductDraft], on: date
) -> Line:
    """Draw from the first start to a year beyond today or the last start; what is farther off stands at the edge."""
    versions, drafts = list(versions), list(drafts)
    days = [on, *(version.starts_on for version in versions), *(draft.starts_on for draft in drafts)]
    # Five years back is what a screen can show; older versions begin at its edge.
    begin = max(min(days), date(on.year - 4, 1, 1)).replace(day=1)
    end = min(max(days), date(on.year + 5, 12, 31)) + timedelta(days=365)
    span = (end - begin).days

    def at(day: date) -> int:
        return min(1000, max(0, round((day - begin).days * 1000 / span)))

    def bar(start: date, last: date | None, style: str, words: str) -> Bar:
        left = at(start)
        right = at(last + timedelta(days=1)) if last else 1000
        return Bar(left, max(LEAST_WIDTH, right - left), style, words)

    rows = []
    for product in products:
        own = [(version, standing_of(version, on)) for version in versions if version.product_id == product.pk]
        own.sort(key=lambda pair: (pair[0].starts_on, pair[0].pk))
        open_ = tuple(draft for draft in drafts if draft.product_code == product.code)
        bars = [
            bar(version.starts_on, version.ends_on, style, f"{version.starts_on:%Y-%m-%d}から {LABELS[style]}")
            for version, style in own
            if style != "superseded"
        ]
        bars += [bar(d.starts_on, None, "draft", f"下書き {d.starts_on:%Y-%m-%d}から(予定)") for d in open_]
        rows.append(Row(product, tuple(reversed(own)), open_, tuple(bars)))
    return Line(tuple(_marks(begin, end, at)), at(on), tuple(rows))


LABELS = {"sold": "販売中", "coming": "未開始", "over": "販売終了", "superseded": "差替え済"}


def standing_of(version: ProductVersion, on: date) -> str:
    """Where a version stands on a day."""
    if version.is_superseded:
        return "superseded"
    if version.starts_on > on:
        return "coming"
    return "over" if version.ends_on and version.ends_on < on else "sold"


def _marks(begin: date, end: date, at: Callable[[date], int]) -> Iterable[tuple[int, str]]:
    months = (end.year - begin.year) * 12 + end.month - begin.month
    step = next(step for step in (1, 2, 3, 6, 12) if months / step <= 14)  # at most eleven years
    for number in range(months + 1):
        month = begin.month - 1 + number
        day = date(begin.year + month // 12, month % 12 + 1, 1)
        if (day.month - 1) % step == 0:
            place = at(day)
            if place <= 960:
                yield place, f"{day.year}年{day.month}月" if day.month == 1 or number < step else f"{day.month}月"
