"""`make demo`'s own processes, from the first line to the last: a real web server, worker, beat and mail catcher."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from demo.people import logins
from local.ports import free_port, is_free
from tests.making import make_agency

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = ("WEB_PORT", "SMTP_PORT", "MAIL_PORT")


@pytest.fixture
def demo(child_environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A demo over this test's database, in which an agency stands already: nothing needs to be filled."""
    make_agency("盾デモ代理店")
    environment = {
        **{name: value for name, value in child_environment.items() if not name.startswith("PYTEST_")},
        **{name: str(free_port()) for name in PORTS},
        "TATE_VAR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "local.demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process, environment
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.stdout is not None
    process.stdout.close()
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.flushdb()  # bells that nobody heard belong to no other test


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Everything said up to the wanted words; the end of the output means they will not come."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if wanted in line:
            return "".join(said)
    pytest.fail(f"{wanted!r} was never said:\n{''.join(said)}")


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url) as answer:  # noqa: S310  our own http address
        return answer.status, answer.read().decode()


def test_the_demo_starts_serves_repairs_itself_and_ends(
    demo: tuple[subprocess.Popen[str], dict[str, str]], tmp_path: Path
) -> None:
    process, environment = demo
    said = read_until(process, "Ctrl-C stops everything.")
    web, mail = (f"http://127.0.0.1:{environment[name]}/" for name in ("WEB_PORT", "MAIL_PORT"))
    assert web in said
    assert mail in said
    assert all(line in said for line in logins().splitlines())
    assert get(web + "healthz")[0] == 200
    status, login = get(web)
    assert status == 200
    style = re.search(r'href="/(static/app/app\.[0-9a-f]+\.css)"', login)
    assert style, "static files carry their fingerprint"
    assert get(web + style[1])[0] == 200
    assert "受信したメール" in get(mail)[1]

    read_until(process, "ready.")  # the worker has found the broker
    worker = next(
        int(number)
        for number in re.findall(r"\[(\d+), ", (tmp_path / "demo" / "processes.json").read_text())
        if "worker" in psutil.Process(int(number)).cmdline()
    )
    os.kill(worker, signal.SIGKILL)
    read_until(process, "worker | ended (-9); again in 1 s")
    read_until(process, "ready.")

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()
    assert "Stopping." in rest
    assert process.returncode == 0
    assert all(is_free(int(environment[name])) for name in PORTS)
    assert not (tmp_path / "demo" / "processes.json").exists()
