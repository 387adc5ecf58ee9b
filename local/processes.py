"""Locks and process numbers: the small facts of the operating system that the servers stand on."""

import fcntl
from pathlib import Path
from typing import IO

import psutil


class Lock:
    """An exclusive lock on a file that the kernel drops when this process dies.

    A POSIX record lock, not `flock`: forked children must not keep it alive after their parent.
    """

    _held: set[Path] = set()  # the kernel would grant one process the same lock twice

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        if self.path in self._held:
            return False
        file = self.path.open("a")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        self._held.add(self.path)
        return True

    def release(self) -> None:
        if self._file is not None:
            self._held.discard(self.path)
            self._file.close()
            self._file = None


def process_in(number: int, folder: Path) -> psutil.Process | None:
    """The live process with this number, if it works in this folder: a reused number is somebody else's."""
    if number <= 0:  # PostgreSQL writes a negative one while it makes its folder
        return None
    try:
        process = psutil.Process(number)
        alive = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except psutil.Error:
        return None
    return process if alive else None


def end_of(log: Path, lines: int = 12) -> str:
    """Where a log is and how it ends, for the message about the server that wrote it."""
    try:
        said = [line for line in log.read_text(errors="replace").split("\n") if line.strip()]
    except FileNotFoundError:
        said = []
    return "\n  ".join([f"{log} ends:" if said else f"{log} is empty", *said[-lines:]])
