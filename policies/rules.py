"""Decisions about policies: whether one was in force at a minute, and what may follow. Facts in, verdict out."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import jst
from core.errors import Refused
from core.periods import CHANGEOVER, Term, months_after
from policies.states import FROM_THE_START, EndKind, PolicyStatus

# From here on the record page asks for the renewal (practice 5-2).
NEAR_EXPIRY_DAYS = 60


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


def check_term(term: Term, ends_on: date) -> None:
    """From 16:00 to 16:00 in Japan, up to the day the product ends on: a year later, or a common expiry (checks 24)."""
    start, end = jst(term.starts_at), jst(term.ends_at)
    if start.time() != CHANGEOVER or end.time() != CHANGEOVER:
        raise Refused("保険期間は午後4時に始まり、午後4時に終わるようにしてください。")
    if end.date() != ends_on:
        day = f"{ends_on.year}年{ends_on.month}月{ends_on.day}日"
        raise Refused(f"この商品の保険期間は、{day}の午後4時までにしてください。")


def check_continues(old: CoverFacts, term: Term, at: datetime) -> None:
    """A renewal is issued before the old policy ends and starts at that very moment, without gap or overlap
    (checks 24). Later it would reach back over hours in which nobody was insured: that is a new contract."""
    if old.status == PolicyStatus.CANCELLED:
        raise Refused(f"{old.number}は解約されているため更改できません。新しい契約として発行してください。")
    if at >= old.ends_at:
        raise Refused(
            f"{old.number}は{_written(old.ends_at)}に満期を過ぎたため、更改にできません。"
            "新しい契約として、今日以後の始期で見積を作成してください。"
        )
    if term.starts_at != old.ends_at:
        raise Refused(f"更改契約の始期は、前の契約{old.number}の満期({_written(old.ends_at)})と同じにしてください。")


def check_schedule(premium_yen: int, amounts_yen: tuple[int, ...]) -> None:
    """A premium and instalments above zero; nothing is owed twice or forgotten."""
    if premium_yen <= 0:
        raise Refused("保険料は1円以上でなければなりません。見積を確認してください。")
    if not amounts_yen or any(amount <= 0 for amount in amounts_yen):
        raise Refused("払込の予定がありません。払込方法を選び直してください。")


@dataclass(frozen=True, slots=True)
class EndWish:
    """What somebody wants recorded about a contract's early end (解約等)."""

    end: str
    on: date | None
    requested_on: date
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class EndFacts:
    """The contract's days that decide on it."""

    starts_on: date
    ends_on: date
    contracted_on: date


# Who ends a contract for the time to come cannot end it for a time before he said so.
_FORWARD_ONLY = (EndKind.CANCELLED, EndKind.REPLACED, EndKind.RESCINDED, EndKind.TERMINATED)


def end_day(wish: EndWish, contract: EndFacts, today: date) -> date:
    """The day at whose 16:00 cover ends, or a refusal. What is void or avoided never held: its first day.

    A day still to come is allowed: the end is agreed now, and cover runs until then (`cover_at`).
    """
    if wish.requested_on > today:
        raise Refused("申出日・通知日に、先の日付は入力できません。", field="requested_on")
    if wish.requested_on < contract.contracted_on:
        raise Refused(
            f"申出日・通知日が、契約の締結日({_day(contract.contracted_on)})より前です。日付を確認してください。",
            field="requested_on",
        )
    if wish.end == EndKind.RESCINDED:
        _check_rescission(wish, contract)
    if wish.end in FROM_THE_START:
        return contract.starts_on
    if wish.on is None:
        raise Refused("終了日を入力してください。", field="on")
    if not contract.starts_on <= wish.on < contract.ends_on:
        raise Refused(
            f"終了日は、保険期間の初日({_day(contract.starts_on)})から満期日の前日までの日にしてください。", field="on"
        )
    if wish.end in _FORWARD_ONLY and wish.on < max(wish.requested_on, contract.starts_on):
        raise Refused(
            "終了日は、申出日・通知日以後にしてください。さかのぼって終わらせることはできません。", field="on"
        )
    if wish.end == EndKind.LAPSED and wish.on > today:
        raise Refused("失効の日に、先の日付は入力できません。", field="on")
    return wish.on


def rescission_deadline(known_on: date, contracted_on: date) -> date:
    """除斥期間: one month after the insurer knew, five years after the contract was made, whichever comes first
    (checks 12)."""
    return min(months_after(known_on, 1), months_after(contracted_on, 60))


def _check_rescission(wish: EndWish, contract: EndFacts) -> None:
    if wish.known_on is None or wish.known_on > wish.requested_on:
        raise Refused("告知義務違反を知った日を、通知日以前の日付で入力してください。", field="known_on")
    if wish.requested_on > (last := rescission_deadline(wish.known_on, contract.contracted_on)):
        raise Refused(
            f"告知義務違反による解除は{_day(last)}までしかできません(知った日から1か月、締結から5年)。", field="end"
        )


def check_change_days(
    contract: EndFacts, *, changes_on: date, noticed_on: date, approved_on: date, last_on: date | None, today: date
) -> None:
    """変更日, 通知日 and 承認日 of a 異動: within the term, in their order, and after the 異動 before (checks 13)."""
    if not contract.starts_on <= changes_on < contract.ends_on:
        raise Refused(
            f"変更日は、保険期間の初日({_day(contract.starts_on)})から満期日の前日までの日にしてください。",
            field="changes_on",
        )
    if last_on is not None and changes_on < last_on:
        raise Refused(
            f"前の異動の変更日({_day(last_on)})より前の変更は記録できません。保険会社に承認の順序を確認してください。",
            field="changes_on",
        )
    if approved_on > today:
        raise Refused("承認日に、先の日付は入力できません。承認を受けてから記録してください。", field="approved_on")
    if noticed_on < contract.contracted_on:
        raise Refused(
            f"通知日が、契約の締結日({_day(contract.contracted_on)})より前です。日付を確認してください。",
            field="noticed_on",
        )
    if noticed_on > approved_on:
        raise Refused("承認日は、通知日以後にしてください。", field="approved_on")


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next with a policy, and how pressing it is (a badge's colour word)."""

    words: str
    style: str


def next_step(policy: CoverFacts, on: date, *, waits_for_post: bool, is_renewed: bool) -> NextStep:
    """The one sentence beside the status."""
    starts_on, ends_on = jst(policy.starts_at).date(), jst(policy.ends_at).date()
    left = days_left(ends_on, on)
    if waits_for_post:
        return NextStep("証券を郵送し、発送を記録してください。", "warn")
    if policy.status == PolicyStatus.CANCELLED:
        last = jst(policy.cancelled_at).date() if policy.cancelled_at else None
        if last is not None and last >= on:
            return NextStep(f"解約の手続きは済みました。補償は{_day(last)}午後4時までです。", "warn")
        return NextStep("解約済みです。", "ended")
    if is_renewed:
        return NextStep("更改済みです。", "ended" if left < 0 else "good")
    if policy.status == PolicyStatus.EXPIRED or left < 0:
        return NextStep("満期を過ぎました。続けるには新しい契約が必要です。", "ended")
    if on < starts_on:
        return NextStep(f"始期前です。補償は{days_left(starts_on, on)}日後に始まります。", "calm")
    if left <= NEAR_EXPIRY_DAYS:
        return NextStep(f"満期まであと{left}日です。更改を進めてください。", "warn" if left <= 30 else "wait")
    return NextStep(f"満期まであと{left}日です。", "calm")


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _written(at: datetime) -> str:
    local = jst(at)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}時{local.minute:02d}分"
