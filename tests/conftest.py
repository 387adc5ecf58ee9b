"""Every test runs on a real PostgreSQL and Redis, started once per run unless the environment names some.

Django reads its settings once, so the servers must be known before: this file starts them as it is loaded,
in the controller of a parallel run; the workers inherit the addresses and take a database and a Redis number
each.
"""

import atexit
import gc
import os
import signal
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import pytest

from local import doctor, engine
from local.plan import EngineError

ROOT = Path(__file__).resolve().parent.parent


def start_engine() -> engine.Engine:
    """Two runs in one checkout do not share servers: where the first folder is owned, take the next."""
    var = Path(os.environ.get("TATE_VAR", ROOT / "var"))
    for number in count(1):
        try:
            return engine.start(var / f"test-{number}", durable=False, join=False)
        except BlockingIOError:
            continue
    raise AssertionError("count() has no end")


def own_redis(url: str, worker: str) -> str:
    """Redis numbers its databases: each pytest worker takes its own, 0 stays for whoever is not a worker."""
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    return urlsplit(url)._replace(path=f"/{number}").geturl()


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    os.environ["REDIS_URL"] = own_redis(os.environ["REDIS_URL"], WORKER)
else:
    if complaints := doctor.complaints(doctor.PAPER_NEEDS):
        raise pytest.UsageError("\n".join(complaints))  # without fonts, papers show boxes and tests mislead
    try:
        ENGINE = start_engine()
    except EngineError as error:
        raise pytest.UsageError(str(error)) from error
    atexit.register(ENGINE.stop)  # also when a settings file below does not load
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is told to end leaves no servers
    os.environ.update(ENGINE.environment)

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
django.setup()

# What is loaded by now stays for the whole run: walking it again and again took a tenth of the suite's time.
gc.freeze()
gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Test databases are copies of one that is migrated already, also after a test that commits."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tests import template

    url = os.environ["DATABASE_URL"]
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template.migrated_database(url)
    TransactionTestCase._fixture_teardown = lambda case: template.renew(url)  # Django would empty every table


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """The environment for a process of our own (worker, server, command) that shares this test's data."""
    from django.db import connection

    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PYTHONPATH": str(ROOT),
    }
