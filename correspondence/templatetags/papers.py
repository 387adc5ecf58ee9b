"""Filters for paper templates.

A frozen page holds only plain values, so dates arrive as ISO text.
"""

import datetime

from django import template

register = template.Library()


@register.filter
def paper_date(value: str | None) -> str:
    """``2026-11-22`` → 2026年11月22日. Empty stays empty."""
    if not value:
        return ""
    on = datetime.date.fromisoformat(value)
    return f"{on.year}年{on.month}月{on.day}日"
