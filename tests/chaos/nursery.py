"""A process that has loaded the house once and forks workers on demand, each at a moment of its own.

Speaks lines: ``start <task> <moment>`` answers the number of a fresh process that does what beat would ring for, or
with ``receive <moment> <file>`` what a mail server would; ``wait <number>`` answers how it ended (negative: by that
signal).
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from core.clock import travel  # noqa: E402
from correspondence.rendering import render  # noqa: E402
from correspondence.tasks import drain  # noqa: E402
from local.chaos.postman import fork, receive  # noqa: E402
from local.chaos.renewing import People  # noqa: E402
from renewals import round as rounds  # noqa: E402
from renewals.tasks import expiry_round, nightly_round  # noqa: E402

# This year is walked on a few of its days: what lies between two of them is no leap of the clock.
rounds.LONGEST_REST = timedelta.max


def renew(folder: str, who: str, killed: str) -> None:
    People(Path(folder), who, float(killed)).go_round()


TASKS = {
    "drain": drain, "nightly": nightly_round, "expiry": expiry_round, "receive": lambda file: receive(Path(file)),
    "renew": renew,
}  # fmt: skip


def main() -> None:
    # Before the fork: engine, form and face are loaded, as a worker has them after its first paper.
    render("papers/renewal_notice.html", {"contract": [{"value": "C-2027-000001"}]}, identifier="first")
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "start":
            print(start(*rest), flush=True)
        else:
            _, status = os.waitpid(int(rest[0]), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def start(task: str, moment: str, *facts: str) -> int:
    return fork(lambda: live(task, moment, *facts))


def live(task: str, moment: str, *facts: str) -> None:
    with travel(datetime.fromisoformat(moment)):
        TASKS[task](*facts)


if __name__ == "__main__":
    main()
