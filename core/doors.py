"""Doors and actions: the one place that opens a transaction, and the mark on every verb that writes.

`perform` is for views, admin, tasks and commands. An action calls other actions directly: they are all in the
door's transaction, so nothing is half-written.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.utils import OperationalError

from core.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")


class NoDoor(RuntimeError):
    """An action was called outside `perform`. A mistake in the program, never shown to a person."""


def action(verb: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb that writes. It refuses to run outside a door's transaction."""

    @wraps(verb)
    def guarded(*args: P.args, **facts: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise NoDoor(f"{verb.__module__}.{verb.__name__} was called without core.doors.perform")
        return verb(*args, **facts)

    guarded.is_action = True  # type: ignore[attr-defined]
    return guarded


def perform(verb: Callable[..., R], /, **facts: object) -> R:
    """Open the transaction, do the one thing, and turn the database's refusal into its sentence.

    Raises Refused. Anything else is a defect and is not hidden.
    """
    try:
        with transaction.atomic():
            return verb(**facts)
    except IntegrityError as error:
        raise Refused(sentence_for(error)) from error
    except OperationalError as error:
        # Two people at once can deadlock; PostgreSQL undid one of the two whole transactions.
        if getattr(error.__cause__, "sqlstate", None) in {"40001", "40P01", "55P03"}:
            raise Refused("ほかの人の操作と重なりました。もう一度操作してください。") from error
        raise


def attempt(verb: Callable[..., R], /, **facts: object) -> R:
    """For an action that goes on whatever becomes of a part of its work: the part in a savepoint inside the door's
    transaction. When it raises, what it wrote is undone and nothing else. Raises as `perform` does.
    """
    if not connection.in_atomic_block:
        raise NoDoor(f"{verb.__name__} was attempted without core.doors.perform")
    return perform(verb, **facts)


def sentence_for(error: DatabaseError) -> str:
    """The sentence that stands with the constraint or trigger that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    sentence = constraint_sentences().get(name or "")
    if sentence is None:
        raise error
    return sentence


@lru_cache(maxsize=1)
def constraint_sentences() -> dict[str, str]:
    """Every constraint's and guard's name with its sentence, read from the models once."""
    return dict(_walk_sentences())


def _walk_sentences() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            yield constraint.name, str(constraint.violation_error_message)
        for trigger in getattr(model._meta, "triggers", ()):
            sentence = getattr(trigger, "sentence", None)
            if sentence:
                yield trigger.constraint_name(model), sentence
        for field in model._meta.local_fields:
            if field.unique and not field.primary_key:
                word = field.verbose_name
                # Django names a column's unique key like this when the table is created.
                yield f"{model._meta.db_table}_{field.column}_key", f"同じ{word}がすでに登録されています。"
