"""The menus of a book as fields of a form: plan, limits, deductible, waiting hours. Whether what is chosen goes
together is for `products.limits` and `products.riders`."""

from collections.abc import Iterable

from django import forms

from core.money import format_limit
from products.book import Book
from products.risks import Selection


def menu_fields(book: Book, standing: Selection | None = None) -> dict[str, forms.Field]:
    """A field for each thing one chooses freely. What a contract already has (`standing`) can be kept, although no
    menu offers it any more."""
    fields: dict[str, forms.Field] = {}
    if book.plan_is_chosen:
        fields["plan"] = plan_field(book, standing)
    for part in book.coverages:
        limits = {0, *part.limits} if part.plans else {*part.limits}
        if standing is not None:
            limits.add(standing.limit(part.code))
        fields[f"{part.code}_yen"] = _amounts(f"{part.label}の限度額", limits)
    kept = {standing.deductible_yen} if standing is not None else set()
    fields["deductible_yen"] = _amounts("自己負担額", {*book.deductibles.values} | kept)
    if book.waiting_hours:
        values = sorted({*book.waiting_hours.values} | ({standing.waiting_hours} if standing is not None else set()))
        hours = [("0", "設定しない"), *((str(value), f"{value}時間") for value in values if value)]
        fields["waiting_hours"] = forms.TypedChoiceField(label="免責時間", choices=hours, coerce=int, required=False)
    return fields


def plan_field(book: Book, standing: Selection | None = None) -> forms.ChoiceField:
    """The plans for sale; a contract of none of them may stay as it is."""
    plans = [(plan.code, plan.label) for plan in book.plans_for_sale]
    if standing is None or standing.plan in dict(plans):
        return forms.ChoiceField(label="プラン", choices=plans)
    return forms.ChoiceField(label="プラン", choices=[("", "いまの契約のまま"), *plans], required=False)


def _amounts(label: str, values: Iterable[int]) -> forms.TypedChoiceField:
    choices = [(str(value), format_limit(value) if value else "なし") for value in sorted(values)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int)
