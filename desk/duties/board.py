"""The board: which kinds a person sees, how many of each, the most urgent lines.

One statement counts all kinds and one reads the lines, however many kinds and rows there are.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from desk.duties import claims, complaints, letters, licences, policies, portal, quotes, renewals
from desk.duties.kinds import Duty, Kind, Moment, Row, Rows, lines
from desk.duties.scope import Scope, within

ROOMS = (claims, complaints, letters, renewals, portal, quotes, policies, licences)
KINDS: tuple[Kind, ...] = tuple(kind for room in ROOMS for kind in room.KINDS)
LINES = 40


@dataclass(frozen=True, slots=True)
class Tally:
    """A kind of duty with its number of rows."""

    kind: Kind
    count: int


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
    """The rows of one kind in a scope, to be read as `Row`s: what its number counts and what its page lists."""
    found = _found(user, scope, moment, {kind.code})
    return _together([rows.read(rows.of(kind.code)) for rows in found])


def board(user: User, scope: Scope, moment: Moment) -> Board:
    """What waits for a person, counted and with its most urgent lines."""
    kinds = {kind.code: kind for kind in kinds_for(user)}
    found = [(rows, rows.sorted_out()) for rows in _found(user, scope, moment, set(kinds))]
    counts: Counter[str] = Counter()
    for code, count in _union([every.order_by().values_list("duty").annotate(Count("pk")) for _, every in found]):
        counts[code] += count
    urgent = [Row(*row) for row in _together([rows.read(every)[:LINES] for rows, every in found])[:LINES]]
    tallies = tuple(Tally(kind, counts[code]) for code, kind in kinds.items() if counts[code])
    return Board(tallies, lines(urgent, kinds, moment), sum(tally.count for tally in tallies))


def _found(user: User, scope: Scope, moment: Moment, codes: set[str]) -> Iterator[Rows]:
    """Where duties of these kinds stand."""
    for room in ROOMS:
        for rows in room.found(user, moment):
            if codes & set(rows.kinds):
                yield within(rows, scope, user, moment.today)


def _union(rows: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = rows
    return first.union(*others, all=True) if others else first


def _together(rows: list[QuerySet[Any]]) -> QuerySet[Any]:
    """All of them by urgency: what is late first, then by day. One table alone has its own order."""
    return _union(rows).order_by("-late", "day", "duty", "pk") if len(rows) > 1 else rows[0]
