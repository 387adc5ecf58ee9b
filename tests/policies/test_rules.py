"""Whether a policy was in force at a minute, and what the record page says next."""

from datetime import date, datetime, timedelta

import pytest

from core.clock import JST, jst
from core.errors import Refused
from core.periods import Term, at_four
from policies.comparing import differences
from policies.rules import CoverFacts, check_continues, cover_at, next_step
from policies.states import PolicyStatus
from policies.terms import CoverLine, Insured, Terms
from products.terms import term_of
from tests.products.shipped import book

START, END = at_four(date(2026, 5, 1)), at_four(date(2027, 5, 1))
MINUTE = timedelta(minutes=1)


def facts(**changes: object) -> CoverFacts:
    return CoverFacts(**{"number": "C-2026-000001", "starts_at": START, "ends_at": END, "status": "IN_FORCE"} | changes)


@pytest.mark.parametrize(
    ("at", "in_force", "words"),
    [
        (START - MINUTE, False, "保険期間の始まる前"),
        (START, True, "保険期間内"),
        (END - MINUTE, True, "2027年5月1日15時59分"),
        (END, False, "保険期間の終わった後"),
        (datetime(2027, 5, 1, 6, 59, tzinfo=JST), True, "保険期間内"),
    ],
)
def test_cover_runs_from_four_to_one_minute_before_four(at, in_force, words):
    verdict = cover_at(facts(), at)
    assert verdict.in_force is in_force
    assert words in verdict.sentence


def test_an_expired_policy_was_in_force_during_its_term():
    assert cover_at(facts(status=PolicyStatus.EXPIRED), END - MINUTE).in_force
    assert not cover_at(facts(status=PolicyStatus.EXPIRED), END).in_force


def test_a_cancelled_policy_covers_until_its_cancellation():
    cancelled = facts(status=PolicyStatus.CANCELLED, cancelled_at=START + timedelta(days=30))
    assert cover_at(cancelled, START + timedelta(days=30) - MINUTE).in_force
    verdict = cover_at(cancelled, START + timedelta(days=30))
    assert not verdict.in_force
    assert "解約" in verdict.sentence


def test_a_renewal_is_issued_before_the_old_policy_ends():
    term = Term.one_year_from(date(2027, 5, 1))
    check_continues(facts(), term, END - MINUTE)
    with pytest.raises(Refused, match="満期を過ぎたため"):
        check_continues(facts(), term, END)


@pytest.mark.parametrize(
    ("name", "starts_on", "ends"),
    [
        ("sompo-simple 2026-04-01", date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28)]),
        ("sompo-simple 2026-04-01", date(2027, 2, 28), [date(2028, 2, 28), date(2029, 2, 28)]),
        # A member joins in the year: up to the programme's day, then from that day a whole year.
        ("tokio-yayoi 2026-04-01", date(2026, 7, 1), None),
    ],
)
def test_an_early_renewal_takes_over_at_the_very_hour_of_the_old_expiry(name, starts_on, ends):
    first = term_of(book(name), starts_on)
    old = facts(starts_at=first.starts_at, ends_at=first.ends_at)
    following = term_of(book(name), jst(first.ends_at).date())
    early = first.ends_at - timedelta(days=60)
    check_continues(old, following, early)
    check_continues(old, following, first.ends_at - MINUTE)
    assert following.starts_at == first.ends_at
    assert not first.covers(first.ends_at)
    assert following.covers(first.ends_at)
    if ends is not None:
        assert [jst(first.ends_at).date(), jst(following.ends_at).date()] == ends
    with pytest.raises(Refused, match="満期を過ぎた"):
        check_continues(old, following, first.ends_at)
    with pytest.raises(Refused, match="同じにしてください"):
        check_continues(old, Term.one_year_from(jst(first.ends_at).date() + timedelta(days=1)), early)


def test_a_cancelled_policy_is_not_renewed():
    with pytest.raises(Refused, match="解約されている"):
        check_continues(facts(status="CANCELLED", cancelled_at=START), Term.one_year_from(date(2027, 5, 1)), START)


@pytest.mark.parametrize(
    ("on", "renewed", "post", "words"),
    [
        (date(2026, 4, 30), False, False, "始期前"),
        (date(2026, 8, 1), False, True, "郵送"),
        (date(2027, 3, 1), False, False, "あと61日です。"),
        (date(2027, 3, 2), False, False, "更改を進めてください"),
        (date(2027, 3, 2), True, False, "更改済み"),
        (date(2027, 5, 2), False, False, "新しい契約が必要"),
    ],
)
def test_the_record_says_what_to_do_next(on, renewed, post, words):
    assert words in next_step(facts(), on, waits_for_post=post, is_renewed=renewed).words


def test_the_record_of_a_contract_that_was_ended_says_until_when_it_still_covers():
    ended = facts(status="CANCELLED", cancelled_at=START + timedelta(days=10))
    for days, words in ((10, "2026年5月11日午後4時まで"), (11, "解約済みです")):
        on = date(2026, 5, 1) + timedelta(days=days)
        assert words in next_step(ended, on, waits_for_post=False, is_renewed=False).words


def test_the_year_on_year_table_marks_what_changed_and_names_what_came_or_went():
    def terms(limit: int, **cost: int) -> Terms:
        cover = [CoverLine(code="liability", label="賠償責任", limit_yen=limit)]
        cover += [CoverLine(code="cost", label="事故対応費用", limit_yen=amount) for amount in cost.values()]
        return Terms(
            product_label="x", cover=tuple(cover), deductible_yen=0, insureds=(Insured(name="甲"),),
            industry_code="retail", industry_label="小売", sales_yen=1, payment_label="一括払",
        )  # fmt: skip

    lines = {
        line.label: line for line in differences(terms(50_000_000), 1000, terms(100_000_000, cost=10_000_000), 1000)
    }
    assert not lines["年間保険料"].is_changed
    assert (lines["賠償責任"].before, lines["賠償責任"].after) == ("5,000万円", "1億円")
    assert (lines["事故対応費用"].before, lines["事故対応費用"].after) == ("なし", "1,000万円")
