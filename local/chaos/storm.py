"""What goes wrong all the while, in a thread of its own: kills, a database that crashes, a broker that forgets."""

import random
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

import redis

from local.chaos.herd import Herd
from local.engine import Engine
from local.plan import Plan
from local.ports import is_free
from local.postgres import Postgres
from local.redis_server import RedisServer

DATABASE_EVERY, EMPTIED_EVERY, REDIS_EVERY = 17, 9, 29  # so many kills later


class Storm:
    """Runs as long as its block. `calm()` keeps it still for a while."""

    def __init__(self, herd: Herd, servers: Engine, plan: Plan, kills: int, dice: random.Random) -> None:
        self.herd, self.servers, self.plan, self.wanted, self.dice = herd, servers, plan, kills, dice
        self.faults: Counter[str] = Counter()
        self.progress = 0.0  # how much of the year has been walked
        self.still = threading.RLock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.trouble: Exception | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def check(self) -> None:
        """A proof without its storm proves nothing."""
        if self.trouble is not None:
            raise self.trouble

    def _run(self) -> None:
        try:
            self._rage()
        except Exception as trouble:
            self.trouble = trouble
            raise

    def _rage(self) -> None:
        done = 0
        while True:
            if self._end.wait(self.dice.uniform(0.5, 5)):
                return
            if self.herd.workers_killed > self.wanted * 1.1 * self.progress + 2:
                continue  # as many on a slow machine as on a fast one, spread over the work
            with self.still:
                self.herd.kill_one(self.dice)
                done += 1
                if done % DATABASE_EVERY == 0:
                    self.crash_database()
                if done % EMPTIED_EVERY == 0:
                    with redis.Redis.from_url(self.servers.redis_url) as client:
                        client.flushall()
                    self.faults["Redis emptied"] += 1
                if done % REDIS_EVERY == 0:
                    assert self.servers.redis_server is not None
                    self.servers.redis_server.kill()
                    self._revive()
                    self.faults["Redis killed and started"] += 1

    def _revive(self) -> None:
        """Whoever lost the server knocks at its port; it is ours again when the last such attempt is gone."""
        while not (is_free(self.plan.postgres_port) or self._lives(self.servers.postgres)) or not (
            is_free(self.plan.redis_port) or self._lives(self.servers.redis_server)
        ):
            time.sleep(0.05)
        self.servers.revive()

    @staticmethod
    def _lives(server: Postgres | RedisServer | None) -> bool:
        return server is not None and server.lives()

    def crash_database(self) -> None:
        """`pg_ctl -m immediate`: no goodbye, and the log is replayed at the start."""
        assert self.servers.postgres is not None
        self.servers.postgres.crash()
        self._revive()
        self.faults["PostgreSQL crashed and started"] += 1
