"""Conditions and formulas: type-checked, tried at their edges, and able to be true."""

from collections.abc import Iterator

from cel_expr_python import cel

from products.book import Book
from products.checking.finding import Finding, Path
from products.checking.tariff import every_factor
from products.conditions import ConditionError
from products.tariff import FormulaFactor


def wrong_conditions(book: Book) -> Iterator[Finding]:
    """Misspelt words, texts held against numbers, divisions by zero, conditions nobody can fulfil."""
    for path, source in every_condition(book):
        formula = path[-1] == "formula"
        try:
            book.language.check(source, cel.Type.INT if formula else cel.Type.BOOL)
            could_hold = _tried(book, source, formula)
        except ConditionError as error:
            yield path, str(error)
            continue
        if not could_hold:
            yield path, f"条件式が成り立つことはありません。値の綴りと不等号の向きを確認してください: {source}"


def _tried(book: Book, source: str, formula: bool) -> bool:
    """Try every edge, also after the first success: a division by zero may hide behind it."""
    could_hold = formula
    for known in book.language.samples(source):
        if formula:
            known.whole_number(source)
        elif known.holds(source):
            could_hold = True
    return could_hold or not book.language.tries_everything(source)


def every_condition(book: Book) -> Iterator[tuple[Path, str]]:
    """Every condition and formula of the book, with its place."""
    for index, rule in enumerate(book.eligibility):
        yield ("eligibility", index, "when"), rule.when
    for index, limit_rule in enumerate(book.limit_rules):
        yield ("limit_rules", index, "must"), limit_rule.must
    for index, rider in enumerate(book.riders):
        for at, condition in enumerate(rider.conditions):
            yield ("riders", index, "conditions", at, "must"), condition.must
    for index, question in enumerate(book.questions):
        if question.shown_when is not None:
            yield ("questions", index, "shown_when"), question.shown_when
        if question.score is not None and question.score.when is not None:
            yield ("questions", index, "score", "when"), question.score.when
        if question.refer is not None:
            yield ("questions", index, "refer", "when"), question.refer.when
    for index, document in enumerate(book.documents):
        yield ("documents", index, "when"), document.when
    for index, aggregate in enumerate(book.aggregates):
        if aggregate.when is not None:
            yield ("aggregates", index, "when"), aggregate.when
    yield from _in_the_tariff(book)


def _in_the_tariff(book: Book) -> Iterator[tuple[Path, str]]:
    if book.tariff is None:
        return
    for index, component in enumerate(book.tariff.components):
        if component.when is not None:
            yield ("tariff", "components", index, "when"), component.when
    for at, group in enumerate(book.tariff.discounts):
        for index, discount in enumerate(group.discounts):
            yield ("tariff", "discounts", at, "discounts", index, "when"), discount.when
    for path, factor in every_factor(book):
        if factor.when is not None:
            yield (*path, "when"), factor.when
        if isinstance(factor, FormulaFactor):
            yield (*path, "formula"), factor.formula
