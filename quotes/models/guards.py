"""The triggers this room needs beside those of `core.guards`."""

from collections.abc import Iterable
from typing import Any

import pgtrigger

from core.guards import Guard


class OnlyWhileQuote(Guard):
    """Rows of a quote may be written, changed or deleted only while the quote is in one of these states."""

    def __init__(
        self,
        *,
        statuses: Iterable[str],
        sentence: str,
        operation: pgtrigger.Operation | None = None,
        name: str = "only_while_quote",
    ) -> None:
        self.statuses = tuple(str(status) for status in statuses)
        wanted = operation or (pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete)
        super().__init__(name=name, sentence=sentence, operation=wanted)

    def get_func(self, model: Any) -> str:
        quote = model._meta.get_field("quote")
        table = quote.related_model._meta.db_table
        column = quote.column
        allowed = ", ".join(f"'{status}'" for status in self.statuses)
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM {table}
                WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.{column} ELSE NEW.{column} END
                AND status IN ({allowed})
            ) THEN {self.refusal(model)} END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """  # noqa: S608 - our own names
