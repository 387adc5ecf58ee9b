"""What a duty is, and how a kind of duty finds its rows. The same rows are counted and shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Role, User
from core.clock import jst

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


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty. `rows` gives its rows for an agency, ordered by urgency; `line` tells one of them.

    `owner` and `office` name the columns the filter 自分 / 営業所 looks at; `office` empty: it belongs to nobody's
    office and is shown to all.
    """

    code: str
    label: str
    style: str
    rows: Callable[[User, Moment], QuerySet[Any]]
    line: Callable[[Any, Moment], Duty]
    owner: str
    office: str
    roles: frozenset[Role] = field(default=STAFF)
