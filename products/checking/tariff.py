"""The figures: facts that exist, bands without gaps, tables without holes, curves in order."""

from collections.abc import Iterator
from itertools import pairwise

from products.book import Book
from products.checking.finding import Finding, Path
from products.tariff import (
    AnyFactor,
    BandFactor,
    CurveFactor,
    GridFactor,
    LookupFactor,
    MatrixFactor,
)


def wrong_figures(book: Book) -> Iterator[Finding]:
    """Every factor of the tariff against the facts it looks up; discounts against the questions they lean on."""
    for path, factor in every_factor(book):
        yield from _facts(path, factor, book)
        match factor:
            case LookupFactor() if factor.default is None and factor.when is None:
                for key in _must_have(book, factor.fact):
                    if key not in factor.table:
                        yield (*path, "table"), _hole(factor.fact, key)
            case BandFactor():
                yield from _bands(path, factor)
            case CurveFactor():
                yield from _points(path, factor)
            case GridFactor():
                yield from _grid(path, factor)
            case MatrixFactor():
                yield from _matrix(path, factor, book)
            case _:
                pass
    yield from _short_rates(book)
    for at, group in enumerate(book.tariff.discounts if book.tariff else ()):
        for index, discount in enumerate(group.discounts):
            asked = book.question(discount.expires) if discount.expires else None
            if discount.expires and (asked is None or asked.kind != "date"):
                place = ("tariff", "discounts", at, "discounts", index, "expires")
                yield place, f"有効期限を尋ねる日付の質問「{discount.expires}」がありません。"


def _facts(path: Path, factor: AnyFactor, book: Book) -> Iterator[Finding]:
    named: list[tuple[tuple[str, ...], str, bool]] = [
        ((name,), getattr(factor, name), not isinstance(factor, LookupFactor))
        for name in ("fact", "row_fact", "column_fact")
        if hasattr(factor, name)
    ]
    if isinstance(factor, MatrixFactor):
        sides = (("row", factor.row), ("column", factor.column))
        named += [((name, "fact"), axis.fact, bool(axis.steps)) for name, axis in sides]
    for place, word, must_count in named:
        if word not in book.words:
            yield (*path, *place), f"「{word}」という事実はありません。綴りを確認してください。"
        elif must_count and book.words[word].kind != "number":
            yield (*path, *place), f"「{word}」は数ではありません。"


def _must_have(book: Book, fact: str) -> list[str | int]:
    """Every value a table over this fact must answer for; empty where nobody can tell."""
    match fact:
        case "industry_class":
            return sorted({industry.rate_class for industry in book.industries if industry.eligible})
        case "industry":
            return sorted(industry.code for industry in book.industries if industry.eligible)
        case "plan":
            return [plan.code for plan in book.plans_for_sale] if book.plan_is_chosen else []
        case "deductible_yen":
            return list(book.deductibles.values)
    question = book.question(fact)
    if question is not None and question.kind == "choice" and question.required and question.shown_when is None:
        return [option.value for option in question.options]
    return []


def _hole(fact: str, key: str | int) -> str:
    words = {"industry_class": "料率区分", "industry": "業種", "plan": "プラン", "deductible_yen": "自己負担額"}
    return f"{words.get(fact, '選択肢')}「{key}」の率がありません。"


def _bands(path: Path, factor: BandFactor) -> Iterator[Finding]:
    for index, (low, high) in enumerate(pairwise(factor.bands)):
        if low.below is None or low.below < high.above:
            yield (*path, "bands", index + 1), f"帯の間が空いています({low.below}と{high.above}の間)。"
        elif low.below > high.above:
            yield (*path, "bands", index + 1), f"帯が重なっています({high.above}と{low.below}の間)。"
    for index, band in enumerate(factor.bands):
        if band.below is not None and band.below <= band.above:
            yield (*path, "bands", index), "帯の上限は下限より大きくしてください。"


def _points(path: Path, factor: CurveFactor) -> Iterator[Finding]:
    for index, (low, high) in enumerate(pairwise(factor.points)):
        if high.at <= low.at:
            yield (*path, "points", index + 1), "点は小さい順に、重複なく並べてください。"
    for index, point in enumerate(factor.points):
        if factor.interpolation == "log_log" and (point.at <= 0 or point.factor <= 0):
            yield (*path, "points", index), "両対数で補間する点は0より大きくしてください。"


def _grid(path: Path, factor: GridFactor) -> Iterator[Finding]:
    for row, cells in factor.rows.items():
        if len(cells) != len(factor.columns):
            yield (*path, "rows", row), f"列は{len(factor.columns)}個必要です({len(cells)}個あります)。"
    for index, cell in enumerate(factor.known):
        if cell.row not in factor.rows or cell.column not in factor.columns:
            yield (*path, "known", index), "この行と列の組み合わせは表にありません。"


def _matrix(path: Path, factor: MatrixFactor, book: Book) -> Iterator[Finding]:
    if len(factor.cells) != len(factor.row):
        yield (*path, "cells"), f"行は{len(factor.row)}個必要です({len(factor.cells)}個あります)。"
    for index, cells in enumerate(factor.cells):
        if len(cells) != len(factor.column):
            yield (*path, "cells", index), f"列は{len(factor.column)}個必要です({len(cells)}個あります)。"
    if factor.when is None:
        for name, axis in (("row", factor.row), ("column", factor.column)):
            for key in _must_have(book, axis.fact) if axis.values else ():
                if key not in axis.values:
                    yield (*path, name), _hole(axis.fact, key)


def _short_rates(book: Book) -> Iterator[Finding]:
    """The first line that is long enough gives the share: lines in days, then in months, and no share falls."""
    for index, (short, long) in enumerate(pairwise(book.short_rates.rates)):
        in_order = (short.months or 0, short.days or 0) < (long.months or 0, long.days or 0)
        if not in_order or short.rate > long.rate:
            yield (
                ("short_rates", "rates", index + 1),
                "短期率は、日数、月数の順に短いほうから並べ、率が下がらないようにしてください。",
            )


def every_factor(book: Book) -> Iterator[tuple[Path, AnyFactor]]:
    """Each factor with its path, component by component, then those on the sum."""
    if book.tariff is None:
        return
    for at, component in enumerate(book.tariff.components):
        for index, factor in enumerate(component.factors):
            yield ("tariff", "components", at, "factors", index), factor
    for index, factor in enumerate(book.tariff.factors):
        yield ("tariff", "factors", index), factor
