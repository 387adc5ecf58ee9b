"""Did the morning's round run? A round that did not is itself an alarm."""

from dataclasses import dataclass
from datetime import date, datetime, time

from core.clock import jst
from renewals.models import Round
from renewals.round import LABELS
from renewals.states import RoundKind

ALARM_FROM = time(7, 0)


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


def is_missing(last_on: date | None, finished: bool, at: datetime) -> bool:
    """From 07:00 in Japan on, today's round must have finished."""
    local = jst(at)
    return local.time() >= ALARM_FROM and (last_on != local.date() or not finished)


def round_news(at: datetime) -> RoundNews:
    """What the first screen says about the rounds."""
    last = Round.objects.filter(kind=RoundKind.NIGHTLY).order_by("-pk").first()
    missing = is_missing(last.on if last else None, bool(last and last.finished_at), at)
    alarm = "今日の朝の処理が終わっていません。更改の案内が止まっているおそれがあります。管理者に知らせてください。"
    return RoundNews(last, alarm if missing else "")
