"""What a duty is: where its rows stand, how one of them is told, and where its button leads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from accounts.models import Role
from core.clock import jst
from core.screens import address_of

STAFF = frozenset({Role.SOLICITOR, Role.CLERK, Role.MANAGER, Role.AUDITOR})
EVERYBODY = STAFF | {Role.UNDERWRITER}


@dataclass(frozen=True, slots=True)
class Moment:
    """When the question is asked: now, and today in Japan."""

    at: datetime

    @property
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
    owner: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The duties that stand in one table: its rows (of one agency, the most urgent first), and where their facts are.

    `kinds` tells the kinds of these rows apart: each row is of the first whose condition holds, the last needs none.
    `mine` and `office` name the columns the filter 自分 / 営業所 looks at; `office` empty: all offices see them.
    """

    rows: QuerySet[Any]
    kinds: Mapping[str, Q]
    on: str | Combinable
    number: str | Combinable
    who: str | Combinable
    mine: str
    office: str
    owner: str | Combinable
    note: str | Combinable = Value("")  # noqa: RUF009 - never changed
    state: str | Combinable = Value("")  # noqa: RUF009

    def read(self, code: str | None = None) -> QuerySet[Any]:
        """The columns of a `Row` for each of the rows, or for those of one of its kinds."""
        facts = {"duty": self._kind(), "day": F(self.on) if isinstance(self.on, str) else self.on}
        columns = []
        for name in ("number", "who", "owner", "note", "state"):
            column = getattr(self, name)
            if not isinstance(column, str):
                facts[f"said_{name}"], column = column, f"said_{name}"
            columns.append(column)
        # Annotated all at once: each annotate() looks through the model's columns anew.
        rows = self.rows.annotate(**facts)
        if code and len(self.kinds) > 1:
            rows = rows.filter(duty=code)
        return rows.values_list("duty", "day", "pk", *columns)

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

    `late` tells of today the day before which a row's day makes it late.
    """

    code: str
    label: str
    style: str
    words: Callable[[Row, Moment], str]
    button: str
    address: Callable[[], Address]
    roles: frozenset[Role] = STAFF
    late: Late = overdue


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
    addresses = {code: kind.address() for code, kind in kinds.items()}
    late_before = {code: kind.late(moment.today) for code, kind in kinds.items()}
    return tuple(
        Duty(
            row.kind, row.on, kinds[row.kind].words(row, moment), row.who, row.number, addresses[row.kind](row),
            kinds[row.kind].button, row.owner, row.on < late_before[row.kind],
        )
        for row in rows
    )  # fmt: skip
