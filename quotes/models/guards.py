"""The triggers this room needs beside those of `core.guards`."""

from collections.abc import Iterable, Mapping
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


class MadeBeforeFour(Guard):
    """Cover begins at 16:00 in Japan of its first day. An application received later than that stands with an approver
    and his reason (practice 3-5): the column of the day alone would let the evening pass."""

    def __init__(
        self,
        *,
        name: str = "made_before_four",
        sentence: str = "申込が保険始期の午後4時より後です。始期を変更するか、管理者の承認と理由を登録してください。",
    ) -> None:
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Insert)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.received_at > (NEW.inception_on + time '16:00') AT TIME ZONE 'Asia/Tokyo'
                AND (NEW.early_start_approved_by_id IS NULL OR NEW.early_start_reason = '')
            THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """


class NothingOpen(Guard):
    """A quote enters none of these states while a row of `table` (of its present edition) still holds it up.

    `blocked` names, state by state, the values of `column` that hold it up; `still_open` says in SQL which rows count.
    The edition itself changes only on the way back to the desk: a quote cannot slip out of its edition's reasons.
    """

    def __init__(
        self,
        *,
        table: str,
        column: str,
        blocked: Mapping[str, Iterable[str]],
        still_open: str,
        name: str,
        sentence: str,
    ) -> None:
        self.table, self.column, self.still_open = table, column, still_open
        self.blocked = {str(state): tuple(str(value) for value in values) for state, values in blocked.items()}
        states = ", ".join(f"'{state}'" for state in self.blocked)
        moved = pgtrigger.Condition(
            f"NEW.status IN ({states}) AND (OLD.status <> NEW.status OR OLD.edition <> NEW.edition)"
        )
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Update, condition=moved)

    def get_func(self, model: Any) -> str:
        pairs = ", ".join(f"'{state}>{value}'" for state, values in self.blocked.items() for value in values)
        return f"""
            IF OLD.edition <> NEW.edition OR EXISTS (
                SELECT 1 FROM {self.table} AS held
                WHERE held.quote_id = NEW.id AND held.edition = NEW.edition AND {self.still_open}
                AND (NEW.status || '>' || held.{self.column}) IN ({pairs})
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own names


class LiftedByItsDecision(Guard):
    """A reason is lifted by nothing but the decision on its own referral, in the name of the one who decided.

    The carrier's answer, which staff takes down, lifts what waits for the carrier and nothing else.
    """

    def __init__(
        self,
        *,
        name: str = "lifted_by_its_decision",
        sentence: str = "引受上の理由は、その照会の判断によってだけ解除できます。照会を判断してください。",
    ) -> None:
        super().__init__(
            name=name, sentence=sentence, operation=pgtrigger.Insert | pgtrigger.Update,
            condition=pgtrigger.Condition("NEW.lifted_at IS NOT NULL"),
        )  # fmt: skip

    def get_func(self, model: Any) -> str:
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM quotes_referral AS decided
                WHERE decided.id = NEW.referral_id AND decided.id = NEW.lifted_through_id
                AND decided.status = 'DECIDED' AND decided.decided_by_id = NEW.lifted_by_id
                AND (
                    decided.decision IN ('ACCEPTED', 'CONDITIONAL')
                    OR (decided.decision = 'CARRIER' AND NEW.kind = 'CARRIER')
                )
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own names


class DecidedWithAuthority(Guard):
    """An underwriter decides with an authority for every open reason and the highest limit, valid on that day in Japan,
    and never a case he entered. The carrier's answer is nobody's decision."""

    def __init__(
        self,
        *,
        name: str = "decided_with_authority",
        sentence: str = "引受権限を超える判断か、入力した本人の判断です。権限のある別の引受担当が判断してください。",
    ) -> None:
        super().__init__(
            name=name, sentence=sentence, operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                "OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND NEW.decision <> 'CARRIER'"
            ),
        )  # fmt: skip

    def get_func(self, model: Any) -> str:
        return f"""
            IF EXISTS (
                SELECT 1 FROM quotes_quote AS q WHERE q.id = NEW.quote_id
                AND NEW.decided_by_id IN (q.opened_by_id, q.submitted_by_id)
            ) OR EXISTS (
                SELECT 1 FROM quotes_answer AS a
                WHERE a.quote_id = NEW.quote_id AND a.answered_by_id = NEW.decided_by_id
            ) OR EXISTS (
                SELECT 1 FROM quotes_reason AS r
                WHERE r.referral_id = NEW.id AND r.lifted_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM quotes_authority AS held
                    WHERE held.user_id = NEW.decided_by_id AND held.kind IN ('', r.kind)
                    AND (held.product_id IS NULL OR held.product_id = (
                        SELECT v.product_id FROM quotes_quote AS q
                        JOIN products_productversion AS v ON v.id = q.product_version_id WHERE q.id = NEW.quote_id
                    ))
                    AND held.limit_yen >= COALESCE((
                        SELECT MAX((o.selection->>'liability_yen')::bigint) FROM quotes_quoteoption AS o
                        WHERE o.quote_id = NEW.quote_id
                    ), 0)
                    AND held.starts_on <= (NEW.decided_at AT TIME ZONE 'Asia/Tokyo')::date
                    AND COALESCE(held.ends_on >= (NEW.decided_at AT TIME ZONE 'Asia/Tokyo')::date, TRUE)
                    AND COALESCE(held.ended_on > (NEW.decided_at AT TIME ZONE 'Asia/Tokyo')::date, TRUE)
                )
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own names
