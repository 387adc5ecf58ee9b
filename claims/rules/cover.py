"""Was a policy in force at that minute? One verdict per coverage, because their triggers differ (checks 29).

Liability looks at the moment the claim was made against the insured; a notice of circumstances (おそれ通知) fixes it
at the moment of the notice. Costs look at the discovery. Stated are facts of the term: whether anything is paid is
decided by the insurer alone (checks 33).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from claims.rules.dates import ClaimDates
from policies.rules import CoverFacts, cover_at


@dataclass(frozen=True, slots=True)
class Trigger:
    """The moment that counts for a coverage, and what it is called. `at` None: it has not come yet."""

    coverage: str
    label: str
    at: datetime | None
    name: str


@dataclass(frozen=True, slots=True)
class CoverageVerdict:
    """Whether a contract was in force at the trigger of a coverage. `in_force` None: nothing to judge by yet."""

    coverage: str
    label: str
    in_force: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """One contract against every trigger."""

    number: str
    coverages: tuple[CoverageVerdict, ...]

    @property
    def answers(self) -> bool:
        """In force for at least one coverage: the contract that may be concerned."""
        return any(coverage.in_force for coverage in self.coverages)


def triggers(dates: ClaimDates) -> tuple[Trigger, Trigger]:
    """The moment that counts, per coverage."""
    if dates.is_circumstance:
        # A claim made later is treated as made when its circumstances were notified (practice 6-2).
        liability = Trigger("liability", "賠償責任", dates.reported_at, "おそれの通知日時")
    else:
        liability = Trigger("liability", "賠償責任", dates.claimed_at, "請求を受けた日時")
    return liability, Trigger("cost", "事故対応費用", dates.discovered_at, "発見日時")


def judge(policy: CoverFacts, dates: ClaimDates) -> PolicyVerdict:
    """One contract against the dates, with sentences to read out on the phone."""
    return PolicyVerdict(policy.number, tuple(_judge(policy, trigger) for trigger in triggers(dates)))


def answering(policies: Iterable[CoverFacts], dates: ClaimDates) -> tuple[str, ...]:
    """The numbers of the contracts in force at some trigger, in the order given."""
    verdicts = [judge(policy, dates) for policy in policies]
    return tuple(verdict.number for verdict in verdicts if verdict.answers)


def _judge(policy: CoverFacts, trigger: Trigger) -> CoverageVerdict:
    if trigger.at is None:
        sentence = "損害賠償請求はまだありません。請求を受けた日時、またはおそれの通知日時で確認します。"
        return CoverageVerdict(trigger.coverage, trigger.label, None, sentence)
    found = cover_at(policy, trigger.at)
    return CoverageVerdict(trigger.coverage, trigger.label, found.in_force, f"{trigger.name} — {found.sentence}")
