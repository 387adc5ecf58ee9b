"""The embedded servers start, are joined, survive a crash of their owner or of themselves, and stop."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from local import engine
from local.plan import HOST
from local.processes import end_of

ROOT = Path(__file__).resolve().parent.parent.parent
NOTHING: dict[str, str] = {}


@pytest.fixture
def new_var() -> Iterator[Path]:
    """A deep folder with a space and a Japanese name: no path of ours may care.

    Not in pytest's own folder, which every other run of pytest closes to other accounts when it starts.
    """
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / ("long " * 12).strip() / ("deeper" * 8) / "盾 の 棚"
        folder.mkdir(parents=True)
        yield folder
        if (folder / "engine" / "postgres" / "data").exists():
            with engine.start(folder, durable=False, environ=NOTHING):
                pass  # whatever a failed test left running is taken over and stopped


@pytest.fixture(scope="module")
def started_once() -> Iterator[Path]:
    """What a first start and a stop leave behind; making it anew for every test would take most of their time."""
    with tempfile.TemporaryDirectory() as top:
        engine.start(Path(top), durable=False, environ=NOTHING).stop()
        yield Path(top) / "engine"


@pytest.fixture
def var(new_var: Path, started_once: Path) -> Path:
    """Such a folder, in which the servers ran before."""
    shutil.copytree(started_once, new_var / "engine")
    return new_var


def lives(process: psutil.Process) -> bool:
    """A dead process stays on the list until init has noticed."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def postmaster(var: Path) -> psutil.Process:
    number = (var / "engine" / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
    return psutil.Process(int(number))


def redis_process(var: Path) -> psutil.Process:
    return psutil.Process(int((var / "engine" / "redis" / "redis.pid").read_text()))


def test_both_servers_speak_and_are_gone_after_the_stop(new_var: Path) -> None:
    var = new_var
    with engine.start(var, durable=False, environ=NOTHING) as running:
        with psycopg.connect(running.database_url) as connection:
            row = connection.execute(
                "SELECT current_setting('server_encoding'), current_setting('TimeZone'), version(),"
                " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), upper('é')"
            ).fetchone()
        assert row is not None
        assert (row[0], row[1], row[3], row[4]) == ("UTF8", "UTC", False, "É")
        assert row[2].startswith("PostgreSQL 18")
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.ping()
        processes = [postmaster(var), redis_process(var)]
    assert not any(lives(process) for process in processes)


def test_a_first_start_that_fails_halfway_leaves_no_server_and_hinders_no_later_start(new_var: Path) -> None:
    in_the_way = new_var / "engine" / "redis" / "redis.conf"
    in_the_way.mkdir(parents=True)  # Redis cannot write its settings; PostgreSQL has been started by then
    with pytest.raises(IsADirectoryError):
        engine.start(new_var, durable=False, environ=NOTHING)
    data = new_var / "engine" / "postgres" / "data"
    assert data.exists()
    assert not (data / "postmaster.pid").exists()
    in_the_way.rmdir()
    with (
        engine.start(new_var, durable=False, environ=NOTHING) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_that_was_never_finished_is_made_anew(new_var: Path) -> None:
    half = new_var / "engine" / "postgres" / "unfinished-by-a-killed-start"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with engine.start(new_var, durable=False, environ=NOTHING):
        assert not half.exists()


def test_the_message_about_a_server_that_does_not_start_ends_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert end_of(log) == f"{log} is empty"
    log.write_text("LOG:  starting\n\nFATAL:  no space left\nLOG:  database system is shut down\n")
    assert end_of(log, lines=2) == f"{log} ends:\n  FATAL:  no space left\n  LOG:  database system is shut down"


def test_strangers_on_this_machine_are_not_let_in(var: Path) -> None:
    with engine.start(var, durable=False, environ=NOTHING) as running:
        password = running.database_url.split(":")[2].split("@")[0]
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(running.database_url.replace(password, "guess"))
        with (
            redis.Redis.from_url(running.redis_url.replace(password, "guess")) as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()


def test_a_second_start_joins_and_leaves_the_servers_to_their_owner(var: Path) -> None:
    with engine.start(var, durable=False, environ=NOTHING) as owner:
        with engine.start(var, durable=False, environ=NOTHING) as guest:
            assert guest.environment == owner.environment
            assert (owner.owner, guest.owner) == (True, False)
        assert lives(postmaster(var))
        assert lives(redis_process(var))


def test_a_run_of_its_own_refuses_a_folder_that_is_owned(var: Path) -> None:
    with (
        engine.start(var, durable=False, environ=NOTHING),
        pytest.raises(BlockingIOError),
    ):
        engine.start(var, durable=False, join=False, environ=NOTHING)


def test_data_and_addresses_stay_the_same_over_a_restart(var: Path) -> None:
    with engine.start(var, environ=NOTHING) as first:
        with psycopg.connect(first.database_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (name text); ")
            connection.execute("INSERT INTO kept VALUES ('髙﨑𠮷')")
        with redis.Redis.from_url(first.redis_url) as client:
            client.set("kept", "1")
    with engine.start(var, environ=NOTHING) as second:
        assert second.environment == first.environment
        with psycopg.connect(second.database_url) as connection:
            assert connection.execute("SELECT name FROM kept").fetchone() == ("髙﨑𠮷",)
        with redis.Redis.from_url(second.redis_url) as client:
            assert client.get("kept") == b"1"


def test_servers_whose_owner_was_killed_are_taken_over_and_stopped(var: Path) -> None:
    script = (
        "import sys, time, pathlib; from local import engine;"
        "running = engine.start(pathlib.Path(sys.argv[1]), durable=False, environ={});"
        "print(running.database_url, flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(var)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    server = postmaster(var)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert lives(server)
    with engine.start(var, durable=False, environ=NOTHING) as heir:
        assert heir.owner
        assert heir.database_url == url
        assert postmaster(var) == server
    assert not lives(server)


def test_killed_servers_come_back_with_their_data(var: Path) -> None:
    first = engine.start(var, environ=NOTHING)
    with psycopg.connect(first.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    for process in (postmaster(var), redis_process(var)):
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    first.stop()
    with (
        engine.start(var, environ=NOTHING) as second,
        psycopg.connect(second.database_url) as connection,
    ):
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
        with redis.Redis.from_url(second.redis_url) as client:
            assert client.ping()


def test_a_number_left_by_a_crash_may_belong_to_another_program_by_now(var: Path) -> None:
    engine.start(var, durable=False, environ=NOTHING).stop()
    pid_file = var / "engine" / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n1\n\n127.0.0.1\n\nready\n")
    (var / "engine" / "redis" / "redis.pid").write_text(f"{os.getpid()}\n")
    with (
        engine.start(var, durable=False, environ=NOTHING) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_port_taken_meanwhile_is_given_up_for_another(var: Path) -> None:
    first = engine.start(var, durable=False, environ=NOTHING)
    first.stop()
    port = int(first.database_url.rsplit(":", 1)[1].split("/")[0])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        taken.listen()
        with engine.start(var, durable=False, environ=NOTHING) as second:
            assert second.database_url != first.database_url
            assert second.redis_url == first.redis_url


def test_servers_named_by_the_environment_are_used_as_they_are(new_var: Path) -> None:
    named = {"DATABASE_URL": "postgres://db.example/tate", "REDIS_URL": "redis://cache.example/0"}
    with engine.start(new_var, environ=named) as running:
        assert running.environment == named
        assert not running.owner
    assert not (new_var / "engine").exists()


def test_only_the_missing_server_is_started(new_var: Path) -> None:
    named = {"DATABASE_URL": "postgres://db.example/tate"}
    with engine.start(new_var, durable=False, environ=named) as running:
        assert running.database_url == named["DATABASE_URL"]
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.ping()
    assert not (new_var / "engine" / "postgres").exists()


def test_the_owner_revives_what_has_died_on_the_same_addresses(var: Path) -> None:
    with engine.start(var, durable=False, environ=NOTHING) as running:
        assert running.revive() == []
        for process in (postmaster(var), redis_process(var)):
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        assert running.revive() == ["PostgreSQL", "Redis"]
        with psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with redis.Redis.from_url(running.redis_url) as client:
            assert client.ping()
