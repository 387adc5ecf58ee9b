"""What a duty is: where its rows stand, how one of them is told, and where its button leads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import Role
from core.clock import jst
from core.screens import address_of

STAFF = frozenset({Role.SOLICITOR, Role.CLERK, Role.MANAGER, Role.AUDITOR})
EVERYBODY = STAFF | {Role.UNDERWRITER}


@dataclass(frozen=True)
class Moment:
    """When the question is asked: now, and today in Japan."""

    at: datetime

    @cached_property
    def today(self) -> date:
        return jst(self.at).date()


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of today's work: what, for whom, by when, and the one button."""

    kind: str
    on: date
    words: str
    who: str
    number: str
    url: str
    button: str
    owner: str
    late: bool = False


class Row(NamedTuple):
    """A duty as it is read: the same columns from every table, so that one statement reads them all."""

    kind: str
    on: date
    pk: int
    number: str
    who: str
    owner: str | None
    note: str
    state: str


_NOTHING = Value("")
_NOBODY = Value(0)


@dataclass(frozen=True, slots=True)
class Rows:
    """The duties that stand in one table: its rows (of one agency, in no order), and where their facts are.

    `kinds` tells the kinds of these rows apart: each row is of the first whose condition holds, the last needs none.
    `owner` leads to the person whose duty it is (empty: the row is that person), `office` to the office that sees it
    as its own (empty: every office). `customer` leads to the customer; where there is none, `who` is a name.
    """

    rows: QuerySet[Any]
    kinds: Mapping[str, Q]
    on: str | Combinable
    owner: str
    office: str
    number: str | Combinable = _NOTHING
    customer: str = ""
    who: str | Combinable = _NOTHING
    note: str | Combinable = _NOTHING
    state: str | Combinable = _NOTHING

    def of_owner(self, column: str) -> str:
        return f"{self.owner}__{column}" if self.owner else column

    def of_kind(self, code: str) -> QuerySet[Any]:
        """A `Row` for each of the rows of one of the kinds."""
        who = Coalesce(f"{self.customer}__name", self.who) if self.customer else self.who
        rows = self.rows.annotate(duty=self._kind(), day=F(self.on) if isinstance(self.on, str) else self.on)
        columns = ("duty", "day", "pk", self.number, who, self.of_owner("name"), self.note, self.state)
        return rows.filter(duty=code).order_by().values_list(*columns)

    def numbered(self) -> QuerySet[Any]:
        """The same for all rows, but customer and owner by their keys: of a thousand duties few are named."""
        who, owner = (self.customer or _NOBODY, self.who), self.owner or "pk"
        columns = (self._kind(), self.on, "pk", self.number, *who, owner, self.note, self.state)
        return self.rows.order_by().values_list(*columns)

    def _kind(self) -> Case | Value:
        *first, last = self.kinds
        rest = Value(last, output_field=CharField())
        cases = [When(self.kinds[code], then=Value(code)) for code in first]
        return Case(*cases, default=rest) if cases else rest


Address = Callable[[Row], str]
Late = Callable[[date], date]


def overdue(today: date) -> date:
    """Late when its day is over."""
    return today


def always(today: date) -> date:
    """Late from the beginning: it ought not to be."""
    return date.max


def never(today: date) -> date:
    """Its day says when it came, not until when it may wait."""
    return date.min


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty: its name, who is shown it, and how one of its rows becomes a line.

    `late` tells of today the day before which a row's day makes it late; `nobody` stands for an owner.
    """

    code: str
    label: str
    style: str
    words: Callable[[Row, Moment], str]
    button: str
    address: Callable[[], Address]
    roles: frozenset[Role] = STAFF
    late: Late = overdue
    nobody: str = ""


def record(name: str, key: str = "number") -> Callable[[], Address]:
    """The button leads to the row's own page."""

    def made() -> Address:
        address = address_of(name)
        return lambda row: address(getattr(row, key))

    return made


def says(words: str) -> Callable[[Row, Moment], str]:
    """The same words for every row."""
    return lambda row, moment: words


def lines(rows: Iterable[Row], kinds: Mapping[str, Kind], moment: Moment) -> tuple[Duty, ...]:
    """The rows told as lines."""
    rows = list(rows)
    told = {code: kinds[code] for code in {row.kind for row in rows}}
    addresses = {code: kind.address() for code, kind in told.items()}
    late_before = {code: kind.late(moment.today) for code, kind in told.items()}
    return tuple(
        Duty(
            row.kind, row.on, told[row.kind].words(row, moment), row.who, row.number, addresses[row.kind](row),
            told[row.kind].button, row.owner or told[row.kind].nobody, row.on < late_before[row.kind],
        )
        for row in rows
    )  # fmt: skip
