"""What every clone may rely on: a complete lock, a Makefile that explains itself, documents that tell the truth."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_package_registry() -> None:
    # Written in two parts, or this file would be the first finding.
    registries = [
        "pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "crates" + ".io",
        "proxy.golang" + ".org", "rubygems" + ".org", "--extra" + "-index-url", "--find" + "-links",
    ]  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}: {registry}"
        for path in tracked_files()
        for registry in registries
        if registry.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_lock_holds_every_requirement_with_its_hashes(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==\S+.*?\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.M)
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==", lock, re.M)
    assert entries == pinned
    wanted = set()
    for source in {"base": ["base"], "dev": ["base", "dev"]}[name]:
        lines = (ROOT / "requirements" / f"{source}.in").read_text().splitlines()
        wanted |= {
            re.sub(r"[._]", "-", re.split(r"[\[<>=~; ]", line)[0].lower())
            for line in lines
            if line and line[0].isalpha()
        }
    assert wanted <= set(pinned)


def test_both_locks_agree() -> None:
    base, dev = (
        set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M))
        for name in ("base", "dev")
    )
    assert base <= dev


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())  # type: ignore[index]
    help_text = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\S+) +\S", help_text, re.M))
    assert listed == targets
    assert {"setup", "demo", "test", "check", "bench"} <= listed


def test_continuous_integration_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_runbook_lists_every_variable_the_house_reads() -> None:
    read = set()
    for folder in ("config", "local"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            read |= set(re.findall(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""", text))
            read |= set(re.findall(r"""environ(?:\.get\(|\.setdefault\(|\[)\s*["']([A-Z_]+)["']""", text))
    read = read - {"PATH"} | {"WEB_PORT", "SMTP_PORT", "MAIL_PORT"}
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "runbook.md").read_text(), re.M))
    assert described == read


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    missing = [
        target
        for target in targets
        if not re.match(r"[a-z]+:|#", target) and not (document.parent / target.split("#")[0]).exists()
    ]
    assert missing == []
