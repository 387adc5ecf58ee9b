"""`manage.py round`, the tasks of beat, and a machine that dies in the middle."""

import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core.clock import today, travel
from core.models import Event
from correspondence.models import Letter, Paper
from renewals import tasks
from renewals.models import Renewal, Round
from renewals.states import RenewalStatus, RoundKind
from tests.making import make_robot
from tests.policies.making import many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2027-02-30", "2月30日という日付はありません"),
        ("あした", "日付は2026/11/22の形"),
        ("1999-01-01", "前後1年以内"),
        ("9999-12-31", "年は西暦4桁"),
    ],
)
def test_nonsense_dates_are_refused_with_a_sentence_and_nothing_runs(on, words):
    with pytest.raises(CommandError, match=words):
        call_command("round", on=on)
    assert not Round.objects.exists()


@pytest.mark.django_db
def test_a_nonsense_time_is_refused():
    with pytest.raises(CommandError, match="時刻は16:01"):
        call_command("round", on=str(today()), at="25:00")


@pytest.mark.django_db
def test_a_house_without_its_own_user_is_told_so():
    with pytest.raises(CommandError, match="システム利用者"):
        call_command("round", on=str(today()))


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys):
    make_robot(make_expiring().agency)
    with travel(at(before(60), 12)):
        call_command("round", on="令和9年5月2日")
    said = capsys.readouterr().out
    assert "更改を開始: 1件" in said
    assert "未来の日時" not in said


@pytest.mark.django_db
def test_a_rehearsal_in_the_future_says_that_mail_waits_for_its_day(capsys):
    make_robot(make_expiring().agency)
    with travel(at(before(70), 12)):
        call_command("round", on="2027-05-02", at="06:30")
    assert "メールは2027年5月2日 06:30以後に送信されます" in capsys.readouterr().out
    assert all(
        letter.not_before == at(before(60), 6, 30) for letter in Letter.objects.filter(key__startswith="renewal")
    )


@pytest.mark.django_db
def test_the_morning_task_runs_once_a_day_and_makes_up_for_a_run_that_was_cut_off():
    robot = make_robot(make_expiring().agency)
    Round.objects.create(on=before(60), kind=RoundKind.NIGHTLY, started_at=at(before(60)), by=robot)
    for hour in (7, 8):
        with travel(at(before(60), hour, 10)):
            tasks.nightly_round()
    assert Round.objects.filter(finished_at__isnull=False).count() == 1
    assert Renewal.objects.count() == 1


@pytest.mark.django_db
def test_the_task_before_midnight_utc_works_on_the_japanese_day():
    make_robot(make_expiring().agency)
    with travel(at(before(60), 0, 5)):  # still the day before in UTC
        tasks.nightly_round()
    assert Round.objects.get().on == before(60)
    assert Renewal.objects.count() == 1


@pytest.mark.django_db
def test_the_task_at_four_marks_what_is_uninsured():
    make_robot(make_expiring().agency)
    with travel(at(EXPIRY, 16, 1)):
        tasks.expiry_round()
    assert Renewal.objects.get().status == RenewalStatus.UNINSURED


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_and_run_again_nothing_is_lost_and_nothing_is_doubled(child_environment):
    expiry = today() + timedelta(days=60)
    policy = make_expiring(expiry=expiry if (expiry.month, expiry.day) != (2, 29) else expiry + timedelta(days=1))
    make_robot(policy.agency)
    many_policies(40, policy, ends_on=policy.ends_on, first_serial=1)
    many_policies(20, policy, ends_on=date(today().year, 1, 1), first_serial=1000)
    command = [sys.executable, "manage.py", "round", "--on", str(today()), "--at", "16:30"]
    chance = random.Random(20261122)

    def start() -> subprocess.Popen:
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=child_environment, stdout=subprocess.DEVNULL)

    for runs in range(1, 5):
        child = start()
        while Round.objects.count() < runs and child.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.9))
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert start().wait() == 0

    renewals = Renewal.objects.count()
    assert renewals == 61
    assert Paper.objects.filter(kind="RENEWAL_NOTICE").count() == 41
    assert Letter.objects.filter(kind="RENEWAL_NOTICE").count() == 41
    assert Letter.objects.filter(kind="RENEWAL_NOTICE", attachments__isnull=True).count() == 0
    for verb, count in (("open_renewals_due", 61), ("file_notices_due", 41), ("mark_uninsured_due", 20)):
        assert Event.objects.filter(verb=f"renewals.{verb}").count() == count
    assert Event.objects.filter(verb="policies.expire_policies_due").count() == 20
    assert Renewal.objects.filter(status=RenewalStatus.UNINSURED).count() == 20
    told = Letter.objects.filter(key__startswith="renewal-uninsured:")
    assert sum(letter.body.count("C-2020-") for letter in told) == 20
