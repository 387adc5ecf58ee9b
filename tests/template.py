"""The migrations run once: every test database is a copy of one that has them, at the start and whenever a test has
committed something.

The copy is PostgreSQL's own (`CREATE DATABASE … TEMPLATE`), asked for by Django. The original is named after the
migrations' text, so the next run finds it again, and an edited migration makes another.
"""

from hashlib import sha256
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from psycopg.sql import SQL, Identifier

PREFIX = "tate_migrated_"
UNFINISHED = PREFIX + "unfinished"
LOCK = 7_283_001  # of the parallel workers, the first who asks makes it and the others wait


def migrated_database(url: str) -> str:
    """The name of a database that every migration has been applied to and nobody is connected with."""
    name = PREFIX + fingerprint()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
        if (name,) in known:
            return name
        for (old,) in known:
            drop(server, old)
        server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(UNFINISHED)))
        migrate(UNFINISHED)
        server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(UNFINISHED), Identifier(name)))
    return name


def renew(url: str) -> None:
    """Take back what a test has committed: copying the few megabytes is quicker than emptying every table."""
    name, template = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["TEMPLATE"]
    connections.close_all()
    with psycopg.connect(url, autocommit=True) as server:
        drop(server, name)
        copy = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        server.execute(copy.format(Identifier(name), Identifier(template)))


def drop(server: psycopg.Connection, name: str) -> None:
    """Our own sessions are ended first. WITH (FORCE) would do both, but gives up where autovacuum is at work: that
    process belongs to the superuser, whom our role may not end. DROP DATABASE sends autovacuum away by itself.
    """
    mine = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    server.execute(mine, [name])
    server.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


def fingerprint() -> str:
    """Of the migrations of every installed app, the libraries' included."""
    digest = sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def migrate(name: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
