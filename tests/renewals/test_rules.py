"""The calendar of reminders as a pure rule, under arbitrary patterns of runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.calendar import calendar_on
from renewals.days import Workdays, stage_day
from renewals.rules import DutyFacts, ReminderFacts, answer_by, bucket_of, buckets, next_duty, reminder_due
from renewals.states import RENEWAL_MOVES, RenewalStatus

EXPIRY = date(2028, 2, 29)
CALENDAR = calendar_on(EXPIRY)
expiries = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def sent(expiry: date, notified_before: int, runs: list[int]) -> list[tuple[int, int]]:
    """Which stage goes out on which of these days before expiry, each run remembering the one before."""
    notified, last, out = expiry - timedelta(days=notified_before), None, []
    for days in sorted(runs, reverse=True):
        stage = reminder_due(ReminderFacts(expiry, notified, last), expiry - timedelta(days=days), CALENDAR)
        if stage is not None:
            last = stage
            out.append((stage, days))
    return out


@given(expiries)
def test_daily_runs_send_each_reminder_on_its_day(expiry):
    days = [(stage, (expiry - stage_day(expiry, stage, Workdays())).days) for stage in (45, 30, 14, 7, 0)]
    assert sent(expiry, 60, list(range(60, -1, -1))) == days


@given(expiries, st.integers(1, 60), st.lists(st.integers(-5, 60), max_size=80))
def test_no_stage_goes_out_twice_early_or_after_expiry_and_never_two_in_one_run(expiry, notified, runs):
    out = sent(expiry, notified, runs)
    stages = [stage for stage, _ in out]
    assert stages == sorted(set(stages), reverse=True)
    assert all(0 <= days <= stage < notified for stage, days in out)
    assert len({days for _, days in out}) == len(out)


@given(expiries, st.integers(-400, 400))
def test_every_day_falls_into_exactly_one_column_of_the_board(expiry, ahead):
    columns = buckets(CALENDAR)
    column = bucket_of(expiry, expiry - timedelta(days=ahead), columns)
    assert (column.code == "overdue") is (ahead < 0)
    if column.days is not None:
        assert ahead <= column.days


@pytest.mark.parametrize(
    ("on", "by"),
    [
        (date(2028, 1, 1), date(2028, 2, 15)),
        (date(2028, 2, 14), date(2028, 2, 15)),
        (date(2028, 2, 15), date(2028, 2, 18)),
        (date(2028, 2, 28), EXPIRY),
        (EXPIRY, EXPIRY),
    ],
)
def test_the_deadline_for_an_answer_is_never_in_the_past_and_never_after_expiry(on, by):
    assert answer_by(EXPIRY, on, CALENDAR) == by


@pytest.mark.parametrize("status", list(RenewalStatus))
def test_whatever_is_in_work_has_a_next_duty_and_whatever_is_closed_has_none(status):
    duty = next_duty(DutyFacts(status, EXPIRY), date(2028, 1, 20), CALENDAR)
    assert (duty is None) is (RENEWAL_MOVES[status] == ())
    if duty is not None:
        assert date(2028, 1, 20) <= duty.on <= EXPIRY
