"""The states of a thing as people meet them: each declares its word and the colour of its badge in one line."""

from typing import Self

from django.db.models import TextChoices

# The colour words of the badges (`status-<word>` in app.css).
STYLES = {"calm", "good", "wait", "warn", "bad", "ended"}


class Status(TextChoices):
    """`NAME = "NAME", style, label`: what is stored, the badge's colour word, the Japanese label.

    A room's `states.py` declares its states with it; the table of moves beside them feeds `core.guards.StatusMoves`.
    """

    style: str

    def __new__(cls, value: str, style: str = "calm") -> Self:
        if style not in STYLES:
            raise ValueError(f"{value} has no badge: {style!r} is none of {', '.join(sorted(STYLES))}")
        status = str.__new__(cls, value)
        status._value_ = value
        status.style = style
        return status
