"""A clock that stands in a file: how far its readers are from the clock on the wall, in seconds."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Turned:
    """The clock every process of the proof reads; its seconds last a second, only somebody sets it now and then."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def now(self) -> datetime:
        """The moment it shows, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    def turn(self, at: datetime) -> None:
        """Set it: forward, or back."""
        whole = self.file.with_suffix(".new")
        whole.write_text(repr(at.timestamp() - time.time()))
        whole.replace(self.file)  # nobody reads half a number
