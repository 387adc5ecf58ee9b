"""From a case's record to the bytes of its pack. The same record gives the same bytes."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from core.telling import Line
from evidence.collecting import Record
from evidence.verify import FORMAT, HISTORY, MANIFEST, START, SUMS, Files, chained, digests_of, sha256, sums, write_pack


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished pack."""

    content: bytes
    digest: str
    files: int
    events: int


def pack(record: Record) -> Packed:
    """Index, record, history, papers, documents, mails, the program that verifies them, and the manifest over all."""
    history = chained([_whole(entry.plain()) for entry in record.history])
    files: Files = {
        "index.html": _index(record).encode(),
        "record.json": _written(_sections(record)),
        HISTORY: _written(history),
        **{attached.path: attached.content for attached in record.files},
        "verify.py": (resources.files("evidence") / "verify.py").read_bytes(),
    }
    listed = chained(
        [{"path": path, "bytes": len(content), "sha256": sha256(content)} for path, content in files.items()]
    )
    head = history[-1]["link"] if history else START
    files[MANIFEST] = _written(
        {
            "format": FORMAT,
            "quote": record.quote.number,
            "agency": record.quote.agency.name,
            "files": listed,
            "files_head": listed[-1]["link"],
            "history": {"count": len(history), "head": head},
        }
    )
    files[SUMS] = sums(digests_of(files))
    return Packed(write_pack(files), sha256(files[MANIFEST]), len(files), len(history))


def _whole(value: Any) -> Any:
    """Only what JSON knows, so that reading it back gives the same."""
    return json.loads(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder))


def _written(value: Any) -> bytes:
    return json.dumps(_whole(value), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _sections(record: Record) -> list[dict[str, Any]]:
    paths = _paths(record)
    return [
        {
            "code": section.code,
            "title": section.title,
            "lines": [
                {
                    "key": line.key, "title": line.title, "at": line.at, "is_superseded": line.is_superseded,
                    "files": _files_of(line, paths), "facts": dict(line.facts), "data": line.data,
                }
                for line in section.lines
            ],
        }
        for section in record.sections
    ]  # fmt: skip


def _paths(record: Record) -> dict[str, str]:
    return {attached.key: attached.path for attached in record.files}


def _files_of(line: Line, paths: dict[str, str]) -> list[str]:
    return [paths[key] for key in (line.key, *line.files) if key in paths]


def _index(record: Record) -> str:
    """What a person reads: one page, nothing from outside."""
    paths, titles = _paths(record), {attached.path: attached.title for attached in record.files}
    sections = [
        {
            "section": section,
            "lines": [(line, [(path, titles[path]) for path in _files_of(line, paths)]) for line in section.lines],
        }
        for section in record.sections
    ]
    newest = record.history[-1].at if record.history else record.quote.opened_at
    context = {
        "quote": record.quote, "agency": record.quote.agency, "sections": sections, "newest": newest,
        "history": record.history,
    }  # fmt: skip
    return render_to_string("evidence/pack.html", context)
