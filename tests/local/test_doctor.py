"""The doctor, the demo and the setup say in one line what is missing and what to do."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import doctor
from local.plan import HOST
from local.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        # A child of a pytest worker is not one itself.
        env={**{k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_machine_with_everything_has_nothing_to_hear() -> None:
    assert doctor.complaints(doctor.PAPER_NEEDS) == []
    assert doctor.wrong_python() is None


def test_a_missing_library_names_its_package() -> None:
    need = doctor.Need("libpango-1.0-0", "lays out the papers", lambda: doctor.libraries_load([("libnowhere.so.0",)]))
    assert doctor.complaints([need]) == [
        "Missing: libpango-1.0-0 (lays out the papers). Install it: sudo apt-get install -y libpango-1.0-0"
    ]


@pytest.fixture
def no_fonts(tmp_path: Path) -> dict[str, str]:
    configuration = tmp_path / "fonts.conf"
    configuration.write_text("<fontconfig></fontconfig>")
    return {"FONTCONFIG_FILE": str(configuration)}


def test_papers_are_refused_without_japanese_fonts(no_fonts: dict[str, str], tmp_path: Path) -> None:
    line = "Install it: sudo apt-get install -y fonts-noto-cjk"
    demo = run("local.demo", TATE_VAR=str(tmp_path), **no_fonts)
    tests = run("pytest", "--collect-only", "-p", "no:cacheprovider", "tests/local", TATE_VAR=str(tmp_path), **no_fonts)
    assert line in demo.stdout
    assert line in tests.stderr + tests.stdout
    assert (demo.returncode, tests.returncode) == (1, pytest.ExitCode.USAGE_ERROR)
    assert list(tmp_path.iterdir()) == [tmp_path / "fonts.conf"]


def test_without_the_lister_of_fonts_the_fonts_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not doctor.japanese_font_is_there()
    assert doctor.chromium() is None


def test_a_busy_port_is_named_with_the_variable_that_moves_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        others = {"SMTP_PORT": str(free_port()), "MAIL_PORT": str(free_port())}
        demo = run("local.demo", TATE_VAR=str(tmp_path), WEB_PORT=str(port), **others)
    assert demo.returncode == 1
    assert demo.stdout.strip() == (
        f"Port {port} is in use. Stop what uses it, or choose another: WEB_PORT={port + 1} make demo"
    )


@pytest.mark.parametrize("port", ["x", "0", "70000", "²"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    demo = run("local.demo", TATE_VAR=str(tmp_path), WEB_PORT=port)
    assert (demo.returncode, demo.stdout) == (1, f"WEB_PORT must be a number from 1 to 65535; it is {port!r}.\n")


def test_removing_a_demo_that_is_not_there_says_so(tmp_path: Path) -> None:
    removal = run("local.demo", "reset", TATE_VAR=str(tmp_path))
    assert (removal.returncode, removal.stdout) == (0, "There is no demo to remove.\n")
