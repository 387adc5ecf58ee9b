"""One timeline for everything that happened."""

from datetime import timedelta

import pytest

from core.clock import now
from core.history import latest_events, record
from tests.making import make_agency, make_customer, make_user

pytestmark = pytest.mark.django_db


def test_the_same_words_in_a_row_are_one_line() -> None:
    solicitor = make_user(make_agency())
    customer = make_customer(solicitor)
    begun = now()
    said = [
        "作成しました。",
        "1問保存しました。",
        "1問保存しました。",
        "1問保存しました。",
        "提示しました。",
        "1問保存しました。",
    ]
    for minute, words in enumerate(said):
        record("tests.say", words, about=[customer], by=solicitor, at=begun + timedelta(minutes=minute))
    lines = latest_events(customer)[:4]
    assert [(line.summary, line.times) for line in lines] == [
        ("1問保存しました。", 1), ("提示しました。", 1), ("1問保存しました。", 3), ("作成しました。", 1),
    ]  # fmt: skip
    folded = lines[2]
    assert folded.iso == (begun + timedelta(minutes=3)).isoformat()
    assert folded.since != folded.moment
