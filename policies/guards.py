"""The guard that only contracts need: a renewal takes over where the old policy ends."""

from typing import Any

import pgtrigger

from core.guards import Guard


class TakesOverAtExpiry(Guard):
    """A policy that renews another belongs to the same customer, begins at its very expiry, and continues its
    chain: no gap, no overlap (checks 24)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "takes_over_at_expiry")
        kwargs.setdefault(
            "sentence", "更改契約の始期は、前の契約の満期日時と同じにしてください。お客さまも同じでなければなりません。"
        )
        super().__init__(operation=pgtrigger.Insert, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.renews_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {model._meta.db_table} earlier
                WHERE earlier.id = NEW.renews_id AND earlier.ends_at = NEW.starts_at
                    AND earlier.customer_id = NEW.customer_id AND earlier.agency_id = NEW.agency_id
                    AND earlier.chain = NEW.chain AND earlier.status <> 'CANCELLED'
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own table name
