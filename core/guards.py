"""Triggers that let the database refuse what the rules forbid, each with a name and a Japanese sentence.

The stock triggers of django-pgtrigger raise nameless errors; these raise `check_violation` with a constraint
name, so they arrive as IntegrityError and `core.doors` finds their sentence.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from django.db.models import Field, Model


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    assert field.column
    return field.column


class Guard(pgtrigger.Trigger):
    """A trigger that refuses with a sentence. `name` is unique in its table."""

    when = pgtrigger.Before
    sentence: str

    def __init__(self, *, sentence: str, **kwargs: Any) -> None:
        self.sentence = sentence
        super().__init__(**kwargs)

    def constraint_name(self, model: type[Model]) -> str:
        return f"{model._meta.db_table}_{self.name}"

    def refusal(self, model: type[Model]) -> str:
        """The PL/pgSQL statement that refuses."""
        name = self.constraint_name(model)
        return (
            f"RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', "
            f"CONSTRAINT = '{name}', TABLE = '{model._meta.db_table}';"
        )


class StatusMoves(Guard):
    """Only the moves of the one table in `states.py`, and only the first state at birth."""

    def __init__(
        self,
        *,
        moves: Mapping[str, Iterable[str]],
        initial: Iterable[str],
        field: str = "status",
        name: str = "status_moves",
        sentence: str = "この状態からは行えない操作です。画面を開き直して、最新の状態を確認してください。",
    ) -> None:
        self.moves = {str(a): tuple(str(b) for b in bs) for a, bs in moves.items()}
        self.initial = tuple(str(s) for s in initial)
        self.field = field
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Insert | pgtrigger.Update)

    def get_func(self, model: Any) -> str:
        column = _column(model, self.field)
        pairs = [f"'{a}>{b}'" for a, bs in self.moves.items() for b in bs]
        first = ", ".join(f"'{s}'" for s in self.initial)
        allowed = ", ".join(pairs) or "''"
        return f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.{column} NOT IN ({first}) THEN {self.refusal(model)} END IF;
            ELSIF NEW.{column} <> OLD.{column}
                AND (OLD.{column} || '>' || NEW.{column}) NOT IN ({allowed}) THEN {self.refusal(model)}
            END IF;
            RETURN NEW;
        """


class AppendOnly(Guard):
    """Rows are written once: neither changed nor deleted."""

    def __init__(
        self,
        *,
        name: str = "append_only",
        sentence: str = "記録は変更も削除もできません。訂正は新しい記録として残してください。",
    ) -> None:
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Update | pgtrigger.Delete)

    def get_func(self, model: Any) -> str:
        return f"{self.refusal(model)} RETURN NULL;"


class Undeletable(Guard):
    """Rows of a contract's file may change, but never vanish (checks 11)."""

    def __init__(self, *, name: str = "undeletable", sentence: str = "保存期間中の記録のため削除できません。") -> None:
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Delete)

    def get_func(self, model: Any) -> str:
        return f"{self.refusal(model)} RETURN NULL;"


class FrozenColumns(Guard):
    """Columns that never change once written; with `unless_null` they may be filled once."""

    def __init__(
        self,
        *,
        fields: Iterable[str],
        unless_null: bool = False,
        name: str = "frozen_columns",
        sentence: str = "確定した内容は変更できません。訂正は新しい版を作成してください。",
    ) -> None:
        self.frozen = tuple(fields)
        self.unless_null = unless_null
        # PostgreSQL compares the columns by itself: a round that updates thousands of rows calls no function.
        changed = pgtrigger.AnyChange(*self.frozen)
        super().__init__(name=name, sentence=sentence, operation=pgtrigger.Update, condition=changed)

    def get_func(self, model: Any) -> str:
        if not self.unless_null:
            return f"{self.refusal(model)} RETURN NULL;"
        columns = (_column(model, field) for field in self.frozen)
        tests = (f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in columns)
        return f"IF {' OR '.join(tests)} THEN {self.refusal(model)} END IF; RETURN NEW;"
