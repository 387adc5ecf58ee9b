"""Decisions about people: how near the end of a licence is (practice 2-5), how long a last day can be corrected."""

from datetime import date, timedelta

# Days before the end of a unit at which its renewal is due on the desk.
STAGES = (30, 60, 90)

# So far back a last day at work can be recorded, and for so long somebody who left can be called back.
LOOKING_BACK = timedelta(days=90)


def days_left(until: date | None, on: date) -> int | None:
    """Days a unit still holds; 0 on its last day, negative from the day after, None where there is none."""
    return None if until is None else (until - on).days


def standing(basic_until: date | None, product_until: date | None, on: date) -> tuple[str, str]:
    """The badge of a line of the register: colour word and what it says."""
    left = [days_left(basic_until, on), days_left(product_until, on)]
    known = [days for days in left if days is not None]
    if len(known) < len(left):
        return "bad", "単位が足りません(募集不可)"
    if (least := min(known)) < 0:
        return "bad", "期限切れ(募集不可)"
    for stage in STAGES:
        if least <= stage:
            return "warn", f"期限まであと{least}日({stage}日前)"
    return "good", "有効"
