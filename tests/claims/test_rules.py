"""Decisions about claims, on plain facts."""

from datetime import date, datetime, time, timedelta

import pytest

from claims.rules.breach import Breach, breach_clock, government_is_open
from claims.rules.cover import answering, judge, triggers
from claims.rules.dates import ClaimDates, date_faults
from claims.rules.hours import OfficeHours, office_is_open
from claims.rules.steps import first_step
from core.clock import JST
from core.periods import Term
from policies.rules import CoverFacts

TERM = Term.one_year_from(date(2025, 11, 22))
POLICY = CoverFacts("C-2025-000001", TERM.starts_at, TERM.ends_at, "IN_FORCE")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def dates(discovered: str, *, occurred: str | None = None, claimed: str | None = None, reported: str | None = None,
          circumstance: bool = False) -> ClaimDates:  # fmt: skip
    return ClaimDates(
        at(occurred) if occurred else None,
        at(discovered),
        at(claimed) if claimed else None,
        at(reported or claimed or discovered),
        circumstance,
    )


def by_coverage(policy: CoverFacts, told: ClaimDates) -> dict[str, bool | None]:
    return {coverage.coverage: coverage.in_force for coverage in judge(policy, told).coverages}


# ------------------------------------------------------------------------------------------------ cover


@pytest.mark.parametrize(
    ("moment", "in_force"),
    [
        ("2025-11-22 15:59", False),
        ("2025-11-22 16:00", True),
        ("2026-11-22 15:59", True),
        ("2026-11-22 16:00", False),
    ],
)
def test_cover_begins_and_ends_at_four_to_the_minute(moment, in_force):
    assert by_coverage(POLICY, dates(moment, claimed=moment)) == {"liability": in_force, "cost": in_force}


def test_liability_looks_at_the_demand_and_costs_at_the_discovery():
    told = dates("2026-11-22 15:59", claimed="2026-11-22 16:00")
    assert by_coverage(POLICY, told) == {"liability": False, "cost": True}


def test_an_event_before_inception_is_judged_by_its_discovery_and_demand():
    told = dates("2025-12-01 10:00", occurred="2025-10-01 10:00", claimed="2025-12-02 10:00")
    assert by_coverage(POLICY, told) == {"liability": True, "cost": True}


def test_without_a_demand_liability_waits():
    assert by_coverage(POLICY, dates("2026-01-05 09:00")) == {"liability": None, "cost": True}


def test_a_later_demand_relates_back_to_the_notice_of_circumstances():
    told = dates("2026-11-01 09:00", claimed="2027-03-01 09:00", reported="2026-11-20 09:00", circumstance=True)
    assert by_coverage(POLICY, told)["liability"] is True
    assert triggers(told)[0].at == at("2026-11-20 09:00")


def test_a_cancelled_policy_ends_at_its_cancellation():
    cancelled = CoverFacts("C-2025-000001", TERM.starts_at, TERM.ends_at, "CANCELLED", at("2026-03-01 16:00"))
    assert by_coverage(cancelled, dates("2026-03-01 15:59"))["cost"] is True
    assert by_coverage(cancelled, dates("2026-03-01 16:00"))["cost"] is False


def test_of_several_policies_the_ones_in_force_at_a_trigger_answer():
    following = Term.one_year_from(date(2026, 11, 22))
    renewed = CoverFacts("C-2026-000009", following.starts_at, following.ends_at, "IN_FORCE")
    assert answering([POLICY, renewed], dates("2026-11-22 15:59")) == ("C-2025-000001",)
    assert answering([POLICY, renewed], dates("2026-11-22 16:00")) == ("C-2026-000009",)
    across = dates("2026-11-22 15:59", claimed="2026-11-22 16:00")
    assert answering([POLICY, renewed], across) == ("C-2025-000001", "C-2026-000009")


def test_a_verdict_names_the_moment_and_never_promises_money():
    sentences = [c.sentence for c in judge(POLICY, dates("2026-11-22 16:00")).coverages]
    assert any("2026年11月22日16時00分" in sentence for sentence in sentences)
    for sentence in sentences:
        assert not any(word in sentence for word in ("支払", "お支払い", "補償されます", "有責", "無責"))


