"""The room's decisions, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Role, User
from core.errors import Refused
from portal.gates import place_of
from portal.keys import code_from, fingerprint, new_seed, token_from
from portal.models import Invitation
from portal.permissions import check_can_take_application
from portal.points import points_of
from portal.rules import changed_since, fingerprint_of, is_same_company, reminder_due, stands_until, unopened
from portal.states import Purpose
from quotes.models import Quote

SENT = date(2026, 4, 6)
LAST = SENT + timedelta(days=14)


@pytest.mark.parametrize(
    ("days", "stage"),
    [(0, ""), (2, ""), (3, "day-3"), (6, "day-3"), (7, "day-7"), (11, "day-7"), (12, "last"), (14, "last"), (15, "")],
)
def test_reminders_come_after_three_days_and_seven_and_before_the_end(days, stage):
    assert reminder_due(SENT, LAST, SENT + timedelta(days=days)) == stage


def test_however_long_a_link_lives_no_older_reminder_follows_a_newer_one():
    order = ["", "day-3", "day-7", "last"]
    for length in range(21):
        last = SENT + timedelta(days=length)
        ranks = [order.index(reminder_due(SENT, last, SENT + timedelta(days=day))) for day in range(length + 1)]
        assert ranks == sorted(ranks)
        assert ranks[0] == 0  # never on the day of the link itself


def test_an_application_link_dies_with_the_offer():
    at = datetime(2026, 4, 6, 1, 0, tzinfo=UTC)
    assert stands_until(at, 14, None) == at + timedelta(days=14)
    assert stands_until(at, 14, date(2026, 4, 10)) == datetime(2026, 4, 10, 15, 0, tzinfo=UTC)  # midnight in Japan


def test_free_mail_says_nothing_about_a_company():
    assert is_same_company("a@Customer.example", "b@customer.EXAMPLE")
    assert not is_same_company("a@customer.example", "b@other.example")
    assert not is_same_company("a@gmail.com", "b@gmail.com")


def test_links_and_codes_follow_from_their_seed_and_the_secret_key(settings):
    seed = new_seed()
    token, code = token_from(seed), code_from(seed)
    assert (len(seed), len(token), len(code)) == (64, 43, 6)
    assert (token_from(seed), code_from(seed)) == (token, code)
    assert token not in fingerprint(token)
    settings.SECRET_KEY = "another-key-of-another-house-0123456789"
    assert token_from(seed) != token


def test_a_place_is_what_our_own_proxies_saw_and_of_ipv6_the_network(settings, rf):
    def seen(written):
        return place_of(rf.get("/", headers={"X-Forwarded-For": written}, REMOTE_ADDR="192.0.2.1"))

    assert seen("198.51.100.7") == "192.0.2.1"  # nobody of ours stands before us
    settings.PROXIES_BEFORE_US = 1
    assert seen("198.51.100.9, 198.51.100.7") == "198.51.100.7"  # the first one was written by whoever asked
    assert seen("2001:db8:1:2::a") == seen("2001:db8:1:2:ffff::b") != seen("2001:db8:1:3::a")
    assert seen("nonsense") == "unknown"


@pytest.mark.parametrize(("status", "edition"), [("OFFERED", 2), ("DRAFT", 1), ("LAPSED", 1)])
def test_an_application_signed_for_another_offer_is_not_taken(status, edition):
    quote = Quote(status=status, edition=edition)
    invitation = Invitation(purpose=Purpose.APPLICATION, status="SIGNED", edition=1, quote=quote)
    with pytest.raises(Refused, match="お客さまが確定した見積ではなくなりました"):
        check_can_take_application(User(role=Role.SOLICITOR), invitation)


def test_a_changed_answer_is_found_and_so_is_a_changed_wording():
    signed = {"a": {"value": "yes", "version": 1}, "b": {"value": 3, "version": 1}}
    assert changed_since(signed, signed) == []
    assert changed_since(signed, {**signed, "a": {"value": "no", "version": 1}}) == ["a"]
    assert changed_since(signed, {"a": signed["a"], "c": {"value": 1, "version": 1}}) == ["b", "c"]
    assert fingerprint_of({"x": 1, "y": 2}) == fingerprint_of({"y": 2, "x": 1}) != fingerprint_of({"x": 1, "y": 3})


def test_pages_nobody_opened_are_named():
    assert unopened({7: 3, 8: 1}, [(7, 1), (7, 3), (7, 0), (8, 1)]) == {7: [2]}
    assert unopened({7: 1}, [(7, 1)]) == {}


def test_every_framed_block_and_every_spoken_point_is_a_point_of_its_own():
    blocks = [
        {"heading": f"見出し{n}", "important": n != 2, "paragraphs": ["本文"], "items": ["項目"]} for n in range(1, 4)
    ]
    points = points_of({"overview": blocks[:1], "attention": blocks[1:]}, [], "条件A\n条件B")
    codes = [point.code for point in points]
    assert codes == [
        "block-1",
        "block-2",
        "spoken-read",
        "spoken-exclusions",
        "spoken-switching",
        "condition",
        "told",
        "antisocial",
    ]
    assert points[0].words == "見出し1\n本文\n・項目"
    assert points[5].lines == ("条件A", "条件B")
