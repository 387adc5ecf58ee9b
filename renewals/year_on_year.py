"""前年との比較: this year's contract beside the year before, line by line, with what was added and taken away.

Two years in, lines out; no Django, no rating.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.money import format_limit, format_share, format_yen
from products.book import Book, InnerLimit
from products.risks import Selection, riders_in_force


class Mark(StrEnum):
    """What became of a line."""

    SAME = "SAME"
    CHANGED = "CHANGED"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    FOLLOWS = "FOLLOWS"
    STATED = "STATED"
    UNSTATED = "UNSTATED"
    NARROWED = "NARROWED"
    WIDENED = "WIDENED"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def note(self) -> str:
        """What a customer must not read into the line."""
        return _NOTES.get(self, "")

    @property
    def is_change(self) -> bool:
        """Whether a reader has to look at the line at all."""
        return self not in {Mark.SAME, Mark.FOLLOWS}


_LABELS = {
    Mark.SAME: "同じ", Mark.CHANGED: "変更", Mark.ADDED: "追加", Mark.REMOVED: "削除", Mark.FOLLOWS: "更新",
    Mark.STATED: "明記", Mark.UNSTATED: "不記載", Mark.NARROWED: "縮小", Mark.WIDENED: "拡大",
}  # fmt: skip
_NOTES = {
    Mark.STATED: "前年の書面に記載のなかった上限です。補償が広がるものではありません。",
    Mark.UNSTATED: "今年の書面には記載のない上限です。取扱いは担当者にお尋ねください。",
    Mark.NARROWED: "前年はなかった上限です。この部分の補償は前年より狭くなります。",
    Mark.WIDENED: "前年の上限がなくなり、支払限度額まで補償されます。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a contract, as far as it is known: a blank is left out, and nothing is said about it."""

    book: Book
    selection: Selection
    premium_yen: int
    term: str = ""
    plan: str = ""
    insureds: tuple[str, ...] = ()
    payment: str = ""
    rated_on: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class YearLine:
    """One line: last year, this year, and what became of it. `section` groups lines."""

    section: str
    label: str
    before: str
    after: str
    mark: Mark

    @property
    def mark_label(self) -> str:
        return self.mark.label

    @property
    def note(self) -> str:
        return self.mark.note


NOTHING = "－"
NOT_WRITTEN = "記載なし"


def year_on_year(before: Year, after: Year) -> tuple[YearLine, ...]:
    """Everything a customer would ask about, in the order of the policy; unchanged lines are kept and marked so."""
    pairs = (
        _plain("契約", "保険の種類", before.book.name, after.book.name),
        _plain("契約", "プラン", before.plan, after.plan),
        _term(before.term, after.term),
        *_covers(before, after),
        _plain("補償", "自己負担額(1事故につき)", _kept(before), _kept(after)),
        _line("補償", "免責時間", _hours(before), _hours(after)),
        *_riders(before, after),
        *_people(before.insureds, after.insureds),
        *_listed("引受けの条件", before.conditions, after.conditions),
        *_rated(before.rated_on, after.rated_on),
        *_wording(before.book, after.book),
        _plain("保険料", "払込方法", before.payment, after.payment),
        _plain("保険料", "保険料", format_yen(before.premium_yen), format_yen(after.premium_yen)),
    )
    return tuple(line for line in pairs if line is not None)


def _term(before: str, after: str) -> YearLine | None:
    """The next year follows the one before; that alone is no change of the contract."""
    return YearLine("契約", "保険期間", before, after, Mark.FOLLOWS) if before and after else None


def _plain(section: str, label: str, before: str, after: str) -> YearLine | None:
    """A line that only makes sense where both years say something."""
    return _line(section, label, before, after) if before and after else None


def _line(section: str, label: str, before: str, after: str) -> YearLine | None:
    """A line whose blank means that there is none."""
    if not before and not after:
        return None
    if before == after:
        mark = Mark.SAME
    elif not before:
        mark = Mark.ADDED
    elif not after:
        mark = Mark.REMOVED
    else:
        mark = Mark.CHANGED
    return YearLine(section, label, before or NOTHING, after or NOTHING, mark)


def _covers(before: Year, after: Year) -> Iterable[YearLine | None]:
    """Limits in the order of the newer book, each with the limits inside it."""
    labels = {part.code: part.label for book in (after.book, before.book) for part in book.coverages}
    for code in {part.code: None for part in (*after.book.coverages, *before.book.coverages)}:
        old, new = before.selection.limit(code), after.selection.limit(code)
        yield _line("補償", f"{labels[code]} 支払限度額", format_limit(old or None), format_limit(new or None))
        if not (old and new):
            continue
        was, will = _inner(before.book, code), _inner(after.book, code)
        knows = _names_inner_limits(before.book), _names_inner_limits(after.book)
        yield from _caps(
            f"{labels[code]}のうち ", was, will, knows, _pays(before.book, code) == _pays(after.book, code)
        )
    knows = bool(before.book.aggregates), bool(after.book.aggregates)
    insured = {code for code in labels if before.selection.limit(code) or after.selection.limit(code)}
    alike = all(_pays(before.book, code) == _pays(after.book, code) for code in insured)
    yield from _caps("", _aggregates(before.book), _aggregates(after.book), knows, alike)


