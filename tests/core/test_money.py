"""Yen: rounding, words, and what people type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import format_limit, format_share, format_yen, parse_yen, round_yen


@pytest.mark.parametrize(
    ("amount", "yen"),
    [("916666.7", 916_670), ("65964.999", 65_960), ("65965", 65_970), ("25", 30), ("15", 20), ("0", 0)],
)
def test_premiums_round_half_up_to_ten_yen_never_to_even(amount, yen):
    assert round_yen(Decimal(amount)) == yen


def test_a_float_is_not_money():
    with pytest.raises(TypeError):
        round_yen(0.1)


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("350000000", 350_000_000),
        ("３５０００００００", 350_000_000),
        ("3億5,000万", 350_000_000),
        ("3億5千万", 350_000_000),
        ("3億5千万円", 350_000_000),
        ("1億２０００万", 120_000_000),
        ("¥65,960", 65_960),
        ("五億", 500_000_000),
        (" 1 000 ", 1000),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(text, yen):
    assert parse_yen(text) == yen


@pytest.mark.parametrize("text", ["", "-1", "△100", "1.5億", "1e9", "たくさん", "10億億", "9" * 30, "１０００兆", "億"])
def test_what_is_no_amount_gets_a_sentence(text):
    with pytest.raises(ValueError, match="。"):
        parse_yen(text)


def test_limits_and_premiums_are_written_in_the_words_of_the_trade():
    assert format_limit(120_000_000) == "1億2,000万円"
    assert format_limit(50_000_000) == "5,000万円"
    assert format_limit(0) == "0円"
    assert format_limit(100_000_001) == "1億1円"
    assert format_yen(65_960) == "65,960円"


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_written_limits_are_read_back_to_the_yen(yen):
    assert parse_yen(format_limit(yen)) == yen


@pytest.mark.parametrize(("share", "words"), [("0.60", "60%"), ("0.125", "12.5%"), ("1", "100%"), ("0", "0%")])
def test_a_share_is_written_in_percent_without_losing_a_digit(share, words):
    assert format_share(Decimal(share)) == words
