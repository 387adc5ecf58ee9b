"""Refunds to the yen (checks 19-21), by the book's own method; the difference a change on the way makes (checks 13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.periods import one_year_after
from products.refunds import ENDS, Payments, difference, elapsed_share, refund
from tests.products.shipped import SHIPPED, book

START = date(2026, 5, 1)
END = date(2027, 5, 1)
CYBER = book("sompo-cyber 2026-04-01")


def with_method(method, end="cancelled_by_customer", of=CYBER):
    """The book, its one rule for that end replaced."""
    rule = next(rule for rule in of.refunds if rule.end == end)
    changed = rule.model_copy(update={"method": method, "payment": "any"})
    return of.model_copy(update={"refunds": (changed, *(one for one in of.refunds if one.end != end))})


def ended(method, premium_yen, on, *, starts_on=START, ends_on=END, due_yen=None, end="cancelled_by_customer"):
    payments = Payments("lump_sum", premium_yen, premium_yen if due_yen is None else due_yen)
    return refund(
        book=with_method(method, end), end=end, payments=payments, starts_on=starts_on, ends_on=ends_on, on=on
    )


@pytest.mark.parametrize(
    ("premium_yen", "by_short_rate", "by_month", "by_day"),
    [
        (65_960, 19_790, 32_980, 32_890),
        (133_980, 40_190, 66_990, 66_810),
        (267_960, 80_390, 133_980, 133_610),
        (1_275_220, 382_570, 637_610, 635_860),
    ],
)
def test_the_worked_figures_come_out_to_the_yen(premium_yen, by_short_rate, by_month, by_day):
    half = date(2026, 11, 1)
    assert ended("short_rate", premium_yen, half).refund_yen == by_short_rate
    assert ended("monthly", premium_yen, half).refund_yen == by_month
    assert ended("daily", premium_yen, START + timedelta(days=183)).refund_yen == by_day


def test_the_refund_is_the_premium_less_the_rounded_earned_premium():
    half = ended("short_rate", 65_950, date(2026, 11, 1))
    assert (half.earned_yen, half.refund_yen) == (46_170, 19_780)
    assert half.lines[1].amount == 46_165


def test_a_mid_term_renewal_after_a_month_gives_eleven_twelfths_back():
    found = ended("monthly", 1_000_000, date(2026, 6, 1), end="mid_term_renewal")
    assert found.refund_yen == 916_670


@pytest.mark.parametrize(
    ("starts_on", "on", "percent"),
    [
        (START, START + timedelta(days=7), 10),
        (START, START + timedelta(days=8), 15),
        (START, START + timedelta(days=15), 15),
        (START, START + timedelta(days=16), 25),
        (START, date(2026, 6, 1), 25),
        (START, date(2026, 6, 2), 35),
        (START, date(2026, 10, 1), 65),
        (START, date(2026, 10, 2), 70),
        (START, date(2026, 11, 1), 70),
        (START, date(2026, 11, 2), 75),
        (START, date(2027, 4, 1), 95),
        (START, date(2027, 4, 2), 100),
        (date(2027, 1, 31), date(2027, 2, 28), 25),  # no 31 February: the month's end is the day
        (date(2027, 1, 31), date(2027, 3, 1), 35),
        (date(2028, 2, 29), date(2028, 3, 29), 25),
    ],
)
def test_short_rates_have_inclusive_upper_bounds_and_months_end_on_the_same_day(starts_on, on, percent):
    parts, whole, words = elapsed_share(CYBER, "short_rate", starts_on, one_year_after(starts_on), on)
    assert parts * 100 / whole == percent
    assert words == f"{percent}%"


def test_a_contract_that_ends_as_it_begins_or_never_held_gives_everything_back():
    assert ended("short_rate", 65_960, START).refund_yen == 65_960
    assert ended("full", 65_960, date(2027, 1, 1), end="void").refund_yen == 65_960
    assert ended("none", 65_960, date(2026, 6, 1)).refund_yen == 0


def test_the_minimum_premium_stays_with_the_insurer():
    least = CYBER.tariff.minimum.premium_yen
    assert ended("daily", least + 10_000, START + timedelta(days=1)).earned_yen == least
    assert ended("daily", least - 100, START + timedelta(days=1)).refund_yen == 0


def test_instalments_that_fell_due_are_set_against_what_was_earned():
    way = Payments("monthly", 12 * 5_770, 5 * 5_770)
    found = refund(
        book=CYBER, end="cancelled_by_customer", payments=way, starts_on=START, ends_on=END, on=date(2026, 11, 1)
    )
    assert found.method == "monthly"  # the book's own rule for paying by the month
    assert (found.earned_yen, found.refund_yen, found.owed_yen) == (34_620, 0, 5_770)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_book_says_what_becomes_of_the_premium_at_every_end(name):
    one = book(name)
    for end in ENDS:
        for payment in one.payments:
            way = Payments(payment.code, 300_000, 300_000)
            facts = {"book": one, "end": end, "payments": way, "starts_on": START, "ends_on": END}
            found = refund(**facts, on=date(2026, 8, 9))
            assert 0 <= found.refund_yen <= 300_000


def test_a_book_without_a_rule_for_the_end_is_a_sentence():
    silent = CYBER.model_copy(update={"refunds": CYBER.refunds[:1]})
    with pytest.raises(Refused, match="返還方法がありません"):
        refund(book=silent, end="void", payments=Payments("lump_sum", 1, 1), starts_on=START, ends_on=END, on=START)


@given(
    st.sampled_from(["short_rate", "monthly", "daily"]),
    st.integers(min_value=1, max_value=10**9),
    st.integers(min_value=0, max_value=364),
)
def test_the_longer_a_contract_ran_the_less_comes_back(method, premium_yen, days):
    earlier = ended(method, premium_yen, START + timedelta(days=days))
    later = ended(method, premium_yen, START + timedelta(days=days + 1))
    assert premium_yen >= earlier.refund_yen >= later.refund_yen >= 0
    assert earlier.refund_yen + earlier.earned_yen == premium_yen


@pytest.mark.parametrize(
    ("on", "after_yen", "yen"),
    [
        (START, 131_920, 65_960),
        (date(2026, 10, 31), 131_920, 32_890),  # 182 of 365 days are left
        (date(2026, 10, 31), 32_980, -16_440),
        (date(2026, 10, 31), 65_960, 0),
    ],
)
def test_a_change_costs_the_rest_of_the_term_by_day_in_both_directions(on, after_yen, yen):
    found = difference(
        book=CYBER, way="lump_sum", before_yen=65_960, after_yen=after_yen, starts_on=START, ends_on=END, on=on
    )
    assert found.difference_yen == yen
