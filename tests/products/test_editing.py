"""Editing a book's text: the one value changes, every other byte stays."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from products.differences import differences
from products.editing import as_number, as_text, flat, replaced, spots, values_of
from products.reading import BookError, read_book
from products.sheets import figure_sheets, sheet_of
from products.shelf import SHELF
from products.text_sheets import text_sheets

RETAIL = ("tariff", "components", 0, "factors", 0, "table", "retail")


def changed_lines(before, after):
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_figure_is_replaced_and_every_other_byte_stays_comments_included(cyber_text):
    after = replaced(cyber_text, {RETAIL: as_number("０．９５")})
    assert changed_lines(cyber_text, after) == ["-            retail: 0.9", "+            retail: 0.95"]
    assert "# ITの区分11.6を" in after


@pytest.mark.parametrize("path", sorted(SHELF.rglob("*.yaml")), ids=lambda path: f"{path.parent.name} {path.stem}")
def test_every_shipped_book_has_its_sheets_and_writing_it_as_it_stands_changes_nothing(path):
    text = path.read_text(encoding="utf-8")
    where = spots(text)
    assert replaced(text, {place: text[spot.start : spot.end] for place, spot in where.items()}) == text
    sheets = [*figure_sheets(values_of(text)), *text_sheets(values_of(text))]
    assert len({sheet.code for sheet in figure_sheets(values_of(text))}) == len(figure_sheets(values_of(text)))
    assert all(entry.path in where for sheet in sheets for entry in sheet.every_entry())


@pytest.mark.parametrize(
    ("typed", "written"),
    [("1.20", "1.20"), ("６８，７０８．１", "68708.1"), (" 0.5 ", "0.5"), ("1,000,000", "1000000"), ("0", "0")],
)
def test_figures_are_written_exactly_as_typed(typed, written):
    assert as_number(typed) == written


@pytest.mark.parametrize(
    "typed", ["", "約1", "5%", "1e3", "-1", "1.", ".5", "01", "1,00", "1_000", "NaN", "∞", "9" * 30, "10²", "½"]
)
def test_what_is_no_figure_is_refused_with_a_sentence(typed):
    with pytest.raises(Refused, match="。$"):
        as_number(typed)


def test_a_blank_cell_of_a_grid_cannot_be_had():
    assert as_number("", blank=True) == "null"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_text_is_read_back_as_itself_wherever_it_stands(words):
    text = "a:\n  - {b: plain, c: 1} # kept\n  - d: >-\n      folded\n      text\n    e: 'quoted'\nf: plain\n"
    for path in [("a", 0, "b"), ("a", 1, "d"), ("a", 1, "e"), ("f",)]:
        written = as_text(words, spots(text)[path].style)
        after = replaced(text, {path: written})
        assert dict(flat(values_of(after)))[path] == words
        assert "# kept" in after


def test_a_control_character_is_refused():
    with pytest.raises(Refused, match="制御文字"):
        as_text("a\x07b", None)


def test_a_text_that_is_no_yaml_cannot_be_edited_value_by_value():
    with pytest.raises(BookError):
        spots("a: [1")


@pytest.mark.parametrize("written", ["1, b: 3", "1 # ", "{c: 1}", "1\nx: 2"])
def test_an_edit_that_would_touch_more_than_its_value_is_refused(written):
    with pytest.raises(Refused):
        replaced("v: {a: 1, b: 2}\n", {("v", "a"): written})


def test_every_figure_of_the_tariff_has_its_cell_in_a_sheet(cyber_text):
    tree = values_of(cyber_text)
    paths = {entry.path for sheet in figure_sheets(tree) for entry in sheet.every_entry()}
    industry = sheet_of(figure_sheets(tree), "tariff.main.industry")
    assert industry is not None
    assert "製造業" in [name for name, _ in industry.blocks[0].rows]
    figures = {
        path
        for path, value in flat(tree)
        if path[0] == "tariff" and not isinstance(value, bool | str) and value is not None
    }
    assert figures <= paths


def test_every_block_of_the_disclosure_has_its_page(cyber_text):
    tree = values_of(cyber_text)
    paths = {entry.path for sheet in text_sheets(tree) for entry in sheet.entries}
    words = {path for path, value in flat(tree) if path[0] == "texts" and "paragraphs" in path or "items" in path}
    assert words <= paths


# ------------------------------------------------------------------ differences


def differing(before, after):
    parts = differences(read_book(before, "a").model_dump(), read_book(after, "b").model_dump())
    return {one.path: one for part in parts for one in part.differences}


def test_a_difference_shows_the_figure_before_and_after_with_its_change(cyber_text):
    found = differing(cyber_text, replaced(cyber_text, {RETAIL: "0.99"}))
    (one,) = found.values()
    assert (one.before, one.after, one.change) == ("0.9", "0.99", "+10.00%")
    assert "小売業" in one.place


def test_a_difference_in_words_shows_what_went_and_what_came(cyber_text):
    lead = values_of(cyber_text)["texts"]["lead"]
    after = replaced(cyber_text, {("texts", "lead"): as_text(lead.replace("必ず", "よく"), None)})
    (one,) = differing(cyber_text, after).values()
    assert [(piece.way, piece.words) for piece in one.pieces if piece.way != "same"] == [
        ("out", "必ず"),
        ("in", "よく"),
    ]


def test_parts_that_come_and_go_are_told_by_name_and_a_move_is_no_change(cyber_text):
    line = "  - {code: lump_sum, label: 一括払"
    at = cyber_text.index(line)
    end = cyber_text.index("\n", at) + 1
    without = cyber_text[:at] + cyber_text[end:]
    found = differing(cyber_text, without)
    assert {one.way for one in found.values()} == {"removed"}
    assert {one.way for one in differing(without, cyber_text).values()} == {"added"}


def test_the_same_figure_written_otherwise_is_no_difference(cyber_text):
    assert not differing(cyber_text, replaced(cyber_text, {RETAIL: "0.90"}))
