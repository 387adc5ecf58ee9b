"""Several programs in one terminal: the crashed come back, and nobody outlives the end."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local.supervisor import Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"


def lives(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(question: object) -> None:
    """Wait for something that comes by itself; pytest's own limit ends a wait in vain."""
    assert callable(question)
    while not question():
        time.sleep(0.05)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(os.environ, tmp_path / "processes.json", tmp_path)
    yield supervisor
    supervisor.stop()


def test_a_crashed_program_is_started_again(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    program = supervisor.start("worker", sys.executable, "-c", SLEEPER)
    first = program.process.pid
    program.process.kill()

    def replaced() -> bool:
        supervisor.look()
        return program.process.pid != first and program.process.poll() is None

    until(replaced)
    assert "worker | ended (-9); again in 1 s" in capfd.readouterr().out


def test_the_end_reaches_children_of_children(supervisor: Supervisor, tmp_path: Path) -> None:
    child = tmp_path / "child"
    parent = (
        f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]);"
        f"open({str(child)!r}, 'w').write(str(p.pid)); time.sleep(600)"
    )
    supervisor.start("web", sys.executable, "-c", parent)
    until(lambda: child.exists() and child.read_text())
    supervisor.stop()
    until(lambda: not lives(int(child.read_text())))  # it was told at the same moment as its parent


def test_a_program_that_ignores_the_request_is_killed(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("local.supervisor.PATIENCE_SECONDS", 0.2)
    deaf = tmp_path / "deaf"
    script = f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(deaf)!r}, 'w'); time.sleep(600)"
    program = supervisor.start("deaf", sys.executable, "-c", script)
    until(deaf.exists)
    supervisor.stop()
    assert not lives(program.process.pid)


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(supervisor: Supervisor) -> None:
    program = supervisor.start("web", sys.executable, "-c", SLEEPER)
    Supervisor(os.environ, supervisor.notes, supervisor.folder).end_leftovers()
    assert not lives(program.process.pid)


def test_a_reused_number_is_left_alone(supervisor: Supervisor) -> None:
    program = supervisor.start("stranger", sys.executable, "-c", SLEEPER)
    supervisor.notes.write_text(f"[[{program.process.pid}, 1.0]]")
    Supervisor(os.environ, supervisor.notes, supervisor.folder).end_leftovers()
    assert lives(program.process.pid)


def test_a_program_run_to_its_end_gives_its_code_and_its_words(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    assert supervisor.run("prepare", sys.executable, "-c", "print('盾'); raise SystemExit(3)") == 3
    assert "prepare | 盾" in capfd.readouterr().out