# ------------------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (dates("2026-04-01 10:00", occurred="2026-04-01 10:01"), "discovered_at"),
        (dates("2026-04-01 10:00", claimed="2026-04-01 09:59", reported="2026-04-02 10:00"), "claimed_at"),
        (dates("2026-04-01 10:00", reported="2026-04-01 09:59"), "reported_at"),
        (dates("2026-04-09 10:00"), "discovered_at"),
        (dates("2026-04-01 10:00", claimed="2026-04-09 10:00", reported="2026-04-02 10:00"), "claimed_at"),
    ],
)
def test_dates_out_of_order_or_in_the_future_are_named_with_their_field(told, field):
    faults = date_faults(told, at("2026-04-06 10:00"))
    assert field in faults
    assert faults[field].endswith("。") or faults[field].endswith(")。")


def test_dates_in_order_are_accepted_and_an_unknown_occurrence_is_no_fault():
    now = at("2026-04-06 10:00")
    assert date_faults(dates("2026-04-01 10:00", occurred="2026-04-01 10:00"), now) == {}
    assert date_faults(dates("2026-04-01 10:00"), now) == {}


def test_a_demand_after_the_notice_of_circumstances_is_in_order():
    told = dates("2026-04-01 10:00", claimed="2026-04-05 10:00", reported="2026-04-02 10:00", circumstance=True)
    assert date_faults(told, at("2026-04-06 10:00")) == {}


# ------------------------------------------------------------------------------------------------ breach clock


def test_the_final_report_is_due_on_day_thirty_and_sixty_where_the_purpose_was_wrongful():
    clock = breach_clock(Breach(date(2026, 11, 22), persons=5000))
    assert clock.final_on == date(2026, 12, 21)
    assert (clock.preliminary_from, clock.preliminary_until) == (date(2026, 11, 24), date(2026, 11, 26))
    assert breach_clock(Breach(date(2026, 11, 22), wrongful=True)).final_on == date(2027, 1, 20)


def test_a_last_day_on_which_offices_are_closed_moves_to_the_next_open_day():
    clock = breach_clock(Breach(date(2026, 12, 1), persons=5000))
    assert clock.final_on == date(2027, 1, 4)
    assert clock.moved_from == date(2026, 12, 30)


def test_a_last_day_on_a_holiday_moves_over_it():
    # Day 30 is Sunday 20 September 2026; 21 to 23 September are holidays.
    assert breach_clock(Breach(date(2026, 8, 22), sensitive=True)).final_on == date(2026, 9, 24)


@pytest.mark.parametrize(("persons", "must"), [(0, False), (1000, False), (1001, True), (None, None)])
def test_more_than_a_thousand_persons_are_to_be_reported_and_a_thousand_are_not(persons, must):
    assert breach_clock(Breach(date(2026, 11, 22), persons=persons)).must_report is must


@pytest.mark.parametrize("fact", ["sensitive", "financial", "wrongful"])
def test_one_person_is_enough_where_the_leak_is_grave(fact):
    clock = breach_clock(Breach(date(2026, 11, 22), persons=1, **{fact: True}))
    assert clock.must_report is True
    assert len(clock.reasons) == 1


def test_government_offices_close_from_29_december_to_3_january():
    closed = [date(2026, 12, 28) + timedelta(days=n) for n in range(8) if not government_is_open(
        date(2026, 12, 28) + timedelta(days=n))]  # fmt: skip
    assert closed == [date(2026, 12, d) for d in (29, 30, 31)] + [date(2027, 1, d) for d in (1, 2, 3)]


# ------------------------------------------------------------------------------------------------ hours, steps


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 16:59", True),
        ("2026-11-20 17:00", False),
        ("2026-11-21 12:00", False),  # Saturday
        ("2026-11-23 12:00", False),  # 勤労感謝の日
        ("2026-12-31 12:00", False),
    ],
)
def test_the_office_is_open_on_working_days_within_its_hours(moment, is_open):
    assert office_is_open(OfficeHours(time(9), time(17)), at(moment)) is is_open


def test_the_first_step_is_the_reference_on_the_next_working_day_or_the_contract_at_once():
    handed = first_step(True, date(2026, 11, 20))
    assert handed.on == date(2026, 11, 24)  # a weekend and a holiday lie between
    assert first_step(False, date(2026, 11, 20)).on == date(2026, 11, 20)
