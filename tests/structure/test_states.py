"""The diagrams of docs/states.md are those of the code."""

from pathlib import Path

from core.diagrams import drawn, undrawn

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "states.md"


def test_every_status_diagram_is_drawn_from_the_table_that_guards_it():
    text = DOCUMENT.read_text()
    assert not undrawn(text)
    assert drawn(text) == text, "run manage.py draw_states"
