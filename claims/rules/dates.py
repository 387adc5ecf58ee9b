"""The four dates of a claim, kept apart (checks 29, practice 6-1 and 6-2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The minute somebody types is already over when the form arrives; a phone's clock may run ahead by one more.
CLOCK_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ClaimDates:
    """When it happened (None: nobody knows), was discovered, was claimed (None: not yet), was told to us."""

    occurred_at: datetime | None
    discovered_at: datetime
    claimed_at: datetime | None
    reported_at: datetime
    is_circumstance: bool = False


def date_faults(dates: ClaimDates, at: datetime) -> dict[str, str]:
    """What cannot be, as field -> sentence; empty when the dates fit together at the moment `at`."""
    faults: dict[str, str] = {}
    latest = at + CLOCK_TOLERANCE
    for field, label, moment in (
        ("occurred_at", "事故の発生日時", dates.occurred_at),
        ("discovered_at", "発見日時", dates.discovered_at),
        ("claimed_at", "請求を受けた日時", dates.claimed_at),
        ("reported_at", "受付日時", dates.reported_at),
    ):
        if moment is not None and moment > latest:
            faults[field] = f"{label}がまだ来ていません。日時を確認してください。"
    if "discovered_at" not in faults and dates.occurred_at and dates.discovered_at < dates.occurred_at:
        faults["discovered_at"] = (
            "発見日時が事故の発生日時より前です。どちらかを直してください(発生日時が分からないときは「不明」にします)。"
        )
    if "claimed_at" not in faults and dates.claimed_at:
        if dates.occurred_at and dates.claimed_at < dates.occurred_at:
            faults["claimed_at"] = "請求を受けた日時が事故の発生日時より前です。どちらかを直してください。"
        elif dates.claimed_at < dates.discovered_at:
            faults["claimed_at"] = (
                "請求を受けた日時が発見日時より前です。請求で初めて知ったときは、発見日時も請求の日時にしてください。"
            )
    if "reported_at" not in faults and dates.reported_at < dates.discovered_at:
        faults["reported_at"] = "受付日時が発見日時より前です。どちらかを直してください。"
    return faults
