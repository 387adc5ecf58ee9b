"""Terms: 16:00 to 16:00, and the days a calendar lacks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.periods import Term, at_four, months_after, one_year_after


def test_a_term_covers_15_59_of_its_last_day_and_not_16_00():
    term = Term.one_year_from(date(2026, 4, 1))
    assert term.starts_at == datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
    assert not term.covers(term.starts_at - timedelta(minutes=1))
    assert term.covers(term.starts_at)
    assert term.covers(at_four(date(2027, 4, 1)) - timedelta(minutes=1))
    assert not term.covers(at_four(date(2027, 4, 1)))


def test_a_leap_day_ends_on_the_last_of_february():
    assert one_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert one_year_after(date(2027, 2, 28)) == date(2028, 2, 28)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)


def test_a_term_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError):
        Term(at_four(date(2026, 4, 1)), at_four(date(2026, 4, 1)))
