"""Whether chosen limits, deductible and waiting time can be had together. What is allowed stands in the book."""

from dataclasses import dataclass

from core.money import format_limit
from products.book import Book, Coverage
from products.facts import COMMON_COVERAGES
from products.risks import Risk, Selection, known_of, riders_in_force


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
    known = known_of(risk, book, selection)
    return tuple(LimitProblem(rule.field, rule.sentence) for rule in book.limit_rules if not known.holds(rule.must))


def _off_the_menus(book: Book, selection: Selection) -> list[LimitProblem]:
    problems = [*_wrong_plan(book, selection)]
    for code in dict.fromkeys((*COMMON_COVERAGES, *book.other_coverages, *dict(selection.other_limits))):
        chosen = selection.limit(code)
        if sentence := _wrong_limit(book, selection, code, chosen):
            problems.append(LimitProblem(f"{code}_yen", sentence))
    problems += _other_menus(book, selection)
    if book.limits_are_packages and not problems and not _is_a_package(book, selection):
        problems.append(LimitProblem("plan", "限度額の組み合わせは、用意されたプランから選んでください。"))
    return problems


def _wrong_plan(book: Book, selection: Selection) -> list[LimitProblem]:
    plan = book.plan(selection.plan)
    if plan is not None and not plan.for_sale:
        return [
            LimitProblem("plan", f"{plan.label}は自動的に付くもので、見積りはできません。別のプランを選んでください。")
        ]
    if book.plan_is_chosen and plan is None:
        return [LimitProblem("plan", "プランを選んでください。")]
    return []


def _wrong_limit(book: Book, selection: Selection, code: str, chosen: int) -> str:
    """What is wrong with the limit of one coverage; empty when nothing is."""
    coverage = book.coverage(code)
    if coverage is None:
        return "この商品にはない補償です。限度額を0円にしてください。" if chosen else ""
    if not has_coverage(book, selection, coverage):
        if not chosen:
            return ""
        return _no_coverage(book, selection, coverage)
    if chosen not in coverage.limits:
        menu = "、".join(format_limit(limit) for limit in coverage.limits)
        return f"{coverage.label}の限度額は{menu}から選んでください。"
    return ""


def has_coverage(book: Book, selection: Selection, coverage: Coverage) -> bool:
    """Whether the plan and the riders of the selection bring this coverage."""
    if coverage.plans and selection.plan not in coverage.plans:
        return False
    riders = riders_in_force(selection, book)
    if coverage.removed_by_rider in riders:
        return False
    return coverage.needs_rider is None or coverage.needs_rider in riders


def _no_coverage(book: Book, selection: Selection, coverage: Coverage) -> str:
    """Why the selection does not bring the coverage, and what to do about it."""
    if coverage.plans and selection.plan not in coverage.plans:
        plan = book.plan(selection.plan)
        where = plan.label if plan else "選んだプラン"
        return f"{where}に{coverage.label}はありません。限度額を0円にするか、プランを変更してください。"
    if coverage.removed_by_rider in riders_in_force(selection, book):
        name = book.rider_label(coverage.removed_by_rider)
        return f"{coverage.label}は{name}により補償されません。限度額を0円にするか、{name}を外してください。"
    name = book.rider_label(coverage.needs_rider)
    return f"{coverage.label}には{name}が必要です。付けるか、限度額を0円にしてください。"


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
    return any(chosen == (plan.liability_yen, plan.cost_yen, plan.deductible_yen) for plan in book.plans_for_sale)
