"""Several processes in one terminal: named output, crashed ones started again, all of them gone at the end.

honcho would do, but it ends everything when one process ends; here a crashed worker comes back.
"""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PATIENCE_SECONDS = 20  # a worker finishes the letter in its hand
LONGEST_PAUSE_SECONDS = 30
STEADY_SECONDS = 60  # who ran this long may come back at once


@dataclass
class Program:
    """One command that shall run."""

    name: str
    command: list[str]
    process: subprocess.Popen[str]
    started: float
    pause: float = 1.0
    again_at: float | None = None
    readers: list[threading.Thread] = field(default_factory=list)


class Supervisor:
    """Starts programs in one environment; `notes` keeps their numbers for the next start after a `kill -9`."""

    def __init__(self, environment: Mapping[str, str], notes: Path, folder: Path) -> None:
        self.environment = {**environment, "PYTHONUNBUFFERED": "1"}
        self.notes = notes
        self.folder = folder
        self.programs: list[Program] = []
        self._printing = threading.Lock()

    def start(self, name: str, *command: str) -> Program:
        program = Program(name, list(command), self._spawn(list(command)), time.monotonic())
        self.programs.append(program)
        self._attend(program)
        return program

    def run(self, name: str, *command: str) -> int:
        """Run a program to its end."""
        program = self.start(name, *command)
        while (code := program.process.poll()) is None:
            time.sleep(0.05)
        self._close(program)
        self.programs.remove(program)
        return code

    def look(self) -> None:
        """One round: who ended is started again, later each time it does not last."""
        now = time.monotonic()
        for program in self.programs:
            if program.again_at is None and program.process.poll() is not None:
                self._close(program)
                if now - program.started > STEADY_SECONDS:
                    program.pause = 1.0
                self.say(program.name, f"ended ({program.process.returncode}); again in {program.pause:.0f} s")
                program.again_at = now + program.pause
                program.pause = min(program.pause * 2, LONGEST_PAUSE_SECONDS)
            elif program.again_at is not None and now >= program.again_at:
                program.process, program.started = self._spawn(program.command), now
                program.again_at = None
                self._attend(program)

    def stop(self) -> None:
        """End all, the last started first; who does not listen is killed."""
        for program in reversed(self.programs):
            signal_group(program.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        for program in self.programs:
            try:
                program.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(program.name, "does not end; killed")
                signal_group(program.process.pid, signal.SIGKILL)
                program.process.wait()
            self._close(program)
        self.programs.clear()
        self.notes.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what a killed supervisor left running: the same number and the same birth, so nobody else's."""
        leftovers = []
        for number, born in read_notes(self.notes):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(number)
                if process.create_time() == born:
                    signal_group(number, signal.SIGTERM)
                    leftovers.append(process)
        _, deaf = psutil.wait_procs(leftovers, PATIENCE_SECONDS)
        for process in deaf:
            signal_group(process.pid, signal.SIGKILL)
        self.notes.unlink(missing_ok=True)

    def say(self, name: str, text: str) -> None:
        with self._printing:
            print(f"{name:>7} | {text}", flush=True)

    def _spawn(self, command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone: we decide the order of the ending
        )

    def _attend(self, program: Program) -> None:
        reader = threading.Thread(target=self._relay, args=(program.name, program.process), daemon=True)
        reader.start()
        program.readers = [reader]
        births = []
        for other in self.programs:
            with contextlib.suppress(psutil.Error):
                births.append((other.process.pid, psutil.Process(other.process.pid).create_time()))
        self.notes.write_text(json.dumps(births))

    def _relay(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.say(name, line.rstrip("\n"))

    def _close(self, program: Program) -> None:
        signal_group(program.process.pid, signal.SIGKILL)  # children that outlive their parent
        for reader in program.readers:
            reader.join(5)
        if program.process.stdout is not None:
            program.process.stdout.close()


def signal_group(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(number, what)


def read_notes(notes: Path) -> list[tuple[int, float]]:
    try:
        return [(int(number), float(born)) for number, born in json.loads(notes.read_text())]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def interrupt_on_signals() -> None:
    """Let SIGTERM and a closed terminal end us as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


def ignore_signals() -> None:
    """While ending, a second Ctrl-C (or make's own signal) must not leave servers behind."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
