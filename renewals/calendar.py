"""The calendar of renewals (満期管理の暦): which day asks for what. Dated data with its source, in one place."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RenewalCalendar:
    """Days before the expiry day (満期日); `late_answer` and `follow_up` are days from the day of writing."""

    valid_from: date
    source: str
    opens: int
    reminders: tuple[int, ...]
    notice_sent_by: int
    escalates: int
    answer_by: int
    late_answer: int
    follow_up: int

    @property
    def buckets(self) -> tuple[int, ...]:
        """The columns of the board: the days at which something happens, the earliest first."""
        return (self.opens, *self.reminders)


CALENDARS = (
    RenewalCalendar(
        valid_from=date(2000, 1, 1),
        source=(
            "S000: 1〜2か月前に案内。practice.md 5-2: 60日前に作成、30日前までに送付、29日前に報告。"
            "督促の間隔・返答期限・再確認の日数は社内の定め"
        ),
        opens=60,
        reminders=(45, 30, 14, 7),
        notice_sent_by=30,
        escalates=29,
        answer_by=14,
        late_answer=3,
        follow_up=7,
    ),
)


def calendar_on(on: date) -> RenewalCalendar:
    """The calendar in force on a day: the latest that has begun."""
    return max((one for one in CALENDARS if one.valid_from <= on), key=lambda one: one.valid_from)
