"""The one folder the typesetting engine may read, and what is said when it cannot make a paper."""

from functools import cache
from pathlib import Path

from django.conf import settings

SHELF = Path(settings.BASE_DIR) / "static" / "papers"
STYLESHEET = SHELF / "paper.css"


class RenderingFailed(Exception):  # noqa: N818 - it is the outcome of a rendering, told to people
    """The paper cannot be made; the message is a Japanese sentence that says what to do."""


@cache
def read_once(path: Path) -> bytes:
    """A file as it was when this process first looked."""
    return path.read_bytes()
