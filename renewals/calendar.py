"""The house's calendar of renewals (満期管理の暦): which day asks for what. Dated data with its source, in one place.

An agency may keep a calendar of its own, also for one product (`LetterPlan`); `renewals.planning` says which holds.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RenewalCalendar:
    """Days before the expiry day (満期日); `late_answer` and `follow_up` are days from the day of writing."""

    valid_from: date
    source: str
    opens: int
    notice: int
    reminders: tuple[int, ...]
    on_expiry_day: bool
    day_after: bool
    notice_sent_by: int
    escalates: int
    answer_by: int
    late_answer: int
    follow_up: int

    @property
    def stages(self) -> tuple[int, ...]:
        """The days of the letters to a customer who stays silent, the expiry day itself with them, from far to near."""
        return (*self.reminders, *([0] if self.on_expiry_day else []))

    @property
    def buckets(self) -> tuple[int, ...]:
        """The columns of the board: the days at which something happens, the earliest first."""
        return (self.opens, self.notice, *self.reminders)


CALENDARS = (
    RenewalCalendar(
        valid_from=date(2000, 1, 1),
        source=(
            "満期の1〜2か月前に案内(業務要件 S000)。60日前に作成、30日前までに送付、29日前に報告(募集実務の例)。"
            "90日前の社内連絡・再案内の間隔・満期当日と翌日のお知らせ・返答期限・再確認の日数は当社の標準"
        ),
        opens=90,
        notice=60,
        reminders=(45, 30, 14, 7),
        on_expiry_day=True,
        day_after=True,
        notice_sent_by=30,
        escalates=29,
        answer_by=14,
        late_answer=3,
        follow_up=7,
    ),
)


def calendar_on(on: date) -> RenewalCalendar:
    """The house's own calendar in force on a day: the latest that has begun."""
    return max((one for one in CALENDARS if one.valid_from <= on), key=lambda one: one.valid_from)
