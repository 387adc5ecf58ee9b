"""Before the demo's first page: tables, static files and the agency's data, each only if it is not there yet."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> int:
    folder = Path(sys.argv[1])
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # a year of nightly rounds would fill the screen
    django.setup()
    migrate()
    collect_static(folder / "static-fingerprint")
    fill(folder)
    with (folder / "logins.txt").open("w") as logins:
        call_command("build_demo", logins=True, stdout=logins)
    return 0


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Making the tables")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static(fingerprint: Path) -> None:
    """Collecting compresses every file, which takes seconds: only when a file has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    current = digest.hexdigest()
    there = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if there and fingerprint.exists() and fingerprint.read_text() == current:
        return
    print("Collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    fingerprint.write_text(current)


def fill(folder: Path) -> None:
    """Build the demo's agency in an empty database; the note `filling` stays if that is interrupted."""
    from accounts.models import Agency

    if Agency.objects.exists():
        return
    print("Filling the agency with two years of work; this happens once and takes some minutes")
    note = folder / "filling"
    note.touch()
    call_command("build_demo")
    with (folder / "logins.txt").open("w", encoding="utf-8") as logins:
        call_command("build_demo", logins=True, stdout=logins)
    note.unlink()


if __name__ == "__main__":
    sys.exit(main())
