"""What has to happen next, and by when: an open claim always has a next step with its day."""

from dataclasses import dataclass
from datetime import date, timedelta

from products.desks import is_workday


@dataclass(frozen=True, slots=True)
class Step:
    """次にすること, and its day."""

    action: str
    on: date


def next_workday(on: date) -> date:
    """The first working day after that day."""
    on += timedelta(days=1)
    while not is_workday(on):
        on += timedelta(days=1)
    return on


def first_step(handed_off: bool, on: date) -> Step:
    """What follows an intake: the insurer's reference the next working day, or at once the contract."""
    if handed_off:
        return Step("保険会社の受付番号を確認する", next_workday(on))
    return Step("お客さまと契約を特定して、保険会社へ連絡する", on)


def after_hand_off(on: date) -> Step:
    return first_step(True, on)


def after_reference(on: date) -> Step:
    """The insurer is at work: ask the customer for the papers it wants."""
    return Step("必要書類をお客さまに案内する", next_workday(on))
