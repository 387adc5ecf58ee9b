"""What goes wrong all the while, in a thread of its own: kills, a database that crashes, a broker that forgets."""

import random
import threading
from collections import Counter
from types import TracebackType
from typing import Self

import redis

from local.chaos.herd import Herd
from local.engine import Engine

DATABASE_EVERY, EMPTIED_EVERY, REDIS_EVERY = 17, 9, 29  # so many kills later


class Storm:
    """Runs as long as its block. `calm()` keeps it still for a while."""

    def __init__(self, herd: Herd, servers: Engine, kills: int, dice: random.Random) -> None:
        self.herd, self.servers, self.wanted, self.dice = herd, servers, kills, dice
        self.faults: Counter[str] = Counter()
        self.still = threading.RLock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._rage)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _rage(self) -> None:
        done = 0
        while True:
            enough = self.herd.workers_killed >= self.wanted
            if self._end.wait(self.dice.uniform(3, 9) if enough else self.dice.uniform(0.3, 3)):
                return
            with self.still:
                self.herd.kill_one(self.dice, gently=enough)
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
                    self.servers.revive()
                    self.faults["Redis killed and started"] += 1

    def crash_database(self) -> None:
        """`pg_ctl -m immediate`: no goodbye, and the log is replayed at the start."""
        assert self.servers.postgres is not None
        self.servers.postgres.crash()
        self.servers.revive()
        self.faults["PostgreSQL crashed and started"] += 1
