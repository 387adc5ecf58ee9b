"""A clock that jumps, a machine that was off, a round that did not run: what is made up for, and who is told."""

from datetime import timedelta

import pytest

from config.celery import app
from config.timetable import SteadyScheduler
from core.clock import travel
from correspondence.models import Letter, Paper
from correspondence.tasks import drain
from renewals import tasks
from renewals.models import Renewal, Round
from renewals.round import first_day_left
from renewals.states import RenewalStatus, RoundKind
from tests.making import make_robot
from tests.policies.making import many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, run


@pytest.mark.django_db
def test_a_clock_that_jumps_back_and_forth_doubles_nothing_and_misses_nothing():
    policy = make_expiring()
    make_robot(policy.agency)
    many_policies(1, policy, ends_on=EXPIRY + timedelta(days=1), first_serial=1)
    for days, hour in ((60, 6), (61, 6), (60, 5), (59, 6), (60, 7), (59, 17), (61, 16), (44, 6), (45, 6), (44, 7)):
        with travel(at(before(days), hour)):
            tasks.nightly_round()
            tasks.expiry_round()
            drain()
    assert Renewal.objects.count() == 2
    notices = Letter.objects.filter(kind="RENEWAL_NOTICE")
    assert notices.count() == Paper.objects.filter(kind="RENEWAL_NOTICE").count() == 2
    assert set(notices.values_list("status", flat=True)) == {"SENT"}
    assert Letter.objects.filter(kind="RENEWAL_REMINDER").count() == 2
    assert set(Renewal.objects.values_list("status", flat=True)) == {RenewalStatus.NOTIFIED}


@pytest.mark.django_db
def test_a_clock_that_leaps_a_year_ends_nothing_and_a_person_who_looked_at_it_goes_on(client):
    policy = make_expiring()
    make_robot(policy.agency)
    run(before(70))
    renewal = Renewal.objects.get()
    client.force_login(renewal.owner)
    with travel(at(before(70 - 366), 17)):
        tasks.nightly_round()
        tasks.expiry_round()
        assert client.get("/healthz").status_code == 503
        assert "サーバーの日付を確かめ" in client.get("/").text
    assert Round.objects.count() == 1
    policy.refresh_from_db()
    assert policy.status == "IN_FORCE"
    for days, rounds in ((69, 2), (69 - 35, 3), (34 - 36, 3)):  # five weeks off are a rest; a day more is asked about
        with travel(at(before(days), 6)):
            tasks.nightly_round()
        assert Round.objects.count() == rounds
    assert run(before(-2)).counts["uninsured"] == 1  # by hand


@pytest.mark.django_db
def test_a_round_notes_the_days_it_makes_up_for_and_one_cut_off_makes_up_for_none(client):
    robot = make_robot(make_expiring().agency)
    assert run(before(70)).days_caught_up == 0
    Round.objects.create(on=before(69), kind=RoundKind.NIGHTLY, started_at=at(before(69)), by=robot)
    late = run(before(63))
    assert (late.since, late.until, late.days_caught_up) == (before(69), before(63), 6)
    assert run(before(63), 9).days_caught_up == 0
    assert first_day_left(before(65), RoundKind.NIGHTLY) == before(69)  # the clock went back
    assert first_day_left(before(63), RoundKind.EXPIRY) == before(63)  # never ran: its own day alone
    client.force_login(Renewal.objects.get().owner)
    page = client.get("/renewals/rounds/").content.decode()
    assert "6日分を追いつき" in page
    assert "途中で止まりました" in page


@pytest.mark.django_db
def test_healthz_tells_of_a_round_that_did_not_run_but_not_in_a_house_without_contracts(client):
    def health(hour: int) -> tuple[int, bool]:
        with travel(at(before(60), hour)):
            answer = client.get("/healthz")
        return answer.status_code, answer.json()["rounds"]

    assert health(8) == (200, True)  # no contract, no history
    make_robot(make_expiring().agency)
    assert health(6) == (200, True)
    assert health(8) == (503, False)
    run(before(60))
    assert health(8) == (200, True)
    assert health(18) == (503, False)
    run(before(60), 16, 1, kind=RoundKind.EXPIRY)
    assert health(18) == (200, True)


def test_beat_goes_on_when_the_clock_that_ran_ahead_is_put_right(tmp_path):
    scheduler = SteadyScheduler(app, schedule_filename=str(tmp_path / "beat"), lazy=True)
    scheduler.setup_schedule()
    now = app.now()
    for entry in scheduler.schedule.values():
        entry.last_run_at = now + timedelta(days=1)
    assert not scheduler.schedule["drain-outbox"].is_due().is_due
    scheduler.forget_the_future(now - timedelta(seconds=30))
    assert scheduler.schedule["drain-outbox"].is_due().is_due
    assert app.conf.beat_scheduler == "config.timetable:SteadyScheduler"
    scheduler.close()


def test_what_came_back_is_looked_for_within_the_five_minutes_it_may_take_and_the_outbox_sooner():
    every = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert every["correspondence.tasks.collect_mail"] <= 120
    assert every["correspondence.tasks.drain"] <= 60
