"""`make setup`: system packages where allowed, `.venv`, and the locked requirements; again only if they change.

Run by the machine's own Python, perhaps an old one: standard library only, and no new syntax in this file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / "tate-setup"


def main():  # type: ignore[no-untyped-def]
    if sys.version_info < (3, 11):  # noqa: UP036  that is the question
        return f"Tate needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}."
    return install_system_packages() or make_venv() or install_requirements() or 0


def install_system_packages() -> str:
    """Everything papers and tests need from the system; without the right to install, the one command to run."""
    from local import doctor

    wanted = [need.package for need in doctor.missing((*doctor.PAPER_NEEDS, *doctor.TEST_NEEDS))]
    if not VENV.exists() and not venv_can_be_made():
        wanted.append("python3-venv")
    if not wanted:
        return ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return (
            f"Some system packages are missing. Run this, then `make setup` again:\n  {doctor.install_command(wanted)}"
        )
    print("Installing", *wanted, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *wanted]):
        if run(["apt-get", *command], environment) != 0:
            return f"apt-get {command[0]} failed. Repair it, or run: {doctor.install_command(wanted)}"
    return ""


def venv_can_be_made() -> bool:
    """Debian leaves `ensurepip` out of its Python until python3-venv is installed."""
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def make_venv() -> str:
    if (VENV / "bin" / "python").exists():
        return ""
    if run([sys.executable, "-m", "venv", str(VENV)]) != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        return "A virtual environment cannot be made. Install it: sudo apt-get install -y python3-venv"
    return ""


def install_requirements() -> str:
    python = str(VENV / "bin" / "python")
    version = subprocess.run([python, "-V"], capture_output=True, check=True).stdout
    stamp = hashlib.sha256(LOCK.read_bytes() + version).hexdigest()
    if STAMP.exists() and STAMP.read_text() == stamp:
        return ""
    print("Installing the locked requirements into .venv (a minute or two the first time)", flush=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if run([*pip, "--require-hashes", "-r", str(LOCK)]) != 0:
        return "pip could not install requirements/dev.txt; its own words stand above."
    STAMP.write_text(stamp)
    print("Ready. Next: make demo", flush=True)
    return ""


def run(command: "list[str]", environment: "dict[str, str] | None" = None) -> int:
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
