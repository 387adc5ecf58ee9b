"""The doctor: what this machine lacks, one line each, with the package that brings it.

Standard library only: `make setup` asks it before anything is installed. Missing Japanese fonts would print
boxes without an error, so the demo and the tests refuse to start without them.
"""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from local.ports import is_free

# What WeasyPrint loads, by the names of Linux and macOS.
PANGO = (("libgobject-2.0.so.0", "libgobject-2.0.dylib"), ("libpango-1.0.so.0", "libpango-1.0.dylib"))
PANGOFT2 = (("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), ("libfontconfig.so.1", "libfontconfig.dylib"))
SUBSET = (("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),)
# Names such as 髙﨑 and 𠮷田 are common, and the last one lies beyond the first 65,536 characters.
RARE_LETTERS = "髙﨑𠮷"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """One thing the machine must have: the Debian package, what it is for, and how to see that it is there."""

    package: str
    purpose: str
    met: Callable[[], bool]


def libraries_load(libraries: Iterable[tuple[str, ...]]) -> bool:
    return all(any(_loads(name) for name in names) for names in libraries)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def japanese_font_is_there() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    letters = " ".join(f"{ord(letter):x}" for letter in RARE_LETTERS)
    answer = subprocess.run(
        [lister, f":lang=ja:charset={letters}", "family"], capture_output=True, text=True, check=False
    )
    return "Noto Sans CJK JP" in answer.stdout


def chromium() -> str | None:
    """The path of a Chromium for the browser tests."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


PAPER_NEEDS = (
    Need("libpango-1.0-0", "lays out the papers", lambda: libraries_load(PANGO)),
    Need("libpangoft2-1.0-0", "finds fonts for the papers", lambda: libraries_load(PANGOFT2)),
    Need("libharfbuzz-subset0", "embeds fonts in the papers", lambda: libraries_load(SUBSET)),
    Need("fonts-noto-cjk", f"Japanese letters, {RARE_LETTERS} too", japanese_font_is_there),
)
TEST_NEEDS = (
    Need("chromium", "the browser tests", lambda: chromium() is not None),
    Need("poppler-utils", "the tests read papers with pdftotext", lambda: shutil.which("pdftotext") is not None),
)


def missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.met()]


def complaints(needs: Iterable[Need]) -> list[str]:
    return [
        f"Missing: {need.package} ({need.purpose}). Install it: {install_command([need.package])}"
        for need in missing(needs)
    ]


def install_command(packages: Iterable[str]) -> str:
    return "sudo apt-get install -y " + " ".join(packages)


def wrong_python() -> str | None:
    if sys.version_info >= (3, 11):  # noqa: UP036  a person may start this by hand
        return None
    return f"Tate needs Python 3.11 or newer; this is {sys.version.split()[0]}."


def busy_port(port: int, variable: str) -> str | None:
    if is_free(port):
        return None
    return f"Port {port} is in use. Stop what uses it, or choose another: {variable}={port + 1} make demo"


def main() -> int:
    """Say everything that is missing; 0 when nothing is."""
    found = [line for line in (wrong_python(), *complaints((*PAPER_NEEDS, *TEST_NEEDS))) if line]
    print("\n".join(found) or "Everything is there.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
