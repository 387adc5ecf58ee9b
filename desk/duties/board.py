"""The board: which kinds a person sees, how many of each, the most urgent lines. Statements do not grow with rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Agency, User
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
LINES = 60


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
    """One statement for all numbers, one for each kind that has rows."""
    kinds = kinds_for(user)
    rows = {kind.code: rows_of(kind, user, scope, moment) for kind in kinds}
    counts = _counts(user, rows)
    duties: list[Duty] = []
    for kind in kinds:
        if counts[kind.code]:
            duties += [kind.line(row, moment) for row in rows[kind.code][:LINES]]
    duties.sort(key=lambda duty: (not duty.late, duty.on))
    tallies = tuple(Tally(kind, counts[kind.code]) for kind in kinds if counts[kind.code])
    return Board(tallies, tuple(duties[:LINES]), sum(tally.count for tally in tallies))


def _counts(user: User, rows: dict[str, QuerySet[Any]]) -> dict[str, int]:
    names = {code: f"count_of_{code.replace('-', '_')}" for code in rows}
    numbers = {names[code]: Coalesce(Subquery(_count(of_kind)), 0) for code, of_kind in rows.items()}
    row: dict[str, Any] = dict(Agency.objects.filter(pk=user.agency_id).values(**numbers).get())
    return {code: row[name] for code, name in names.items()}


def _count(rows: QuerySet[Any]) -> QuerySet[Any]:
    plain = rows.order_by().select_related(None)
    grouped = plain.annotate(_all=Value(1, output_field=IntegerField())).values("_all")
    return grouped.annotate(_n=Count("pk")).values("_n")
