"""The bank of questions, the score that asks where, and the public self-check."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from products.bank import FILE, bank, read_bank
from products.reading import BookError, read_book
from products.scoring import security_score
from products.self_check import FILE as SHEET_FILE
from products.self_check import read_sheet, self_check, sheet
from products.shelf import SHELF, shipped_books
from tests.quotes.making import good_answers

TEXT = (SHELF / "sompo-cyber" / "2026-12-01.yaml").read_text()
BOOK = read_book(TEXT, "december.yaml")
PLACES = ("mfa_remote", "mfa_mail", "mfa_admin", "mfa_cloud")


def spoilt(old, new):
    assert TEXT.count(old) == 1
    with pytest.raises(BookError) as error:
        read_book(TEXT.replace(old, new), "spoilt.yaml")
    return [(problem.line, problem.message) for problem in error.value.problems]


def test_an_id_of_the_bank_with_another_kind_of_answer_is_refused_with_its_line():
    old = "- {id: overseas_subsidiaries, version: 1, section: business, kind: count"
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    found = spoilt(old, old.replace("kind: count", "kind: amount"))
    sentence = "「overseas_subsidiaries」は質問台帳で「加えたい海外子会社の数」(count)を表します。"
    assert (line, f"{sentence}種類をcountにするか、別のidにしてください。") in found


def test_a_choice_the_bank_does_not_know_is_refused():
    assert any("選択肢の値「kept」" in message for _, message in spoilt("{value: stored, label", "{value: kept, label"))


def test_check_book_tells_of_questions_that_only_this_book_asks(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        TEXT.replace("id: mfa_cloud,", "id: mfa_everywhere,").replace("mfa_mail, mfa_admin, mfa_cloud]", "mfa_admin]")
    )
    told = io.StringIO()
    call_command("check_book", own, "--json", stdout=told)
    notices = json.loads(told.getvalue())["notices"]
    assert any("mfa_everywhere" in notice for notice in notices)
    assert any("場所をたずねていない" in notice and "mfa_cloud" in notice for notice in notices)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(TEXT.replace("{value: stored, label", "{value: kept, label"))
    with pytest.raises(CommandError, match=r"wrong\.yaml:\d+: 「card_data」の選択肢"):
        call_command("check_book", wrong)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: yes_no, fresh_months: 18}", "kind: maybe, fresh_months: 18}", "kind"),
        ("places: [mfa_remote,", "places: [mfa_moon,", "mfa_moon"),
        ("fresh_months: 60}", "fresh_years: 5}", "fresh_years"),
        ("values: [whole, part], ", "", "選択肢の値"),
        ("  isms_body:", "  isms_certified:", "重複"),
    ],
)
def test_the_bank_is_read_as_strictly_as_a_book(old, new, sentence):
    text = FILE.read_text()
    with pytest.raises(BookError, match=sentence) as error:
        read_bank(text.replace(old, new, 1), "bank.yaml")
    assert error.value.problems[0].line > 1


def test_every_newest_book_that_asks_about_mfa_asks_where_and_gives_no_credit_before():
    newest = {path.parent.name: read_book(text, path.name) for path, text in shipped_books()}
    asking = [book for book in newest.values() if book.question("mfa")]
    assert len(asking) == 4
    for book in asking:
        assert all(book.question(place) for place in bank().questions["mfa"].places)
        bare = security_score({"mfa": "no"}, book)
        assert security_score({"mfa": "yes"}, book) == bare
        assert security_score({"mfa": "yes", **dict.fromkeys(PLACES, "no")}, book) == bare
        assert security_score({"mfa": "yes", "mfa_mail": "yes"}, book) > bare


def test_an_older_edition_scores_as_it_was_published():
    april = read_book((SHELF / "sompo-cyber" / "2026-04-01.yaml").read_text(), "april.yaml")
    assert security_score({"mfa": "yes"}, april) > 0


def test_the_self_check_counts_only_what_was_asked():
    everything = self_check(BOOK, good_answers(BOOK))
    assert [len(part.items) for part in sheet().parts] == [5, 13, 7]
    assert [item.number for part in sheet().parts for item in part.items] == list(range(1, 26))
    assert (everything.points, everything.possible) == (everything.known * 4, everything.known * 4)
    assert everything.measures == ()
    answers = {"backup": "yes", "backup_apart": "no", "backup_tested": "yes", "antivirus": "unknown", "passwords": "no"}
    items = {item.number: item.points for part in self_check(BOOK, answers).parts for item in part.items}
    assert (items[11], items[2], items[3], items[7]) == (2, -1, 0, None)
    unknown = self_check(BOOK, {"antivirus": "unknown"})
    assert (unknown.points, {part.percent for part in unknown.parts}) == (-1, {0})  # nothing is less than nothing
    holders = read_book((SHELF / "sompo-isms" / "2026-04-01.yaml").read_text(), "holders.yaml")
    copied = {"isms_certified": "yes", "isms_body": "jqa", "isms_copy": "yes"}  # the copy answers for the measures
    assert self_check(holders, {**copied, "antivirus": "no"}).parts == self_check(holders, copied).parts


def test_the_three_measures_are_the_heaviest_not_in_place_and_never_an_answer():
    answers = good_answers(BOOK, mfa="no", backup="no", edr="no", training="no", passwords="no")
    check = self_check(BOOK, answers)
    assert [measure.question for measure in check.measures] == ["mfa", "backup", "edr"]
    assert [measure.weight for measure in check.measures] == [18, 11, 5]
    assert [one.question for one in self_check(BOOK, good_answers(BOOK, edr="unknown")).measures] == ["edr"]
    for meaning in bank().questions.values():
        assert "はい」と" not in (meaning.measure or "")


def test_the_sheet_points_to_questions_of_the_bank():
    text = SHEET_FILE.read_text().replace("questions: [antivirus]", "questions: [anti_virus]")
    with pytest.raises(BookError, match=r"sheet\.yaml:\d+: 質問「anti_virus」"):
        read_sheet(text, "sheet.yaml")
