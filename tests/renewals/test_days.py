"""On which day a letter goes, as tables: weekends, holidays, the turn of the year, the agency's own rest."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import JST
from customers.rules import MailWish
from renewals.calendar import calendar_on
from renewals.days import BANK_DAYS, Workdays, after_expiry_day, notice_day, notice_horizon, send_from, stage_day

CALENDAR = calendar_on(date(2027, 1, 1))
SUMMER = Workdays(frozenset(date(2027, 8, day) for day in range(12, 17)))
expiries = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("expiry", "workdays", "day"),
    [
        (date(2027, 6, 29), Workdays(), date(2027, 4, 30)),  # a Friday
        (date(2027, 7, 1), Workdays(), date(2027, 4, 30)),  # a Sunday
        (date(2027, 7, 4), Workdays(), date(2027, 4, 30)),  # Golden Week, from Monday to Wednesday
        (date(2027, 3, 2), Workdays(), date(2026, 12, 30)),  # New Year's Day
        (date(2027, 10, 11), SUMMER, date(2027, 8, 10)),  # the agency's own rest, and a holiday before it
        (date(2028, 4, 29), Workdays(), date(2028, 2, 29)),
    ],
)
def test_the_notice_moves_to_the_business_day_before(expiry, workdays, day):
    assert notice_day(expiry, CALENDAR, workdays) == day


@pytest.mark.parametrize(
    ("expiry", "stage", "day"),
    [
        (date(2027, 7, 1), 45, date(2027, 5, 17)),
        (date(2027, 7, 3), 14, date(2027, 6, 21)),  # a Saturday
        (date(2027, 1, 1), 0, date(2027, 1, 1)),  # the expiry day itself, holiday or not
        (date(2027, 1, 2), 1, date(2027, 1, 2)),  # the next business day would come too late
        (date(2027, 5, 10), 7, date(2027, 5, 6)),
    ],
)
def test_a_reminder_moves_to_the_next_business_day_and_never_past_the_expiry(expiry, stage, day):
    assert stage_day(expiry, stage, Workdays()) == day


def test_who_is_uninsured_over_new_year_hears_of_it_when_the_office_opens():
    assert after_expiry_day(date(2026, 12, 31), Workdays()) == date(2027, 1, 4)


def test_an_agency_that_closes_for_weeks_still_writes_on_the_planned_day():
    closed = Workdays(frozenset(date(2027, 4, 1) + timedelta(days=n) for n in range(60)))
    assert notice_day(date(2027, 7, 1), CALENDAR, closed) == date(2027, 5, 2)


@given(expiries, st.integers(30, 60), st.sampled_from([Workdays(), SUMMER]))
def test_the_horizon_of_a_day_holds_exactly_the_expiries_whose_notice_has_come_due(expiry, days, workdays):
    calendar = replace(CALENDAR, notice=days)
    day = notice_day(expiry, calendar, workdays)
    assert workdays.is_open(day)
    assert timedelta(days=days) <= expiry - day <= timedelta(days=days + 10)
    assert notice_horizon(day, calendar, workdays) >= expiry
    assert notice_horizon(day - timedelta(days=1), calendar, workdays) < expiry


@pytest.mark.parametrize(("day", "leaves"), [(1, date(2027, 6, 1)), (15, date(2027, 5, 2))])
def test_a_wished_day_is_waited_for_up_to_the_last_day_and_not_beyond(day, leaves):
    """15 May is a Saturday, and 15 June too late: such a wish is passed over, and the letter leaves at once."""
    at = datetime(2027, 5, 2, 6, tzinfo=JST)
    wish = MailWish(not_days=frozenset(range(1, 32)) - {day})
    assert send_from(at, date(2027, 6, 1), BANK_DAYS, wish).date() == leaves
