"""Did today's rounds run? A round that did not is itself an alarm, on the desk and at `/healthz`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from core.clock import jst
from core.models import Event
from policies.models import Policy
from renewals.models import Round
from renewals.round import LABELS, LONGEST_REST, has_leapt
from renewals.states import RoundKind

# From this hour on, today's round must have finished: beat rings at 06:00 and 16:01, and hourly while none is whole.
FINISHED_BY = {RoundKind.NIGHTLY: time(7, 0), RoundKind.EXPIRY: time(17, 0)}
_ALARMS = {
    RoundKind.NIGHTLY: "今日の朝の処理が終わっていません。更改の案内が止まっているおそれがあります。",
    RoundKind.EXPIRY: "今日の満期時刻の処理が終わっていません。無保険になった契約が知らされていないおそれがあります。",
}
_LEAPT = (
    f"前回の処理から{LONGEST_REST.days}日より長く空いたため、自動では動きません。"
    "サーバーの日付を確かめ、正しければmanage.py roundで動かしてください。"
)
_TELL = "管理者に知らせてください。"


@dataclass(frozen=True, slots=True)
class RoundNews:
    """The last nightly round, and the sentence to be alarmed by, if any."""

    last: Round | None
    alarm: str

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        return counts_in_words(self.last) if self.last else ()


def counts_in_words(run: Round) -> tuple[tuple[str, int], ...]:
    """What a round did, without the zeros."""
    return tuple((LABELS.get(name, name), count) for name, count in run.counts.items() if count)


def missing(finished: Collection[str], at: datetime) -> list[RoundKind]:
    """The rounds of today (in Japan) that should have finished by now and are not among those that have."""
    clock = jst(at).time()
    return [kind for kind, hour in FINISHED_BY.items() if clock >= hour and kind not in finished]


def missing_rounds(at: datetime) -> list[RoundKind]:
    """The same of this house. One that has no contracts yet, or that began only today, is not asked for rounds."""
    midnight = jst(at).replace(hour=0, minute=0, second=0, microsecond=0)
    whole = Round.objects.filter(on=midnight.date(), finished_at__isnull=False)
    lacking = missing(set(whole.values_list("kind", flat=True)), at)
    if not lacking:  # as on nearly every day
        return []
    began, contract = Event.objects.order_by("pk").first(), Policy.objects.only("issued_at").order_by("pk").first()
    if began is None or contract is None or max(began.at, contract.issued_at) >= midnight:
        return []
    return lacking


def round_news(at: datetime) -> RoundNews:
    """What the first screen says about the rounds."""
    last = Round.objects.filter(kind=RoundKind.NIGHTLY).order_by("-pk").first()
    alarms = [_ALARMS[kind] for kind in missing_rounds(at)]
    if alarms and has_leapt(jst(at).date()):
        alarms.append(_LEAPT)
    return RoundNews(last, "".join([*alarms, _TELL]) if alarms else "")
