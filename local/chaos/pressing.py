"""Somebody before a screen of the house: presses, now and then twice, and reads what is refused."""

import random
from collections.abc import Callable
from typing import Any, TypeVar

from core.clock import now
from core.doors import perform
from core.errors import Refused

R = TypeVar("R")
TWICE = 1 / 8


class Hand:
    """One person in one sitting. `note` takes down what was refused."""

    def __init__(self, dice: random.Random, note: Callable[[str], object]) -> None:
        self.dice, self.note = dice, note

    def press(self, verb: Callable[..., R], *, again: bool = True, **facts: Any) -> R:
        """Through the door, as a view does it. Some press once more with the very same form (`again`): that may be
        refused or change nothing, and the reckoning finds what it did."""
        done = perform(verb, **facts, at=now())
        if again and self.dice.random() < TWICE:
            try:
                perform(verb, **facts, at=now())
                self.note("pressed twice")
            except Refused:
                self.note("pressed twice: refused")
        return done
