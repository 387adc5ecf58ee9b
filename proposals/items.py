"""A wish as the single things wanted: what a recommendation can serve, and what papers and steps say in words."""

from dataclasses import dataclass

from core.money import format_limit, format_yen
from correspondence.pages import Row, written_day
from customers.industries import Industry
from proposals.models import Wish
from proposals.needs import Need, needs
from proposals.rules import CoverFacts, fit_of


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the customer wants. `code`: `risk:leak`, `must:leak`, `liability`, `cost`, `budget` or `words`."""

    code: str
    label: str


def items_of(wish: Wish) -> tuple[Item, ...]:
    """Everything a recommendation can name."""
    found = [Item(f"must:{need.code}", f"必ず備えたい: {need.cover}") for need in _needs(wish.must_haves)]
    found += [Item(f"risk:{need.code}", f"心配なリスク: {need.risk}") for need in _needs(wish.risks)]
    found.append(Item("liability", f"賠償責任の限度額 {format_limit(wish.liability_yen)}以上"))
    if wish.cost_yen:
        found.append(Item("cost", f"事故対応費用の限度額 {format_limit(wish.cost_yen)}以上"))
    if wish.budget_yen is not None:
        found.append(Item("budget", f"年間の予算 {format_yen(wish.budget_yen)}以内"))
    if wish.words:
        found.append(Item("words", "お客さまの言葉で伺ったご希望"))
    return tuple(found)


def _needs(codes: list[str]) -> list[Need]:
    return [need for need in needs().needs if need.code in codes]


def unmet_items(cover: CoverFacts, wish: Wish) -> set[str]:
    """The wishes that a cover does not meet. What somebody said in his own words nobody can check."""
    fit = fit_of(cover, wish.wishes)
    unmet = {f"must:{code}" for code in fit.lacks} | {f"risk:{code}" for code in wish.risks if code not in cover.serves}
    short = {"liability": fit.short_liability_yen, "cost": fit.short_cost_yen, "budget": fit.over_yen}
    return unmet | {code for code, yen in short.items() if yen}


def labels_of(wish: Wish, codes: list[str]) -> list[str]:
    """The wishes a recommendation serves, in words."""
    return [item.label for item in items_of(wish) if item.code in codes]


def rows_of_wish(wish: Wish) -> tuple[Row, ...]:
    """The wish as a table of a paper."""
    cost = format_limit(wish.cost_yen) if wish.cost_yen else "なし"
    rows = [
        Row("心配なリスク", "、".join(wish.risk_labels) or "特になし"),
        Row("必ず備えたい補償", "、".join(wish.must_labels) or "特になし"),
        Row("ご希望の限度額", f"賠償責任 {format_limit(wish.liability_yen)}、事故対応費用 {cost}"),
        Row("年間の予算", format_yen(wish.budget_yen) if wish.budget_yen is not None else "決めていない"),
        Row("保険始期", f"{written_day(wish.inception_on)} 午後4時"),
    ]
    if wish.words:
        rows.append(Row("お客さまの言葉", wish.words))
    return tuple(rows)


def rows_of_facts(wish: Wish) -> tuple[Row, ...]:
    """What premiums rest on, as a table of a paper."""
    facts = wish.risk_facts
    return (
        Row("業種", Industry(facts.industry).label),
        Row("年間売上高(税込)", format_limit(facts.sales_yen), facts.sales_label),
    )


def sentence_of(wish: Wish) -> str:
    """The wish in a few sentences, for the record of solicitation."""
    parts = []
    if wish.risks:
        parts.append(f"心配なリスクは{'、'.join(wish.risk_labels)}。")
    if wish.must_haves:
        parts.append(f"必ず備えたいのは{'、'.join(wish.must_labels)}。")
    cost = f"、事故対応費用{format_limit(wish.cost_yen)}" if wish.cost_yen else ""
    parts.append(f"希望の限度額は賠償責任{format_limit(wish.liability_yen)}{cost}。")
    if wish.budget_yen is not None:
        parts.append(f"年間の予算は{format_yen(wish.budget_yen)}。")
    if wish.words:
        parts.append(f"「{wish.words}」")
    return "".join(parts)
