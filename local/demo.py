"""`make demo`: the whole house on this machine, filled with an agency; Ctrl-C ends all of it.

Everything it keeps lies in `var/demo`; `make demo-reset` removes that folder.
"""

import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from local import doctor, engine
from local.plan import HOST, EngineError
from local.processes import Lock
from local.supervisor import Supervisor, ignore_signals, interrupt_on_signals

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90
DEFAULT_PORTS = {"WEB_PORT": "8000", "SMTP_PORT": "2525", "MAIL_PORT": "8025"}


def var() -> Path:
    return Path(os.environ.get("TATE_VAR", ROOT / "var")).resolve() / "demo"


def ports() -> dict[str, int]:
    """The ports people see, by the variable that moves each."""
    chosen = {name: os.environ.get(name) or default for name, default in DEFAULT_PORTS.items()}
    for name, value in chosen.items():
        if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
            raise DemoError(f"{name} must be a number from 1 to 65535; it is {value!r}.")
    return {name: int(value) for name, value in chosen.items()}


def environment(servers: engine.Engine) -> dict[str, str]:
    """What every process of the demo is told; what the caller has set himself stays."""
    numbers = ports()
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "STATIC_ROOT": str(var() / "static"),
        "EMAIL_HOST": HOST,
        "EMAIL_PORT": str(numbers["SMTP_PORT"]),
        "MAIL_CATCHER_URL": f"http://{HOST}:{numbers['MAIL_PORT']}/",
        "SITE_URL": f"http://{HOST}:{numbers['WEB_PORT']}",
        "PYTHONPATH": str(ROOT),
    }
    return {**own, **os.environ, **servers.environment, "WEB_PORT": str(numbers["WEB_PORT"])}


def main() -> int:
    arguments = sys.argv[1:]
    if arguments == ["reset"]:
        return reset()
    if arguments:
        print("Usage: python -m local.demo [reset]")
        return 2
    try:
        return run()
    except (EngineError, DemoError) as error:
        print(error)
        return 1


class DemoError(RuntimeError):
    """The demo cannot start; the message is one line for a person."""


def run() -> int:
    complaints = doctor.complaints(doctor.PAPER_NEEDS)
    if complaints:
        raise DemoError("\n".join(complaints))
    folder = var()
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / "demo.lock")
    if not lock.acquire():
        raise DemoError(f"The demo already runs from {folder}: use it, or end it with Ctrl-C in its terminal.")
    interrupt_on_signals()
    servers: engine.Engine | None = None
    supervisor = Supervisor(os.environ, folder / "processes.json", ROOT)
    try:
        supervisor.end_leftovers()
        refuse_busy_ports()
        if (folder / "filling").exists():
            supervisor.say("demo", "The last filling was interrupted; starting with an empty database.")
            forget(folder)
        servers = start_servers(folder)
        supervisor.environment.update(environment(servers))
        start_programs(supervisor, folder)
        announce(folder)
        while True:
            for name in servers.revive():
                supervisor.say("demo", f"{name} had died and runs again")
            supervisor.look()
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
        return 0
    finally:
        ignore_signals()
        supervisor.stop()
        if servers is not None:
            servers.stop()
        lock.release()


def refuse_busy_ports() -> None:
    if len(set(ports().values())) < len(DEFAULT_PORTS):
        raise DemoError(f"{', '.join(DEFAULT_PORTS)} must differ.")
    lines = [line for name, port in ports().items() if (line := doctor.busy_port(port, name))]
    if lines:
        raise DemoError("\n".join(lines))


def start_servers(folder: Path, environ: Mapping[str, str] | None = None) -> engine.Engine:
    try:
        return engine.start(folder, join=False, environ=environ)
    except BlockingIOError:
        raise DemoError("A command started with `python -m local.run` uses the demo's servers: end it first.") from None


def start_programs(supervisor: Supervisor, folder: Path) -> None:
    """Mail first: filling the database sends letters."""
    numbers = ports()
    python = sys.executable
    supervisor.start(
        "mail", python, "-m", "local.mailcatcher", "--dir", str(folder / "mail"),
        "--smtp-port", str(numbers["SMTP_PORT"]), "--web-port", str(numbers["MAIL_PORT"]),
    )  # fmt: skip
    if supervisor.run("prepare", python, "-m", "local.prepare", str(folder)) != 0:
        raise DemoError("The demo cannot be prepared; the reason stands above.")
    supervisor.start("web", python, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
    # As root, a worker warns of itself; the demo's letters are harmless, and containers are often root.
    root_is_fine = "ignore:You're running the worker with superuser privileges"
    celery = (python, "-W", root_is_fine, "-m", "celery", "--quiet", "-A", "config")
    supervisor.start("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO")
    supervisor.start("beat", *celery, "beat", "--loglevel", "WARNING", "--pidfile", "", "-s", str(folder / "beat"))
    wait_until_ready(supervisor, f"http://{HOST}:{numbers['WEB_PORT']}/healthz")


def wait_until_ready(supervisor: Supervisor, url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.look()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own http address
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as answer:
            # A morning the demo slept through is made up for within the hour: no reason not to open.
            if is_open(answer.read()):
                return
            time.sleep(0.2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise DemoError(f"{url} does not answer after {READY_SECONDS} s; the reason stands above.")


def is_open(health: bytes) -> bool:
    """Whether both servers answer, whatever else is late."""
    try:
        states = json.loads(health)
    except ValueError:
        return False
    return isinstance(states, dict) and all(states.get(name) for name in ("database", "redis"))


def announce(folder: Path) -> None:
    numbers = ports()
    lines = [
        "",
        f"  Tate           http://{HOST}:{numbers['WEB_PORT']}/",
        f"  Console        http://{HOST}:{numbers['WEB_PORT']}/console/",
        f"  Mail           http://{HOST}:{numbers['MAIL_PORT']}/",
        "",
    ]
    logins = folder / "logins.txt"
    if logins.exists():
        lines += [f"  {line}" for line in logins.read_text().splitlines()] + [""]
    print("\n".join([*lines, "  Ctrl-C stops everything.", ""]), flush=True)


def reset() -> int:
    folder = var()
    if not folder.exists():
        print("There is no demo to remove.")
        return 0
    lock = Lock(folder / "demo.lock")
    if not lock.acquire():
        print("The demo is running: end it with Ctrl-C first.")
        return 1
    try:
        Supervisor(os.environ, folder / "processes.json", ROOT).end_leftovers()
        forget(folder)
        shutil.rmtree(folder)
    except (DemoError, EngineError) as error:
        print(error)
        return 1
    finally:
        lock.release()
    print(f"Removed {folder}")
    return 0


def forget(folder: Path) -> None:
    """Remove all but the lock in our hand; servers left running by a crash are ended before their files go."""
    if (folder / "engine").exists():
        start_servers(folder, environ={}).stop()
    for path in folder.iterdir():
        if path.name == "demo.lock":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main())
