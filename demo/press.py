"""The press: processes beside the story that make the PDFs the letters of a morning enclose.

Typesetting is a third of the whole filling and needs nothing of the story but the filed page, so both cores share it.
"""

import os
import threading
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import repeat
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Self

import django
from django.conf import settings
from django.db import connection

WORKERS = 2


class Press:
    """Open while the story is lived; the first letter starts it."""

    def __init__(self) -> None:
        database = str(connection.settings_dict["NAME"])
        self._pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), initializer=_begin, initargs=(database,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def typeset(self, papers: Iterable[int], at: datetime) -> None:
        """Make the PDFs of these papers, by their keys, and wait until they lie in the archive."""
        list(self._pool.map(_typeset, papers, repeat(at)))


def _begin(database: str) -> None:
    """A new process knows the addresses, but not whether the story is lived in a test's database."""
    threading.Thread(target=_end_with_the_story, daemon=True).start()
    settings.DATABASES["default"]["NAME"] = database
    django.setup()


def _end_with_the_story() -> None:
    """A story that is killed can tell its press nothing."""
    story = parent_process()
    assert story is not None
    story.join()
    os._exit(1)


def _typeset(paper: int, at: datetime) -> None:
    # A new process meets this file before `_begin` has told it what Django is.
    from correspondence.actions import bytes_of
    from correspondence.models import Paper
    from correspondence.shelf import RenderingFailed

    with suppress(RenderingFailed):  # the outbox will meet it again and say so on the letter
        bytes_of(Paper.objects.get(pk=paper), at=at)
