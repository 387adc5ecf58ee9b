"""What was measured: as a table on the terminal, as JSON, and between two marks of docs/performance.md."""

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures: written by `python -m bench --write` -->", "<!-- end of figures -->"
LIBRARIES = ("django", "psycopg", "weasyprint", "django-crispy-forms")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured. `goal` is the ratio it should not pass; None where there is none."""

    group: str
    name: str
    ratio: float | None
    goal: float | None
    ours: str
    bare: str
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.goal is None or self.ratio is None:
            return ""
        return "met" if round(self.ratio, 2) <= self.goal else "MISSED"


@dataclass(slots=True)
class Report:
    """All lines of one run, and the raw figures behind them."""

    lines: list[Line] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def add(self, lines: list[Line], raw: dict[str, Any]) -> None:
        self.lines += lines
        self.raw |= raw

    def as_table(self) -> str:
        """GitHub's table, which a terminal can read as well."""
        rows = [("what", "ratio", "goal", "", "ours", "bare", "note")]
        rows += [
            (
                f"{line.group}: {line.name}",
                "" if line.ratio is None else f"{line.ratio:.2f}",
                "" if line.goal is None else f"≤ {line.goal:.1f}",
                line.verdict,
                line.ours,
                line.bare,
                line.note,
            )
            for line in self.lines
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        text = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        rule = " | ".join("-" * max(width, 3) for width in widths)
        return "\n".join(f"| {line} |" for line in [text[0], rule, *text[1:]])

    def as_json(self) -> dict[str, Any]:
        lines = [
            {"group": line.group, "name": line.name, "ratio": line.ratio, "goal": line.goal, "verdict": line.verdict}
            for line in self.lines
        ]
        return {"machine": machine(), "lines": lines, "raw": self.raw}

    def save(self, folder: Path) -> Path:
        path = folder / "last.json"
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n")
        return path

    def write(self, page: Path, on: date) -> None:
        """Replace what stands between the marks. The rest of the page is written by people."""
        before, _, rest = page.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        facts = "\n".join(f"- {name}: {value}" for name, value in machine().items())
        figures = f"{BEGIN}\nMeasured on {on.isoformat()}.\n\n{facts}\n\n{self.as_table()}\n{END}"
        page.write_text(before + figures + after)


def machine() -> dict[str, str]:
    """Where it was measured, and with what."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores, {memory()}",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, PostgreSQL {server}",
        "libraries": libraries,
    }


def processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
