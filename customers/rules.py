"""Decisions about customers: what counts as a likely duplicate, and whether a paper may go electronically."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import JST
from customers.names import fold
from customers.states import ConsentKind


@dataclass(frozen=True, slots=True)
class MailWish:
    """When a customer wants to hear from us by mail (ご連絡のご希望); whatever is empty is welcome at any time.

    Weekdays from 0 (月) to 6 (日), days of the month that do not suit, hours from–until.
    """

    weekdays: frozenset[int] = frozenset()
    not_days: frozenset[int] = frozenset()
    from_hour: int | None = None
    until_hour: int | None = None

    def welcomes(self, on: date) -> bool:
        """Whether that day suits."""
        return (not self.weekdays or on.weekday() in self.weekdays) and on.day not in self.not_days

    def moment_on(self, on: date, at: datetime) -> datetime | None:
        """The first moment of that day, from `at` on, within the hours; None when they are over."""
        midnight = datetime.combine(on, time.min, tzinfo=JST)
        first = max(at, midnight + timedelta(hours=self.from_hour or 0))
        last = midnight + timedelta(hours=24 if self.until_hour is None else self.until_hour)
        return first if first < last else None


ANY_TIME = MailWish()


@dataclass(frozen=True, slots=True)
class Identity:
    """What two records are compared by."""

    name: str
    kana: str
    corporate_number: str
    postcode: str
    phone: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two records may be the same company; `certain` only for an equal 法人番号."""

    reasons: tuple[str, ...]
    certain: bool


def likeness(new: Identity, known: Identity) -> Likeness | None:
    """Reasons to look twice before saving, or None. Never merges (checks 38)."""
    if new.corporate_number and new.corporate_number == known.corporate_number:
        return Likeness(("法人番号が同じ",), certain=True)
    reasons = []
    if fold(new.name) and fold(new.name) == fold(known.name):
        reasons.append("名称が同じ(表記の違いを除く)")
    if fold(new.kana) and fold(new.kana) == fold(known.kana):
        reasons.append("フリガナが同じ")
    if not reasons:
        return None
    if new.postcode and new.postcode == known.postcode:
        reasons.append("郵便番号が同じ")
    if new.phone and new.phone == known.phone:
        reasons.append("電話番号が同じ")
    if new.corporate_number and known.corporate_number:
        reasons.append("法人番号は異なる")
    return Likeness(tuple(reasons), certain=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """A line of the customer's word on electronic delivery, in the order in which it was said."""

    kind: str
    at: datetime
    ways: tuple[str, ...] = ()


def standing(consents: Sequence[Consent], at: datetime) -> Consent | None:
    """The consent that stood at that moment; None before the first and after a withdrawal (practice 1-6)."""
    said = [consent for consent in consents if consent.at <= at]
    last = max(enumerate(said), key=lambda pair: (pair[1].at, pair[0]))[1] if said else None
    return last if last is not None and last.kind == ConsentKind.GIVEN else None


def may_go_by(consents: Sequence[Consent], way: str, at: datetime) -> bool:
    """Whether a paper may go by mail or on the web at that moment."""
    consent = standing(consents, at)
    return consent is not None and way in consent.ways
