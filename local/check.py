"""`make check` and its parts: each step a tool's own command, the tests last.

python -m local.check [lint|types|contracts|migrations|lock|test [pytest's words]]
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from local import engine

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(sys.executable).parent
PYTHON = sys.executable

Command = tuple[str, ...]
STEPS: dict[str, tuple[Command, ...]] = {
    "lint": ((PYTHON, "-m", "ruff", "check", "."), (PYTHON, "-m", "ruff", "format", "--check", ".")),
    "types": ((PYTHON, "-m", "mypy", "."),),
    "contracts": ((str(VENV / "lint-imports"),),),
    "migrations": ((PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),),
    # Every core takes a part of the tests; more than eight only wait for the one PostgreSQL.
    "test": ((PYTHON, "-m", "pytest", "-n", "logical", "--maxprocesses", "8"),),
}
LOCK: Command = (
    PYTHON, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-header", "--no-emit-index-url", "--no-emit-find-links", "-o",
)  # fmt: skip


def main() -> int:
    name, *words = sys.argv[1:] or ["all"]
    if name == "all":
        return check_all()
    if name == "lock":
        return lock()
    if name not in STEPS:
        print(__doc__)
        return 2
    return step(name, words)


def check_all() -> int:
    """Every step, also after one has failed; the tests' closing line stands last when all is well."""
    started = time.monotonic()
    failed = [name for name in STEPS if step(name) != 0]
    if failed:
        print(f"\nmake check: failed in {', '.join(failed)} ({time.monotonic() - started:.0f} s)")
    return 1 if failed else 0


def step(name: str, words: list[str] | None = None) -> int:
    print(f"── {name}", flush=True)
    if name != "migrations":
        return run(STEPS[name], words)
    # Django compares the migrations with the database's record of them, so there must be one.
    with engine.start(Path(os.environ.get("TATE_VAR", ROOT / "var")) / "check", durable=False) as servers:
        return run(STEPS[name], words, {**servers.environment, "DJANGO_SETTINGS_MODULE": "config.settings.test"})


def run(commands: tuple[Command, ...], words: list[str] | None, more: dict[str, str] | None = None) -> int:
    environment = {**os.environ, **(more or {})}
    codes = [subprocess.run([*command, *(words or [])], cwd=ROOT, env=environment).returncode for command in commands]
    return max(map(abs, codes))


def lock() -> int:
    """The production list is a part of the developers' list, so both are resolved to the same versions."""
    code = run(((*LOCK, "requirements/dev.txt", "requirements/dev.in"),), None)
    return code or run(((*LOCK, "requirements/base.txt", "-c", "requirements/dev.txt", "requirements/base.in"),), None)


if __name__ == "__main__":
    sys.exit(main())
