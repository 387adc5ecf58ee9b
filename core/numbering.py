"""Numbers without gaps. The counter's row is locked until the transaction ends, so a rolled-back taker gives
its number back and fifty parallel takers wait in line."""

from django.db import connection

from core.doors import NoDoor
from core.models import Counter


def next_number(series: str, year: int) -> int:
    """The next number of a series in a year, from 1. Only inside a door's transaction."""
    if not connection.in_atomic_block:
        raise NoDoor("a number taken outside a transaction could leave a gap")
    table = Counter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (series, year, last) VALUES (%s, %s, 1) "  # noqa: S608 - our own table name
            f"ON CONFLICT (series, year) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [series, year],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]
