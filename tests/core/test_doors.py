"""Doors, guards, numbers and history: what the foundation promises."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from core.doors import NoDoor, action, perform
from core.errors import Refused
from core.history import record, timeline
from core.models import Counter, Event
from core.numbering import next_number
from tests.making import A_MONDAY, make_customer, make_robot, make_user


@action
def count_up(*, year: int) -> int:
    return next_number("test", year)


@pytest.mark.django_db(transaction=True)
def test_an_action_outside_a_door_is_a_mistake_of_the_program():
    with pytest.raises(NoDoor):
        count_up(year=2026)


@pytest.mark.django_db(transaction=True)
def test_fifty_takers_get_fifty_numbers_and_a_rolled_back_one_leaves_no_gap():
    taken, lock = [], threading.Lock()

    def take(number: int) -> None:
        try:
            with transaction.atomic():
                got = next_number("parallel", 2026)
                if number % 10 == 0:
                    raise RuntimeError("rolled back on purpose")
            with lock:
                taken.append(got)
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 46))


@pytest.mark.django_db
def test_a_named_constraint_reaches_the_person_as_its_sentence():
    def twice() -> None:
        Counter.objects.create(series="a", year=1, last=1)
        Counter.objects.create(series="a", year=1, last=2)

    with pytest.raises(Refused, match="採番の系列が重複"):
        perform(twice)
    assert not Counter.objects.filter(series="a").exists()


@pytest.mark.django_db
def test_a_defect_is_not_dressed_up_as_a_refusal():
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        perform(broken)


@pytest.mark.django_db
def test_history_is_one_timeline_across_what_it_is_about():
    user = make_user()
    one, other = make_customer(user), make_customer(user)
    record("x.y", "両方に関わる出来事", about=[one, other], by=user, at=A_MONDAY)
    record("x.y", "一方だけの出来事", about=[other], by=user, at=datetime(2026, 4, 7, tzinfo=UTC))
    assert timeline(one)[0].summary == "両方に関わる出来事"
    assert timeline(other)[0].summary == "一方だけの出来事"


@pytest.mark.django_db
def test_a_long_summary_is_cut_on_the_line_and_whole_in_the_details():
    user = make_user()
    line = record("x.y", "長" * 1000, about=[user], by=user, at=A_MONDAY)
    assert len(line.summary) == 400
    assert line.details["full_summary"] == "長" * 1000
    assert Event.objects.get(pk=line.pk).by == user


@pytest.mark.django_db
def test_there_is_one_robot():
    user = make_user()
    robot = make_robot(user.agency)
    assert make_robot(user.agency) == robot

    def second() -> None:
        make_user(user.agency, is_robot=True)

    with pytest.raises(Refused, match="1名だけ"):
        perform(second)
