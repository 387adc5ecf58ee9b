"""Where the measuring happens: servers, tables and static files of its own, below `var/bench`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import engine

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path:
    return Path(os.environ.get("TATE_VAR", ROOT / "var")).resolve() / "bench"


@contextmanager
def ground() -> Iterator[Path]:
    """Start the embedded servers as the demo does (durable), make the tables and collect the static files.

    The settings are those of a real server on this machine: connections are kept, templates cached, static files
    named by their content. DATABASE_URL and REDIS_URL are overruled on purpose: the bench empties its database.
    """
    home = folder()
    home.mkdir(parents=True, exist_ok=True)
    with engine.start(home, join=False, environ={}) as servers:
        os.environ.update(servers.environment)
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
        os.environ["STATIC_ROOT"] = str(home / "static")

        import django

        django.setup()
        from local.prepare import collect_static, migrate

        forget_tables()
        migrate()
        collect_static(home / "static-fingerprint")
        yield home


def forget_tables() -> None:
    """The tables of the last run may be those of an older house."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def empty() -> None:
    """Forget every row. TRUNCATE asks no row's guard; only this folder's database is meant to be emptied."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)


def settle() -> None:
    """Fresh statistics and no dead rows, as a database at rest has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
