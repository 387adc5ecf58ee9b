"""The processes of the proof: the receiving mail server, the postman, the people who renew, two beats, four workers;
started, killed without warning, started again."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
WORKERS, BEATS = 4, 2
CELERY = (
    sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m", "celery", "--quiet",
    "-A", "config",
)  # fmt: skip


@dataclass
class Program:
    """One command that shall run, and what it runs with beside the common environment."""

    name: str
    command: tuple[str, ...]
    own: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None


class Herd:
    """Everything that may die. Its lock is held while somebody starts or kills, so that nobody is started twice."""

    def __init__(self, home: Path, environment: Mapping[str, str], mail_port: int, *, full_forms: int) -> None:
        self.home = home
        self.environment = environment
        self.lock = threading.RLock()
        self.kills: Counter[str] = Counter()
        self.mail = Program("mail", (sys.executable, "-m", "local.chaos.mailserver", str(mail_port), str(home)), {})
        self.postman = Program("postman", (sys.executable, "-m", "local.chaos.postman", str(home)), {})
        self.people = [
            Program(who, (sys.executable, "-m", "local.chaos.renewing", str(home), who), {"CHAOS_SHORT_FORM": "1"})
            for who in ("customers", "desk")
        ]
        self.workers = [
            Program(
                f"worker-{number}",
                # Typesetting the full form, ten times the work, gives way to those who send.
                ("nice", "-n", "5" if number <= full_forms < WORKERS else "0", *CELERY, "worker", "-n", f"w{number}@%h",
                 "--concurrency", "1", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"),
                {"CHAOS_SHORT_FORM": "0" if number <= full_forms else "1"},
            )
            for number in range(1, WORKERS + 1)
        ]  # fmt: skip
        self.beats = [
            Program(
                f"beat-{number}",
                (*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", "", "-s", str(home / f"beat-{number}")), {},
            )
            for number in range(1, BEATS + 1)
        ]  # fmt: skip
        self.programs = [self.mail, self.postman, *self.people, *self.workers, *self.beats]

    def start(self) -> None:
        """Start whoever does not run."""
        with self.lock:
            for program in self.programs:
                if program.process is None or program.process.poll() is not None:
                    program.process = self._spawn(program)

    def stop(self) -> None:
        """The machine goes off: everybody dies where he stands, but for the receiving side, which is not ours."""
        with self.lock:
            for program in (self.postman, *self.people, *self.workers, *self.beats):
                self._kill_group(program)

    def send_home(self) -> None:
        """Those who renew, until the next start."""
        with self.lock:
            for program in self.people:
                self._kill_group(program)

    def end(self) -> None:
        with self.lock:
            for program in self.programs:
                self._kill_group(program)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL one: mostly the child of a worker, which has the work in its hands; else a whole worker, a beat, or
        the postman with what he carries, or the people who renew in the middle of their deeds."""
        with self.lock:
            victim = dice.choice(self.workers)
            way = dice.random()
            if way < 0.1:
                victim = dice.choice(self.beats)
                self._kill_group(victim)
                self.kills["beats"] += 1
            elif way < 0.15:
                self._kill_group(self.postman)
                self.kills["postman"] += 1
            elif way < 0.22:
                self._kill_group(dice.choice(self.people))
                self.kills["people who renew, all at once"] += 1
            elif way < 0.33:
                self._kill_group(victim)
                self.kills["workers, whole"] += 1
            elif self._kill_child(victim):
                self.kills["workers, the child at work"] += 1
            self.start()

    @property
    def left_to_carry(self) -> int:
        """Mails that came back and were not yet taken by the house."""
        return sum(1 for _ in (self.home / "returned").glob("*.eml"))

    @property
    def people_are_done(self) -> bool:
        """Whether whoever wanted to renew has tried, since `forget_rest`."""
        return all((self.home / f"{program.name}.rest").exists() for program in self.people)

    def forget_rest(self) -> None:
        for program in self.people:
            (self.home / f"{program.name}.rest").unlink(missing_ok=True)

    @property
    def workers_killed(self) -> int:
        return sum(count for name, count in self.kills.items() if name.startswith("workers"))

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with (self.home / f"{program.name}.log").open("ab") as log:
            return subprocess.Popen(
                program.command, cwd=ROOT, env={**self.environment, **program.own}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _kill_group(self, program: Program) -> None:
        if program.process is not None and program.process.poll() is None:
            os.killpg(program.process.pid, signal.SIGKILL)
            program.process.wait()

    def _kill_child(self, program: Program) -> bool:
        try:
            assert program.process is not None
            children = psutil.Process(program.process.pid).children()
            for child in children:
                child.kill()
        except psutil.Error:
            return False
        return bool(children)
