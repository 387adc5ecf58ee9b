"""Run a command with the demo's servers: `python -m local.run manage.py shell`, `… psql`, `… celery -A config …`.

Joins the running demo, or starts PostgreSQL and Redis for as long as the command runs.
"""

import os
import subprocess
import sys
from pathlib import Path

from local import demo, engine
from local.plan import EngineError
from local.postgres import BIN
from local.supervisor import interrupt_on_signals


def main() -> int:
    words = sys.argv[1:]
    if not words:
        print(__doc__)
        return 2
    interrupt_on_signals()
    try:
        with engine.start(demo.var()) as servers:
            return run(words, servers)
    except (EngineError, demo.DemoError) as error:
        print(error)
        return 1


def run(words: list[str], servers: engine.Engine) -> int:
    """A file of Python, a program of PostgreSQL (it gets the address), or any other command of the venv."""
    first, *rest = words
    if first.endswith(".py"):
        command = [sys.executable, *words]
    elif (BIN / first).exists():
        command = [str(BIN / first), *rest, "--dbname", servers.database_url]
    else:
        command = words
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(command, env={**demo.environment(servers), "PATH": path})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal has told the command too; it decides


if __name__ == "__main__":
    sys.exit(main())