Caps = Mapping[str, tuple[str, str]]  # by code: what is capped, and at what


def _caps(prefix: str, was: Caps, will: Caps, knows: tuple[bool, bool], alike: bool) -> Iterable[YearLine]:
    """Limits on a part of the cover (内枠), as far as the two editions differ.

    A cap that only one edition names takes cover away, or gives it back, where the other edition names such caps too
    (`knows`) and pays for the same things (`alike`). Otherwise nobody can tell: it is stated now, no more.
    """
    for code in dict.fromkeys([*will, *was]):
        (old_label, old), (new_label, new) = was.get(code, ("", "")), will.get(code, ("", ""))
        if old == new:
            continue
        if old and new:
            mark = Mark.CHANGED
        elif new:
            mark = Mark.NARROWED if knows[0] and alike else Mark.STATED
        else:
            mark = Mark.WIDENED if knows[1] and alike else Mark.UNSTATED
        yield YearLine("補償", f"{prefix}{new_label or old_label}", old or NOT_WRITTEN, new or NOT_WRITTEN, mark)


def _inner(book: Book, code: str) -> Caps:
    coverage = book.coverage(code)
    return {inner.code: (inner.label, _limit_of(inner)) for inner in coverage.inner_limits} if coverage else {}


def _names_inner_limits(book: Book) -> bool:
    """Older editions of a book were written before inner limits were: their silence says nothing."""
    return any(part.inner_limits for part in book.coverages)


def _pays(book: Book, code: str) -> object:
    """What a coverage pays for, in the words of the edition."""
    coverage = book.coverage(code)
    return (coverage.description, coverage.pays) if coverage else None


def _aggregates(book: Book) -> Caps:
    """総支払限度額 over several coverages."""
    labels = {part.code: part.label for part in book.coverages}
    return {
        one.code: (
            one.label, f"{labels[one.within]}の支払限度額まで" if one.within else format_limit(one.limit_yen)
        )
        for one in book.aggregates
    }  # fmt: skip


def _limit_of(inner: InnerLimit) -> str:
    return format_limit(inner.limit_yen) if inner.share is None else f"限度額の{format_share(inner.share)}"


def _kept(year: Year) -> str:
    return format_limit(year.selection.deductible_yen) if year.selection.deductible_yen else "なし"


def _hours(year: Year) -> str:
    return f"{year.selection.waiting_hours}時間" if year.selection.waiting_hours else ""


def _riders(before: Year, after: Year) -> Iterable[YearLine | None]:
    was, will = _rider_labels(before), _rider_labels(after)
    for code in dict.fromkeys([*will, *was]):
        words = ("付帯" if code in was else "", "付帯" if code in will else "")
        yield _line("追加条項", will.get(code) or was[code], *words)


def _rider_labels(year: Year) -> dict[str, str]:
    have = set(riders_in_force(year.selection, year.book))
    return {rider.code: rider.label for rider in year.book.riders if rider.code in have}


def _people(before: tuple[str, ...], after: tuple[str, ...]) -> Iterable[YearLine | None]:
    """Who is insured; nothing where one of the years does not say."""
    return _listed("被保険者", before, after) if before and after else ()


def _listed(section: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterable[YearLine | None]:
    for words in dict.fromkeys([*after, *before]):
        yield _line(section, words, "あり" if words in before else "", "あり" if words in after else "")


def _rated(before: tuple[tuple[str, str], ...], after: tuple[tuple[str, str], ...]) -> Iterable[YearLine | None]:
    was, will = dict(before), dict(after)
    for label in dict.fromkeys([*will, *was]):
        yield _line("算定の基礎", label, was.get(label, ""), will.get(label, ""))


def _wording(before: Book, after: Book) -> Iterable[YearLine | None]:
    """Which edition, and which passages of the printed texts are not the same words any more."""
    yield _plain("約款・書面", "商品の版", before.edition, after.edition)
    yield _plain("約款・書面", "約款", before.policy_form, after.policy_form)
    was, will = _passages(before), _passages(after)
    for heading in dict.fromkeys([*will, *was]):
        old, new = was.get(heading), will.get(heading)
        if old != new:
            words = ("記載あり" if old else "", "文言を改定" if old and new else "記載あり" if new else "")
            yield _line("約款・書面", heading, *words)


def _passages(book: Book) -> Mapping[str, object]:
    """What the customer is told, by its heading: passages of 重要事項説明書, and what each coverage and rider is."""
    told: dict[str, object] = {
        f"重要事項説明書「{text.heading}」": (text.paragraphs, text.items)
        for text in (*book.texts.overview, *book.texts.attention)
    }
    told |= {f"「{part.label}」の説明": (part.description, part.pays) for part in book.coverages}
    return told
