"""Decisions about complaints: what a finished one must say, and when a quiet one rings."""

from collections.abc import Iterable
from datetime import date, timedelta

from complaints.states import NEEDED

_TO_DO = {
    "FIRST": "一次対応を記録してください。",
    "REPORT": "保険会社へ報告した日を記録してください。",
    "CAUSE": "原因を記録してください。",
    "PREVENTION": "再発防止の取組みを記録してください。",
}


def lacking(kinds: Iterable[str]) -> list[str]:
    """What has to be written before the completion can be proposed, as sentences."""
    written = set(kinds)
    return [_TO_DO[kind] for kind in NEEDED if kind not in written]


def rings_on(last_line_on: date, days: int) -> date:
    """The day on which an open complaint without another line is a duty."""
    return last_line_on + timedelta(days=days)
