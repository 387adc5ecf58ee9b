"""Decisions about quotes: what the book's verdicts mean for the case, until when an offer stands, which start is
possible. Facts in, verdict out; nothing here reads the database or the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from core.errors import Refused
from core.periods import at_four, one_year_after
from products.eligibility import Reason, Verdict
from quotes.states import CARRIER_QUOTE, Gate, ReasonKind

# An answer within one week (issue 2, item 4); an offer stands a month.
REFERRAL_DAYS = 7
OFFER_DAYS = 30
MOST_OPTIONS = 6

# The one question of the books that the house itself reads: without a closed year a business plan is attached.
CLOSED_YEAR_QUESTION = "fiscal_year_closed"

Way = Literal["offer", "refer", "decline"]


@dataclass(frozen=True, slots=True)
class OptionFacts:
    """One option as triage sees it: what the book says about it, and whether it has a premium."""

    label: str
    verdict: Verdict
    unpriced_reason: str = ""
    carrier_quotes: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A reason before it is written down: `scope` names in words what it is about."""

    code: str
    sentence: str
    scope: str
    blocks: Gate = Gate.OFFER
    kind: ReasonKind = ReasonKind.BUSINESS
    missing: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Triage:
    """Where the case goes, and why. An offer may come with reasons that hold up only what follows it."""

    way: Way
    reasons: tuple[Raised, ...]


def triage(company: Verdict, options: Sequence[OptionFacts]) -> Triage:
    """Offer at once, refer, or decline. Raises Refused where something is still missing or an option must go.

    What the book says about the company counts for the whole case; what it says only about one option counts for
    that option, and is refused before it troubles an underwriter.
    """
    missing = [reason.sentence for reason in _all(company, options) if reason.outcome == "ask"]
    if missing:
        raise Refused("判定の前に、次の点を直してください。", reasons=dict.fromkeys(missing))
    declined = [reason for reason in company.reasons if reason.outcome == "decline"]
    if declined:
        return Triage("decline", _as_reasons(declined, "この商品の引受け"))
    for option in options:
        impossible = [reason.sentence for reason in option.verdict.reasons if reason.outcome == "decline"]
        if impossible:
            words = f"プラン「{option.label}」は引き受けできません。外すか、選び直してください。"
            raise Refused(words, reasons=impossible)
    referred = _as_reasons([r for r in company.reasons if r.outcome == "refer"], "すべてのプラン")
    known = {reason.code for reason in referred}
    for option in options:
        own = [r for r in option.verdict.reasons if r.outcome == "refer" and r.code not in known]
        referred += _as_reasons(own, f"プラン「{option.label}」")
        if option.unpriced_reason:
            code = CARRIER_QUOTE if option.carrier_quotes else "unpriced"
            kind = ReasonKind.CARRIER if option.carrier_quotes else ReasonKind.PRICE
            referred += (Raised(code, option.unpriced_reason, f"プラン「{option.label}」", kind=kind),)
    held_up = any(reason.blocks == Gate.OFFER for reason in referred)
    return Triage("refer" if held_up else "offer", _joined(referred))


def also(verdict: Triage, raised: Raised) -> Triage:
    """One more reason beside those of the book; it holds up the offer."""
    return Triage("refer", _joined((*verdict.reasons, raised)))


def _all(company: Verdict, options: Iterable[OptionFacts]) -> list[Reason]:
    return [*company.reasons, *(reason for option in options for reason in option.verdict.reasons)]


def _as_reasons(reasons: Iterable[Reason], scope: str) -> tuple[Raised, ...]:
    return tuple(
        Raised(
            reason.code, reason.sentence, scope, Gate[reason.blocks.upper()], ReasonKind[reason.lifted_by.upper()],
            reason.missing,
        )
        for reason in reasons
    )  # fmt: skip


def _joined(reasons: Iterable[Raised]) -> tuple[Raised, ...]:
    """The same reason for several options is one reason about them all."""
    joined: dict[tuple[str, str], Raised] = {}
    for reason in reasons:
        key = (reason.code, reason.sentence)
        first = joined.get(key)
        scopes = [*first.scope.split("、"), reason.scope] if first else [reason.scope]
        joined[key] = replace(first or reason, scope="、".join(dict.fromkeys(scopes)))
    return tuple(joined.values())


def needs_business_plan(is_planned: bool, answers: Mapping[str, Any]) -> bool:
    """No closed fiscal year: the year's figure rests on a business plan, which must be attached (S000)."""
    return is_planned or answers.get(CLOSED_YEAR_QUESTION) in ("no", "unknown")


def referral_due(on: date) -> date:
    """The day by which underwriting answers."""
    return on + timedelta(days=REFERRAL_DAYS)


def offer_until(offered_on: date, stands_until: date | None = None) -> date:
    """The last day of an offer, no later than the carrier's own (`stands_until`).

    It may lie behind the start of cover: applying so late needs a manager (checks 18).
    """
    ours = offered_on + timedelta(days=OFFER_DAYS)
    return min(ours, stands_until) if stands_until else ours


def check_carrier_answer(answered_on: date, valid_until: date, on: date) -> None:
    """The carrier answered, and its answer still stands."""
    if answered_on > on:
        raise Refused("回答日に未来の日付は入力できません。", field="answered_on")
    if valid_until < on:
        raise Refused("保険会社の回答の有効期限が過ぎています。回答を取り直してください。", field="valid_until")


def check_inception(inception_on: date, on: date) -> None:
    """A quote is for a start from today to one year ahead."""
    if inception_on < on:
        raise Refused("保険始期が過去の日付です。本日以後の日付を入力してください。", field="inception_on")
    if inception_on > one_year_after(on):
        raise Refused("保険始期は本日から1年以内の日付を入力してください。", field="inception_on")


def check_starts_later(inception_on: date, at: datetime) -> None:
    """Cover that follows a contract that ended begins at an hour to come: today only while 16:00 has not struck."""
    if at_four(inception_on) < at:
        raise Refused("本日の午後4時を過ぎています。保険始期は明日以後の日付にしてください。", field="inception_on")


def check_renewal_inception(inception_on: date, expires_on: date) -> None:
    """A renewal starts on the day the old contract ends: neither gap nor overlap (checks 24)."""
    if inception_on != expires_on:
        raise Refused(
            f"更改の始期は、前の契約の満期日({expires_on.year}年{expires_on.month}月{expires_on.day}日)と同じ日にしてください。",
            field="inception_on",
        )


def check_sold(sold_from: date, sold_until: date | None, inception_on: date) -> None:
    """The day cover begins chooses the version of the book."""
    if inception_on < sold_from or (sold_until is not None and inception_on > sold_until):
        words = "この商品の版は、その始期では販売していません。商品か始期を選び直してください。"
        raise Refused(words, field="inception_on")
