"""What the inspection (更改の点検) says of a policy: what became of its notice, and where it hangs."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices


class Verdict(TextChoices):
    """What became of a policy's notice; the policy has exactly one."""

    SENT = "SENT", "案内済"
    BOUNCED = "BOUNCED", "不達・担当者へ"
    STOPPED = "STOPPED", "案内不要"
    NONE = "NONE", "案内なし"

    @property
    def style(self) -> str:
        return {"SENT": "good", "BOUNCED": "warn", "STOPPED": "ended", "NONE": "bad"}[self.value]


class Where(TextChoices):
    """Why a policy stands where it stands: how it was told, why not, or where it hangs."""

    MAILED = "MAILED", "メールを送信した"
    POSTED = "POSTED", "郵送を記録した"
    TASK = "TASK", "不達のため、担当者が期日を決めて連絡する"
    RENEWED = "RENEWED", "更改済"
    APPLIED = "APPLIED", "案内より先に申込を受けた"
    LOST = "LOST", "他社"
    DECLINED = "DECLINED", "辞退"
    OUT = "STOPPED", "対象外(脱退など)"
    CANCELLED = "CANCELLED", "解約"
    NOBODY = "NOBODY", "不達のまま、担当者か期日がない"
    UNKNOWN = "UNKNOWN", "メールが届いたか分からない(要確認)"
    REFUSED = "REFUSED", "メールの送信に失敗した"
    WISHED = "WISHED", "お客さまの希望の日時まで送信を待っている"
    WAITING = "WAITING", "メールが送信待ちのまま"
    WITHDRAWN = "WITHDRAWN", "メールが取り消された"
    NOT_POSTED = "NOT_POSTED", "郵送が記録されていない"
    NO_LETTER = "NO_LETTER", "案内済とあるが、メールがない"
    NOT_MADE = "NOT_MADE", "案内が作られていない"
    NOT_OPENED = "NOT_OPENED", "更改が始まっていない"


@dataclass(frozen=True, slots=True)
class Day:
    """One expiry day: how many policies have which verdict."""

    ends_on: date
    sent: int
    bounced: int
    stopped: int
    none: int
    late: int  # of those with none: their day has passed, and they asked for no later one
    doubled: int

    @property
    def total(self) -> int:
        return self.sent + self.bounced + self.stopped + self.none


@dataclass(frozen=True, slots=True)
class Found:
    """One policy as it was found."""

    policy_id: int
    number: str
    customer: str
    owner: str
    ends_on: date
    notice_on: date
    verdict: Verdict
    where: Where
    reason: str
    notices: int  # that the server took and that did not come back; corrected papers are no second notice
    renewal_id: int | None
    letter_id: int | None
    late: bool

    @property
    def doubled(self) -> bool:
        return self.notices > 1


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result for a range of expiry days."""

    first: date
    last: date
    on: date
    days: tuple[Day, ...]
    places: tuple[tuple[Verdict, Where, int], ...]

    def __getitem__(self, name: str) -> int:
        """A column's sum."""
        return sum(getattr(day, name) for day in self.days)

    @property
    def sums(self) -> Day:
        names = ("sent", "bounced", "stopped", "none", "late", "doubled")
        return Day(self.last, **{name: self[name] for name in names})

    @property
    def wished(self) -> int:
        """Whose notice waits for a day he asked for: none yet, but not late."""
        return sum(count for _, where, count in self.places if where is Where.WISHED)

    @property
    def holds(self) -> bool:
        """Whether nobody past his day was missed and nobody was told twice."""
        return not self["late"] and not self["doubled"]
