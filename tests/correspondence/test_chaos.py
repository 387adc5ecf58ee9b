"""Workers killed at random: nothing is lost, nothing is doubled, and what nobody can know is said."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import pytest
from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Agency, User
from core import clock
from core.doors import perform
from correspondence.actions import NewLetter, queue_letters, settle_letter
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, LetterStatus
from tests.correspondence.mailserver import Mailbox, running, wait_for
from tests.correspondence.samples import sample_page

LETTERS = 60
ROUNDS = 6  # of two workers each


@pytest.mark.chaos
def test_killing_the_worker_anywhere_loses_and_doubles_nothing(
    child_environment: dict[str, str], agency: Agency, clerk: User, make_paper: Callable[..., Paper]
) -> None:
    paper = make_paper(page=sample_page())
    new = [
        NewLetter(
            key=f"chaos:{n}", kind=LetterKind.OTHER, to=[f"c{n}@customer.example"], subject=f"第{n}号", body="本文",
            papers=[paper] if n % 3 == 0 else [],
        )
        for n in range(LETTERS)
    ]  # fmt: skip
    perform(queue_letters, letters=new, agency=agency, by=clerk, at=clock.now())
    mailbox, dice = Mailbox(), random.Random(20261122)
    mailbox.delay = 0.05  # long enough for a kill to fall between the server's taking and our noting
    with running(mailbox) as port, Nursery({
        **child_environment,
        "DJANGO_SETTINGS_MODULE": "tests.correspondence.child_settings",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "LETTER_LEASE_SECONDS": "1",
    }) as nursery:  # fmt: skip
        for _ in range(ROUNDS):
            nursery.start_two_and_kill(mailbox, dice)
        assert nursery.killed, "every worker had finished before it could be killed"
        time.sleep(1.1)  # the leases of the dead run out
        nursery.drain()
        _no_letter_was_sent_twice(mailbox)
        _what_the_rows_say_is_true(mailbox)

        # A person asks the receiving side and settles what is in doubt; then the rest goes out.
        for letter in Letter.objects.filter(status=LetterStatus.UNKNOWN):
            arrived = letter.message_id in mailbox.ids
            outcome = LetterStatus.SENT if arrived else LetterStatus.QUEUED
            perform(settle_letter, letter=letter, outcome=outcome, note="先方に確認", by=clerk, at=clock.now())
        nursery.drain()
    assert set(Letter.objects.values_list("status", flat=True)) == {LetterStatus.SENT}
    assert Counter(mailbox.ids) == Counter(letter.message_id for letter in Letter.objects.all())


def _no_letter_was_sent_twice(mailbox: Mailbox) -> None:
    assert [count for count in Counter(mailbox.ids).values() if count > 1] == []


def _what_the_rows_say_is_true(mailbox: Mailbox) -> None:
    arrived = set(mailbox.ids)
    for letter in Letter.objects.all():
        assert letter.status in {LetterStatus.SENT, LetterStatus.UNKNOWN}, letter.status
        if letter.status == LetterStatus.SENT:
            assert letter.message_id in arrived


def _waiting() -> QuerySet[Letter]:
    return Letter.objects.filter(status=LetterStatus.QUEUED)


class Nursery:
    """Our end of ``nursery.py``: starts workers, kills them without warning, waits for their end."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.killed = 0
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.correspondence.nursery"],
            cwd=settings.BASE_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._process:  # closes its ears; it ends at the end of the lines
            pass

    def _ask(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def drain(self) -> None:
        assert self._ask(f"wait {self._ask('start')}") == 0

    def start_two_and_kill(self, mailbox: Mailbox, dice: random.Random) -> None:
        """Two workers at once, both killed shortly after letters begin to arrive again."""
        before = len(mailbox.messages)
        workers = [self._ask("start"), self._ask("start")]
        wait_for(lambda: len(mailbox.messages) > before or not _waiting().exists(), 15)
        for worker in workers:
            time.sleep(dice.uniform(0, 0.15))
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self.killed += sum(self._ask(f"wait {worker}") == -signal.SIGKILL for worker in workers)
