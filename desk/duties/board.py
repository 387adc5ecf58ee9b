"""The board: which kinds a person sees, how many of each, the most urgent lines.

One statement counts all kinds and reads the lines, however many kinds and rows there are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from core.screens import address_of
from customers.models import Customer
from desk.duties import claims, complaints, letters, licences, policies, portal, quotes, renewals
from desk.duties.kinds import Duty, Kind, Moment, Row, Rows, lines
from desk.duties.scope import Scope, within

ROOMS = (claims, complaints, letters, renewals, portal, quotes, policies, licences)
KINDS: tuple[Kind, ...] = tuple(kind for room in ROOMS for kind in room.KINDS)
LINES = 40

# Django cannot count a union, nor its kinds: around the rooms' own querysets stands this. Every kind comes with its
# number, and with those of its rows that are among the most urgent of all; a kind without one comes with an empty row.
_BOARD = """
    WITH duty (kind, "on", pk, number, customer_id, who, owner_id, note, state) AS ({duties}),
        tally AS (SELECT kind, count(*) AS count FROM duty GROUP BY kind),
        urgent AS (
            SELECT *, row_number() OVER (ORDER BY "on" < (%s::jsonb ->> kind)::date DESC, "on", kind, pk) AS place
            FROM duty ORDER BY place LIMIT {lines}
        )
    SELECT tally.count, tally.kind, urgent."on", urgent.pk, urgent.number, coalesce(customer.name, urgent.who),
        owner.name, urgent.note, urgent.state
    FROM tally
    LEFT JOIN urgent ON urgent.kind = tally.kind
    LEFT JOIN {customers} customer ON customer.id = urgent.customer_id
    LEFT JOIN {people} owner ON owner.id = urgent.owner_id
    ORDER BY urgent.place
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """A kind of duty with its number of rows, and where they are listed."""

    kind: Kind
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    """What is to be done: the tallies, and the lines by urgency. `more` says how many are left out."""

    tallies: tuple[Tally, ...]
    duties: tuple[Duty, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.duties)


def kinds_for(user: User) -> list[Kind]:
    return [kind for kind in KINDS if user.role in kind.roles]


def rows_of(kind: Kind, user: User, scope: Scope, moment: Moment) -> QuerySet[Any]:
    """The rows of one kind in a scope, to be read as `Row`s: what its number counts and what its page lists. By day:
    what is late comes first."""
    found = _found(user, scope, moment, {kind.code})
    return _union([rows.of_kind(kind.code) for rows in found]).order_by("day", "pk")


def board(user: User, scope: Scope, moment: Moment) -> Board:
    """What waits for a person, counted and with its most urgent lines."""
    kinds = {kind.code: kind for kind in kinds_for(user)}
    found = _union([rows.numbered() for rows in _found(user, scope, moment, set(kinds))])
    duties, facts = found.query.sql_with_params()
    late_before = json.dumps({code: kind.late(moment.today).isoformat() for code, kind in kinds.items()})
    tables = {"customers": Customer._meta.db_table, "people": User._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(_BOARD.format(duties=duties, lines=LINES, **tables), (*facts, late_before))
        rows = cursor.fetchall()
    counts = {kind: count for count, kind, *_ in rows}
    urgent = [row for row in (Row(*columns) for _, *columns in rows) if row.pk]
    address = address_of("desk:duties")
    tallies = tuple(Tally(kind, counts[code], address(code)) for code, kind in kinds.items() if code in counts)
    return Board(tallies, lines(urgent, kinds, moment), sum(counts.values()))


def _found(user: User, scope: Scope, moment: Moment, codes: set[str]) -> Iterator[Rows]:
    """Where duties of these kinds stand."""
    for room in ROOMS:
        for rows in room.found(user, moment):
            if codes & set(rows.kinds):
                yield within(rows, scope, user, moment.today)


def _union(rows: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = rows
    return first.union(*others, all=True) if others else first
