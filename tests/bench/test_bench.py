"""The measurements still run, and what they compare still does the same work. What they cost is not asserted."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction

from bench import board, books, data, form, pages, papers, rounds, sending, work
from bench.report import Report
from core.clock import JST, travel
from policies.models import Policy
from tests.correspondence.mailserver import Mailbox, running

A_FRIDAY = datetime(2026, 11, 20, 10, 30, tzinfo=JST)
SCALE = data.Scale(on=A_FRIDAY.date(), policies=30, due=12, customers=21)


@pytest.fixture
def house(transactional_db: None) -> Iterator[data.House]:
    """One day from the first row to the last, also when the suite runs over midnight."""
    with travel(A_FRIDAY):
        yield data.fill(SCALE)


def test_the_agency_has_the_size_asked_for(house):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE status = 'EXPIRED') FROM policies_policy")
        assert cursor.fetchone() == (30, 2)
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (21,)


def test_the_script_by_hand_writes_the_very_rows_of_the_round(house):
    found = {}
    for name, way in (("actions", rounds.by_actions), ("script", rounds.by_hand)):
        with transaction.atomic():
            way(house)
            found[name] = rounds.written()
            transaction.set_rollback(True)
    assert len(found["actions"]["renewals"]) == SCALE.due
    assert {row[2] for row in found["actions"]["renewals"]} == {"EMAIL", "POST"}
    for table, rows in found["actions"].items():
        assert rows == found["script"][table], table


def test_papers_and_round_are_measured(house, tmp_path, monkeypatch):
    several = papers.papers_of_a_contract
    # One shows that it runs: typesetting is the dear part.
    monkeypatch.setattr(papers, "papers_of_a_contract", lambda house, at: several(house, at=at)[:1])
    report = Report()
    report.add(*papers.measure(house, repetitions=1))
    race = rounds.measure(house, repetitions=1)
    mornings = [rounds.morning(30, house)]
    assert sum(mornings[0].statements.values()) > len(mornings[0].steps) > 5
    assert mornings[0].terms == SCALE.due, "every renewal of that morning has terms, portion after portion"
    report.add(*rounds.lines(race, race, mornings, policies=(30, 30), due=SCALE.due))
    assert [line.group for line in report.lines] == ["papers", "round", "round", "round", "round"]
    assert "opening and notices" in report.as_table()
    assert report.save(tmp_path).exists()


def test_pages_are_measured_against_pages_that_show_the_same_words(house):
    work.fill(house)
    found = pages.measure(house, repetitions=1)
    assert len(found) == 4
    for page in found:
        assert page.alike > 0.95, page.pair.name
        assert page.duel.ours.statements >= page.duel.bare.statements > 3
    lines, _ = pages.lines(found, found, policies=(30, 30))
    assert all(line.ratio for line in lines)


def test_the_board_is_measured_against_a_page_that_shows_the_same_words(house):
    board.fill(house)
    race, alike, count, _ = board.measure(house, repetitions=1)
    assert alike > 0.95
    assert 0 < count <= SCALE.due
    assert board.lines((race, alike, count, SCALE.on), SCALE.policies)[0][0].ratio


def test_a_portfolio_grown_in_the_database_has_every_guard_again(house):
    def guards():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'policies_policy'::regclass UNION ALL "
                "SELECT indexname FROM pg_indexes WHERE tablename = 'policies_policy' ORDER BY 1"
            )
            return cursor.fetchall()

    before = guards()
    data.grow(house, 90)
    assert guards() == before
    assert Policy.objects.count() == 90


def test_the_longest_questionnaire_is_drawn_against_a_template_with_the_same_words():
    lines, raw = form.measure(repetitions=1)
    assert (len(lines), lines[0].group) == (1, "pages")
    assert raw["form"]["ours"]["statements"] == 0


def test_the_figures_are_written_between_their_marks(tmp_path, transactional_db):
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- figures: written by `python -m bench --write` -->old<!-- end of figures -->\nafter\n")
    Report().write(page, SCALE.on)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert f"Measured on {SCALE.on}" in text
    assert "old" not in text


def test_both_ways_of_rating_give_the_same_yen_and_replay_and_effect_are_measured(house, monkeypatch):
    monkeypatch.setattr(books, "settle", lambda: None)  # a vacuum has no place in a test's database
    some = books.cells([house.version(code).book for code in books.RATED])
    assert len(some) == 36
    assert books.rated(some) == books.by_hand(some)
    lines, raw = books.measure(house, quotes=20, repetitions=1)
    assert [line.group for line in lines] == ["books"] * 4
    assert raw["books"]["replay"]["options"]["same"] == 20
    assert raw["books"]["effect"]["covers"] >= 20


def test_the_loop_by_hand_sends_the_very_letters_of_the_outbox(house, settings):
    from bench import postman

    box, seen = Mailbox(), []
    with running(box) as port:
        settings.EMAIL_BACKEND = "correspondence.transport.WatchedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        for way in (postman.drain, postman.bare):
            sending.queue(house, 3, paper=True)
            way()
            sending.forget()
            seen.append([_shown(message) for message in box.messages])
            box.messages.clear()
    ours, bare = map(sorted, seen)
    assert len(ours) == 3
    assert [one[:-1] for one in ours] == [one[:-1] for one in bare]
    assert {len(one[-1]) for one in [*ours, *bare]} == {sending.PAPER_BYTES}


def _shown(message) -> tuple:
    [paper] = message.iter_attachments()
    names = ("Subject", "From", "To", "Reply-To", "Auto-Submitted")
    return (*(str(message[name]) for name in names), message.get_body().get_content(), paper.get_content())
