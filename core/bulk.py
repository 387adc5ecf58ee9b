"""Many rows in one statement, for rounds that write thousands.

`bulk_create` makes a placeholder of every value and spends four fifths of a round's time on that; here all rows travel
as one JSON document which PostgreSQL takes apart again. Same columns, constraints and guards.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)

BATCH = 2000  # rows in one document: some megabytes of frozen pages


def insert(rows: Iterable[M]) -> list[M]:
    """Insert new rows and give them their numbers. A constraint refuses as ever, and then none is written.

    For tables whose key is numbered by the database and whose columns JSON can carry: text, whole numbers, flags,
    days, moments, lists of text, JSON itself.
    """
    new = list(rows)
    for start in range(0, len(new), BATCH):
        _insert(new[start : start + BATCH])
    return new


def _insert(rows: list[M]) -> None:
    meta = type(rows[0])._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    document = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {meta.db_table} ({columns})
            SELECT {columns}
            FROM ROWS FROM (jsonb_populate_recordset(NULL::{meta.db_table}, %s)) WITH ORDINALITY
            ORDER BY ordinality
            RETURNING id
            """,  # noqa: S608 - our own table and column names
            [json.dumps(document, ensure_ascii=False, default=_written)],
        )
        # Numbered in the order of the document.
        numbers = sorted(number for (number,) in cursor.fetchall())
    for row, number in zip(rows, numbers, strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, connection.alias


def _written(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not travel in JSON")
