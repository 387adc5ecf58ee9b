"""The board: which kinds a person sees, how many of each, the most urgent lines. Statements do not grow with rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window

from accounts.models import User
from desk.duties import claims, letters, licences, policies, quotes, renewals
from desk.duties.kinds import Duty, Kind, Moment
from desk.duties.scope import Scope, within

KINDS: tuple[Kind, ...] = (
    *claims.KINDS,
    *letters.KINDS,
    *renewals.KINDS,
    *quotes.KINDS,
    *policies.KINDS,
    *licences.KINDS,
)
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
    """The rows of one kind in a scope: what its number counts and what its page lists."""
    return within(kind.rows(user, moment), kind, scope, user)


def board(user: User, scope: Scope, moment: Moment) -> Board:
    """One statement for each kind: its first lines, each carrying the number of all."""
    tallies: list[Tally] = []
    duties: list[Duty] = []
    for kind in kinds_for(user):
        rows = list(rows_of(kind, user, scope, moment).annotate(count_of_kind=Window(Count("pk")))[:LINES])
        if rows:
            tallies.append(Tally(kind, rows[0].count_of_kind))
            duties += [kind.line(row, moment) for row in rows]
    duties.sort(key=lambda duty: (not duty.late, duty.on))
    return Board(tuple(tallies), tuple(duties[:LINES]), sum(tally.count for tally in tallies))
