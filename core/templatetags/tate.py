"""Filters and tags every template has: money and dates in the words of the trade, grey buttons."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.http import QueryDict

from core.clock import jst
from core.money import format_limit, format_share, format_yen

register = template.Library()

_HUNDREDTH = Decimal("0.01")
WEEKDAYS = "月火水木金土日"


@register.filter
def yen(value: int | None) -> str:
    """65,960円 (premiums)."""
    return format_yen(value)


@register.filter
def limit(value: int | None) -> str:
    """1億2,000万円 (limits, sales, deductibles)."""
    return format_limit(value)


@register.filter
def share(value: Decimal | None) -> str:
    """20%, 17.5% (rates)."""
    return "" if value is None else format_share(value)


@register.filter
def exact(value: Decimal | str) -> str:
    """65,960 or 65,960.25: a running amount of a receipt, with two places where it has a fraction."""
    amount = Decimal(value)
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount.quantize(_HUNDREDTH, ROUND_HALF_UP):,}"


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月22日(日)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = jst(value).date()
    return f"{value.year}年{value.month}月{value.day}日({WEEKDAYS[value.weekday()]})"


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """2026/11/22, for columns; also of a day as frozen facts keep it (2026-11-22)."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = jst(value).date()
    return f"{value:%Y/%m/%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """2026/11/22 15:59 on a Japanese clock."""
    return "" if value is None else f"{jst(value):%Y/%m/%d %H:%M}"


@register.filter
def contract_moment(value: datetime | None) -> str:
    """2026年11月22日午後4時, as contracts write it."""
    if value is None:
        return ""
    local = jst(value)
    half = "午前" if local.hour < 12 else "午後"
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{local.year}年{local.month}月{local.day}日{half}{local.hour % 12 or 12}時{minutes}"


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The current query string with some parameters changed; None removes one."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("core/_buttons.html", takes_context=True)
def deeds(context: dict[str, Any], buttons: Iterable[Any]) -> dict[str, Any]:
    """Buttons of core.screens: live, or grey with the reason beneath."""
    return {"buttons": buttons, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("core/_buttons.html", takes_context=True)
def deed(context: dict[str, Any], button: Any) -> dict[str, Any]:
    """One of them."""
    return deeds(context, [button])
