"""Texts with fields: what is refused when they are saved, with its place, and what they say once filled in."""

import pytest

from correspondence.states import WordingKind
from correspondence.wording import fill, mistakes_in
from renewals.wordings import FIELDS, fields_of, house_wording, mistakes, required_of

NAMES = {"premium": "現在の保険料", "expiry": "満期日時"}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("保険料 {{ premiun }}", 1, 5, "「premium」ではありませんか"),
        ("一行目\n満期は{{ expiry }}、{{ who }}", 2, 17, "「who」という差し込みはありません"),
        ("{{ expiry.year }}", 1, 1, "という差し込みはありません"),
        ("{{ expiry|safe }}", 1, 1, "という差し込みはありません"),
        ("{{ expiry.__class__.__mro__ }}", 1, 1, "という差し込みはありません"),
        ("x\n{% include 'base.html' %}", 2, 1, "は使えません"),
        ("{% load static %}", 1, 1, "は使えません"),
        ("{% verbatim %}{{ premium }}{% endverbatim %}", 1, 1, "は使えません"),
        ("ab{# 隠す #}", 1, 3, "は使えません"),
        ("{{ premium }", 1, 1, "閉じていない"),
        ("{{ premium\n}}", 1, 1, "閉じていない"),
        ("{{ }}", 1, 1, "という差し込みはありません"),
        ("abc\x00", 1, 4, "制御文字"),
        ("", 0, 0, "入力してください"),
        ("あ" * 8001, 0, 0, "8,001文字"),
    ],
)
def test_a_text_that_could_go_wrong_is_refused_with_its_place(text, line, column, words):
    first = mistakes_in(text, fields=NAMES)[0]
    assert (first.line, first.column) == (line, column)
    assert words in str(first)


def test_a_text_without_what_it_must_say_is_refused():
    found = mistakes_in("保険料 {{ premium }}", fields=NAMES, required=["expiry"])
    assert [str(one) for one in found] == ["「{{ expiry }}」は必ず入れてください(満期日時)。"]


def test_what_a_field_says_is_never_read_as_a_text():
    assert fill("{{ customer }}御中", {"customer": "{{ premium }}<b>&{% now %}"}) == "{{ premium }}<b>&{% now %}御中"


@pytest.mark.parametrize("kind", list(WordingKind))
def test_the_houses_own_words_keep_the_houses_own_rules(kind):
    wording = house_wording(kind)
    assert mistakes(kind, wording.subject, wording.body) == {}
    assert set(required_of(kind)) <= set(fields_of(kind)) <= set(FIELDS)
    subject, body = wording.written(dict.fromkeys(FIELDS, ""))
    assert "{" not in subject + body
    assert "\n\n\n" not in body


def test_a_subject_stays_one_short_line_whatever_a_name_says():
    subject, _ = house_wording(WordingKind.NOTICE_NORMAL).written({"agency": "盾\r\nBcc: a@b.example" + "長" * 300})
    assert len(subject) == 200
    assert "\n" not in subject
    assert "\r" not in subject
