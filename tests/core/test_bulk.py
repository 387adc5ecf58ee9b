"""Many rows in one document: the same rows, in order, past the same guards."""

from datetime import UTC, datetime

import pytest

from core import bulk
from core.doors import action, perform
from core.errors import Refused
from core.history import event
from core.models import Counter, Event
from tests.making import make_user

AT = datetime(2026, 4, 6, 1, 2, 3, 456_789, tzinfo=UTC)


@pytest.mark.django_db
def test_every_row_arrives_whole_numbered_in_order_in_one_statement_a_batch(django_assert_num_queries, monkeypatch):
    by = make_user()
    monkeypatch.setattr(bulk, "BATCH", 2)
    lines = [
        event("bench.test", f"「{n}」髙﨑𠮷田㈱ %s {{}} \\ '", about=[by, f"x:{n}"], by=by, at=AT, n=[n, None])
        for n in range(5)
    ]
    with django_assert_num_queries(3):
        bulk.insert(lines)
    stored = list(Event.objects.filter(verb="bench.test").order_by("pk"))
    assert [(e.pk, e.summary, e.about, e.by_id, e.at, e.details) for e in stored] == [
        (line.pk, line.summary, line.about, by.pk, AT, {"n": [n, None]}) for n, line in enumerate(lines)
    ]


@pytest.mark.django_db
def test_no_rows_need_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk.insert([]) == []


@pytest.mark.django_db
def test_a_constraint_refuses_with_its_sentence_and_nothing_is_written():
    @action
    def twice() -> None:
        bulk.insert(Counter(series="bench", year=2026, last=n) for n in (1, 2))

    with pytest.raises(Refused, match="採番の系列が重複しています"):
        perform(twice)
    assert not Counter.objects.filter(series="bench").exists()


@pytest.mark.django_db
def test_what_json_cannot_carry_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="object"):
        bulk.insert([Counter(series=object(), year=2026, last=1)])
