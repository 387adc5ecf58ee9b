"""Guards of the shelf of books that no other room needs."""

from collections.abc import Iterable
from typing import Any

import pgtrigger

from core.guards import Guard


class EndsEarlierOnly(Guard):
    """A last day of sale is filled once; afterwards it only moves forward in time, never back and never away: that
    happens when a version that had not begun is superseded by one that begins earlier."""

    def __init__(self, *, sentence: str, name: str = "last_day_is_filled_once") -> None:
        super().__init__(
            name=name, sentence=sentence, operation=pgtrigger.Update, condition=pgtrigger.AnyChange("ends_on")
        )

    def get_func(self, model: Any) -> str:
        later = "(NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on)"
        return f"IF OLD.ends_on IS NOT NULL AND {later} THEN {self.refusal(model)} END IF; RETURN NEW;"


class FrozenUnlessDraft(Guard):
    """Columns that may be typed into only while the draft is being made."""

    def __init__(self, *, fields: Iterable[str], sentence: str, name: str = "written_only_while_draft") -> None:
        super().__init__(
            name=name, sentence=sentence, operation=pgtrigger.Update, condition=pgtrigger.AnyChange(*fields)
        )

    def get_func(self, model: Any) -> str:
        return f"IF OLD.status <> 'DRAFT' THEN {self.refusal(model)} END IF; RETURN NEW;"
