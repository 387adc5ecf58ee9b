"""A process that has loaded the house once and forks workers on demand, so that killing many of them is quick.

Speaks lines: ``start`` answers the number of a fresh process that drains the outbox; ``wait <number>`` answers how it
ended (negative: by that signal).
"""

import os
import sys
import traceback

import django

django.setup()

import correspondence.typesetting  # noqa: E402, F401 - loaded before the fork, as a worker has it after its first paper
from correspondence.tasks import drain  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "start":
            print(start(), flush=True)
        else:
            _, status = os.waitpid(int(rest[0]), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def start() -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        drain()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
