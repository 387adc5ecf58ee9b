"""A status is declared in one line, with its word and the colour of its badge."""

import pytest

from core.states import Status


class Lamp(Status):
    ON = "ON", "good", "点灯"
    OFF = "OFF", "ended", "消灯"


def test_a_status_is_stored_by_its_name_and_shown_by_its_word_and_colour():
    assert Lamp.choices == [("ON", "点灯"), ("OFF", "消灯")]
    assert (Lamp("OFF").style, f"{Lamp.OFF}", Lamp.OFF == "OFF") == ("ended", "OFF", True)


def test_a_colour_no_badge_has_is_refused_where_it_is_declared():
    with pytest.raises(ValueError, match="'purple' is none of"):

        class Neon(Status):
            ON = "ON", "purple", "点灯"
