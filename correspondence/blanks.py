"""Words of a letter that only its reader may see, such as a one-time code or a link that opens a page.

Letters are kept for years and everybody at the office reads them. The row therefore keeps a blank, and the room that
queued the letter fills it in while it is sent; nothing stores the words themselves.
"""

from collections.abc import Callable
from datetime import datetime

from correspondence.models import Letter
from correspondence.states import LetterKind

BLANK = "〔ご本人だけにお送りする内容のため、ここには表示しません〕"

Filler = Callable[[Letter, datetime], str]
_fillers: dict[LetterKind, Filler] = {}


class BlankLost(Exception):
    """What belongs into the blank is not valid any more; the message is a sentence that says what to do."""


def register(kind: LetterKind, filler: Filler) -> None:
    """A room above fills the blanks of this kind of letter."""
    _fillers[kind] = filler


def is_filled(kind: LetterKind) -> bool:
    """Whether somebody fills the blanks of this kind of letter."""
    return kind in _fillers


def body_of(letter: Letter, *, at: datetime) -> str:
    """The text as its reader gets it. Raises `BlankLost`."""
    filler = _fillers.get(LetterKind(letter.kind))
    if filler is None or BLANK not in letter.body:
        return letter.body
    return letter.body.replace(BLANK, filler(letter, at))
