"""Workers killed at random: nothing is lost, nothing is doubled, and what nobody can know is said."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings

from accounts.models import Agency, User
from core import clock
from core.doors import perform
from correspondence.actions import NewLetter, queue_letters, settle_letter
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, LetterStatus
from tests.correspondence.mailserver import Mailbox, running, wait_for
from tests.correspondence.samples import sample_page

LETTERS = 60
ROUNDS = 2  # of two workers each


@pytest.mark.chaos
@pytest.mark.timeout(120)
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
    mailbox.delay = 0.02  # long enough for a kill to fall between the server's taking and our noting
    with running(mailbox) as port:
        environment = {
            **child_environment,
            "DJANGO_SETTINGS_MODULE": "tests.correspondence.child_settings",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
            "LETTER_LEASE_SECONDS": "1",
        }
        for _ in range(ROUNDS):
            _drain_twice_and_kill(environment, mailbox, dice)
        time.sleep(1.1)  # the leases of the dead run out
        _drain(environment)
        _no_letter_was_sent_twice(mailbox)
        _what_the_rows_say_is_true(mailbox)

        # A person asks the receiving side and settles what is in doubt; then the rest goes out.
        for letter in Letter.objects.filter(status=LetterStatus.UNKNOWN):
            arrived = letter.message_id in mailbox.ids
            outcome = LetterStatus.SENT if arrived else LetterStatus.QUEUED
            perform(settle_letter, letter=letter, outcome=outcome, note="先方に確認", by=clerk, at=clock.now())
        _drain(environment)
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


def _drain_twice_and_kill(environment: dict[str, str], mailbox: Mailbox, dice: random.Random) -> None:
    """Start two workers at once and kill both without warning, shortly after letters begin to arrive."""
    before = len(mailbox.messages)
    workers = [_start(environment), _start(environment)]
    assert wait_for(lambda: len(mailbox.messages) > before + 1 or all(w.poll() is not None for w in workers), 60)
    for worker in workers:
        time.sleep(dice.uniform(0, 0.2))
        if worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
    for worker in workers:
        worker.wait()


def _drain(environment: dict[str, str]) -> None:
    process = _start(environment)
    assert process.wait(60) == 0


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "drain"], cwd=settings.BASE_DIR, env=environment
    )
