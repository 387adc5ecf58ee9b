"""The mail server of the house: hands every mail that came back to `manage.py receive_mail`, as a pipe command.

    python -m local.chaos.postman FOLDER

FOLDER/returned holds what has to be handed over; a mail is put away (FOLDER/returned/kept) when the command ended with
0, and handed over again when it ended otherwise or was killed, as mail servers do. One of eight is killed within its
work, and of some it forgets that they were taken. The house is loaded once and every command is a fork of its own.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import django
from django.core.management import execute_from_command_line

KILLED = 1 / 8
WITHIN_SECONDS = 0.12
FORGOTTEN = 1 / 20


def main() -> None:
    django.setup()
    from correspondence.management.commands import receive_mail  # noqa: F401 - loaded before the forks

    folder, dice = Path(sys.argv[1]), random.Random()  # noqa: S311 - killed and started again: not the same each time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (folder / "carried").open("a", buffering=1) as book:
        while True:
            for mail in sorted((folder / "returned").glob("*.eml")):
                carry(mail, dice, lambda word: print(word, file=book))
            time.sleep(0.2)


def carry(mail: Path, dice: random.Random, note: Callable[[str], object]) -> None:
    """One attempt at one mail."""
    command = fork(lambda: receive(mail))
    if dice.random() < KILLED:
        time.sleep(dice.uniform(0, WITHIN_SECONDS))
        os.kill(command, signal.SIGKILL)  # ours until it is waited for, dead or alive
    code = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
    if code:
        note("killed" if code == -signal.SIGKILL else "asked to try again" if code == os.EX_TEMPFAIL else "failed")
    elif dice.random() < FORGOTTEN:
        note("taken and carried again")
    else:
        mail.replace(mail.parent / "kept" / mail.name)
        note("taken")


def receive(mail: Path) -> None:
    """`manage.py receive_mail < mail`, in a process that exists for it."""
    with mail.open("rb") as content:
        os.dup2(content.fileno(), 0)
    execute_from_command_line(["manage.py", "receive_mail"])


def fork(work: Callable[[], object]) -> int:
    """A child that does the work and ends with what it says; its number."""
    return os.fork() or _live(work)


def _live(work: Callable[[], object]) -> NoReturn:
    try:
        work()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
