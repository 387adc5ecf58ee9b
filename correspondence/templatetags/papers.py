"""Filters for paper templates. A frozen page holds only plain values, so dates and moments arrive as ISO text."""

import datetime

from django import template

register = template.Library()

_WEEKDAYS = "月火水木金土日"
_JST = datetime.timezone(datetime.timedelta(hours=9), "JST")


@register.filter
def paper_date(value: str | datetime.date | None) -> str:
    """``2026-11-22`` → 2026年11月22日. Empty stays empty."""
    if not value:
        return ""
    day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def paper_moment(value: str | datetime.datetime | None) -> str:
    """``2026-11-22T07:00:00+00:00`` → 2026年11月22日 午後4時 (JST; minutes only where there are any)."""
    if not value:
        return ""
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(_JST)
    hour = f"{'午後' if local.hour >= 12 else '午前'}{local.hour % 12}時"
    return f"{paper_date(local.date())} {hour}{f'{local.minute}分' if local.minute else ''}"


@register.filter
def paper_yen(value: int | None) -> str:
    """65960 → 65,960円. Empty stays empty; zero is 0円."""
    return "" if value is None or value == "" else f"{value:,}円"
