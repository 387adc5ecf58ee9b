"""Decisions about policies: whether one was in force at a minute, and what may follow. Facts in, verdict out."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import jst
from core.errors import Refused
from core.periods import CHANGEOVER, Term, months_after, one_year_after
from policies.states import PolicyStatus


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """What decides whether a policy was in force (`Policy.cover_facts`)."""

    number: str
    starts_at: datetime
    ends_at: datetime
    status: str
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """In force or not, and the sentence that says why."""

    in_force: bool
    sentence: str


def cover_at(policy: CoverFacts, at: datetime) -> Verdict:
    """Was the policy in force at that minute? 16:00 of the first day is, 16:00 of the last day is not (checks 24).

    The term alone decides: an EXPIRED policy was in force during its term. Whether a premium was received or an
    exclusion applies is not answered here.
    """
    when = _written(at)
    if at < policy.starts_at:
        return Verdict(
            False, f"{when}は保険期間の始まる前です。{policy.number}の補償は{_written(policy.starts_at)}に始まります。"
        )
    if policy.status == PolicyStatus.CANCELLED and policy.cancelled_at is not None and at >= policy.cancelled_at:
        return Verdict(
            False, f"{policy.number}は{_written(policy.cancelled_at)}に解約されています。{when}は補償期間外です。"
        )
    if at >= policy.ends_at:
        return Verdict(
            False,
            f"{when}は保険期間の終わった後です。{policy.number}の補償は{_written(policy.ends_at)}に終わりました。",
        )
    return Verdict(
        True,
        f"{when}は{policy.number}の保険期間内です({_written(policy.starts_at)}から{_written(policy.ends_at)}まで)。",
    )


def days_left(ends_on: date, on: date) -> int:
    """Whole days from `on` to the expiry day; 0 on the day itself, negative after it."""
    return (ends_on - on).days


def check_term(term: Term) -> None:
    """One year from 16:00 to 16:00 in Japan; 29 February ends on 28 February (checks 24)."""
    start, end = jst(term.starts_at), jst(term.ends_at)
    if start.time() != CHANGEOVER or end.time() != CHANGEOVER:
        raise Refused("保険期間は午後4時に始まり、午後4時に終わるようにしてください。")
    if end.date() != one_year_after(start.date()):
        raise Refused("保険期間は1年間(始期の翌年の同じ日の午後4時まで)にしてください。")


def check_continues(old: CoverFacts, term: Term) -> None:
    """A renewal starts at the old expiry, without gap or overlap (checks 24)."""
    if old.status == PolicyStatus.CANCELLED:
        raise Refused(f"{old.number}は解約されているため更改できません。新しい契約として発行してください。")
    if term.starts_at != old.ends_at:
        raise Refused(f"更改契約の始期は、前の契約{old.number}の満期({_written(old.ends_at)})と同じにしてください。")


def check_schedule(premium_yen: int, amounts_yen: tuple[int, ...]) -> None:
    """A premium and instalments above zero; nothing is owed twice or forgotten."""
    if premium_yen <= 0:
        raise Refused("保険料は1円以上でなければなりません。見積を確認してください。")
    if not amounts_yen or any(amount <= 0 for amount in amounts_yen):
        raise Refused("払込の予定がありません。払込方法を選び直してください。")


def is_late_delivery(contracted_on: date, delivered: bool, on: date) -> bool:
    """No delivery of the 証券 is on record a month after the contract was made (checks 5)."""
    return not delivered and on > months_after(contracted_on, 1)


def _written(at: datetime) -> str:
    local = jst(at)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}時{local.minute:02d}分"
