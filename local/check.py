"""`make check` and its parts: each step a tool's own command.

python -m local.check [lint|types|contracts|lock|test [pytest's words]]
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(sys.executable).parent
PYTHON = sys.executable

Command = tuple[str, ...]
STEPS: dict[str, tuple[Command, ...]] = {
    "lint": ((PYTHON, "-m", "ruff", "check", "."), (PYTHON, "-m", "ruff", "format", "--check", ".")),
    "types": ((PYTHON, "-m", "mypy", "."),),
    "contracts": ((str(VENV / "lint-imports"),),),
    # Every core takes a part of the tests, and who is done first takes some of another's: a few tests last long.
    # More than eight only wait for the one PostgreSQL.
    "test": ((PYTHON, "-m", "pytest", "-n", "logical", "--maxprocesses", "8", "--dist", "worksteal"),),
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
    """Every step, also after one has failed; the tests' closing line stands last when all is well.

    The quiet steps use one core, so they run beside the tests, which leave gaps on every core; what they say
    stands among the tests' dots, each step's words in one piece.
    """
    started = time.monotonic()
    quiet = [name for name in STEPS if name != "test"]
    with ThreadPoolExecutor(max_workers=1) as beside:
        ends = beside.map(quiet_step, quiet)
        tests = step("test")
        codes = {**dict(zip(quiet, ends, strict=True)), "test": tests}
    failed = [name for name, code in codes.items() if code != 0]
    if failed:
        print(f"\nmake check: failed in {', '.join(failed)} ({time.monotonic() - started:.0f} s)")
    return 1 if failed else 0


def step(name: str, words: list[str] | None = None) -> int:
    print(f"── {name}", flush=True)
    return run(STEPS[name], words)


def run(commands: tuple[Command, ...], words: list[str] | None) -> int:
    codes = [subprocess.run([*command, *(words or [])], cwd=ROOT).returncode for command in commands]
    return max(map(abs, codes))


def quiet_step(name: str) -> int:
    done = [
        subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for command in STEPS[name]
    ]
    print(f"\n── {name}\n{''.join(one.stdout for one in done)}", flush=True)
    return max(abs(one.returncode) for one in done)


def lock() -> int:
    """The production list is a part of the developers' list, so both are resolved to the same versions."""
    code = run(((*LOCK, "requirements/dev.txt", "requirements/dev.in"),), None)
    return code or run(((*LOCK, "requirements/base.txt", "-c", "requirements/dev.txt", "requirements/base.in"),), None)


if __name__ == "__main__":
    sys.exit(main())
