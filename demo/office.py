"""The office in which the story is lived: its people, its customers' ways, its diary and its one source of chance."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from core.clock import jst
from demo.companies import Company
from demo.diary import Diary
from demo.press import Press

SEED = 20261122
MAIL_SINCE = 21  # days before today when the papers began to go by mail


@dataclass(frozen=True, slots=True)
class Case:
    """One company's way: who looks after it, what it buys, how careful it is, and what is special about it."""

    company: Company
    person: User
    product: str
    plan: int
    care: float
    special: dict[str, Any]


@dataclass
class Office:
    """Everything the deeds share. The same seed lives the same past for the same day."""

    staff: dict[str, User]
    until: datetime
    tell: Callable[[str], None]
    press: Press
    random: Random = field(default_factory=lambda: Random(SEED))
    diary: Diary = field(init=False)
    cases: dict[int, Case] = field(default_factory=dict)  # by the customer's key
    asked: list[int] = field(default_factory=list)  # questions left to each renewing customer for whom nothing changed

    def __post_init__(self) -> None:
        self.diary = Diary(self.until, self.random)

    @property
    def today(self) -> date:
        return jst(self.until).date()

    @property
    def mail_since(self) -> date:
        return self.today - timedelta(days=MAIL_SINCE)

    @property
    def solicitors(self) -> list[User]:
        return [self.staff[name] for name in ("tantou", "suzuki", "takahashi")]

    @property
    def clerk(self) -> User:
        return self.staff["jimu"]
