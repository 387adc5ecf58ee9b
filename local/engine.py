"""The embedded PostgreSQL and Redis: started, joined and stopped by this one module.

Both servers come as wheels, live in one folder and listen on free ports of 127.0.0.1 behind a password.
Whoever holds the folder's lock owns them and stops them; anyone else who starts the same folder joins what
runs. The kernel drops the lock when its holder dies, so after a `kill -9` the next start takes over.
"""

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from local.plan import EngineError, Plan
from local.ports import free_port
from local.postgres import RECOVERY_SECONDS, Postgres
from local.processes import Lock
from local.redis_server import RedisServer


class Engine:
    """A running PostgreSQL and Redis. `stop()` stops what this process owns and leaves the rest alone."""

    def __init__(
        self,
        database_url: str,
        redis_url: str,
        *,
        postgres: Postgres | None = None,
        redis_server: RedisServer | None = None,
        plan: Plan | None = None,
        lock: Lock | None = None,
    ) -> None:
        self.database_url = database_url
        self.redis_url = redis_url
        self.postgres = postgres
        self.redis_server = redis_server
        self._plan = plan
        self._lock = lock

    @property
    def owner(self) -> bool:
        """Whether this process will stop the servers."""
        return self._lock is not None

    @property
    def environment(self) -> dict[str, str]:
        """What children need to find the two servers."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def revive(self) -> list[str]:
        """Start again what has died since, and name it; everyone keeps the old addresses."""
        revived: list[str] = []
        if self._lock is None or self._plan is None:
            return revived
        for name, server in (("PostgreSQL", self.postgres), ("Redis", self.redis_server)):
            if server is not None and not server.lives():
                if server.start(self._plan) != self._plan:
                    raise EngineError(f"{name} died, and another program has taken its port meanwhile.")
                revived.append(name)
        return revived

    def stop(self) -> None:
        if self._lock is None:
            return
        try:
            if self.redis_server is not None:
                self.redis_server.stop()
            if self.postgres is not None:
                self.postgres.stop()
        finally:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(var: Path, *, durable: bool = True, join: bool = True, environ: Mapping[str, str] | None = None) -> Engine:
    """Start (or join) the servers of the folder `var`.

    `durable=False` trades safety for speed (tests). With `join=False` a folder that another process owns
    is refused with BlockingIOError. Servers named by DATABASE_URL or REDIS_URL in `environ` are used as they
    are.
    """
    environ = os.environ if environ is None else environ
    database_url, redis_url = environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", "")
    if database_url and redis_url:
        return Engine(database_url, redis_url)
    home = var.resolve() / "engine"
    home.mkdir(parents=True, exist_ok=True)
    postgres = None if database_url else Postgres(home / "postgres", durable=durable)
    redis_server = None if redis_url else RedisServer(home / "redis", durable=durable)
    lock = Lock(home / "owner.lock")
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not lock.acquire():
        if not join:
            raise BlockingIOError(f"another process owns {home}")
        plan = Plan.read(home)
        if (
            plan is not None
            and (postgres is None or postgres.answers(plan))
            and (redis_server is None or redis_server.answers(plan))
        ):
            return Engine(
                database_url or plan.database_url,
                redis_url or plan.redis_url,
                postgres=postgres,
                redis_server=redis_server,
            )
        if time.monotonic() > deadline:
            raise EngineError(f"The owner of {home} holds its lock, but its servers do not answer.")
        time.sleep(0.2)
    try:
        plan = Plan.read(home) or Plan(free_port(), free_port(), secrets.token_hex(16))
        plan.write(home)  # before anything is made with its password: a start may be interrupted anywhere
        if postgres is not None:
            plan = postgres.start(plan)
        if redis_server is not None:
            plan = redis_server.start(plan)
        plan.write(home)
    except BaseException:
        Engine("", "", postgres=postgres, redis_server=redis_server, lock=lock).stop()
        raise
    return Engine(
        database_url or plan.database_url,
        redis_url or plan.redis_url,
        postgres=postgres,
        redis_server=redis_server,
        plan=plan,
        lock=lock,
    )
