"""Whether chosen limits, deductible and waiting time can be had together. What is allowed stands in the book."""

from dataclasses import dataclass

from core.money import format_limit
from products import conditions
from products.book import Book
from products.rating import Risk, Selection, all_facts


@dataclass(frozen=True, slots=True)
class LimitProblem:
    """An entry to mend and a sentence that says how."""

    field: str
    sentence: str


def check_limits(book: Book, selection: Selection, risk: Risk) -> tuple[LimitProblem, ...]:
    """Everything wrong with the amounts of a selection; empty when it can be had."""
    problems = [*_off_the_menus(book, selection)]
    if problems:
        return tuple(problems)
    known = conditions.context(all_facts(risk, selection))
    return tuple(
        LimitProblem(rule.field, rule.sentence) for rule in book.limit_rules if not conditions.holds(rule.must, known)
    )


def _off_the_menus(book: Book, selection: Selection) -> list[LimitProblem]:
    problems = []
    for code in ("liability", "cost", "bi", "continuity"):
        field, chosen = f"{code}_yen", int(getattr(selection, f"{code}_yen"))
        coverage = book.coverage(code)
        if coverage is None:
            if chosen:
                problems.append(LimitProblem(field, "この商品にはない補償です。限度額を0円にしてください。"))
        elif coverage.needs_rider and coverage.needs_rider not in selection.riders:
            if chosen:
                rider = book.rider(coverage.needs_rider)
                name = rider.label if rider else coverage.needs_rider
                problems.append(
                    LimitProblem(field, f"{coverage.label}には{name}が必要です。付けるか、限度額を0円にしてください。")
                )
        elif chosen not in coverage.limits:
            menu = "、".join(format_limit(limit) for limit in coverage.limits)
            problems.append(LimitProblem(field, f"{coverage.label}の限度額は{menu}から選んでください。"))
    problems += _other_menus(book, selection)
    if book.limits_are_packages and not problems and not _is_a_package(book, selection):
        problems.append(LimitProblem("plan", "限度額の組み合わせは、用意されたプランから選んでください。"))
    return problems


def _other_menus(book: Book, selection: Selection) -> list[LimitProblem]:
    problems = []
    if selection.deductible_yen not in book.deductibles.values:
        menu = "、".join(format_limit(amount) for amount in book.deductibles.values)
        problems.append(LimitProblem("deductible_yen", f"自己負担額は{menu}から選んでください。"))
    interrupted = bool(selection.bi_yen or selection.continuity_yen)
    if interrupted and book.waiting_hours and selection.waiting_hours not in book.waiting_hours.values:
        hours = "、".join(f"{value}時間" for value in book.waiting_hours.values)
        problems.append(LimitProblem("waiting_hours", f"免責時間は{hours}から選んでください。"))
    if not interrupted and selection.waiting_hours:
        problems.append(
            LimitProblem("waiting_hours", "免責時間は利益・営業継続費用の補償にだけ設定します。空欄に戻してください。")
        )
    return problems


def _is_a_package(book: Book, selection: Selection) -> bool:
    chosen = (selection.liability_yen, selection.cost_yen, selection.deductible_yen)
    return any(chosen == (plan.liability_yen, plan.cost_yen, plan.deductible_yen) for plan in book.plans)
