"""A record told as plain lines, for those who read it outside the house: every column under its Japanese name.

Rooms offer sections of such lines (`<room>/evidence.py`); whoever collects them knows no tables.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ForeignKey, Model

from core.clock import jst
from core.models import thread_key
from core.money import format_yen

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on record. `facts` are for people, `data` holds the same row with nothing rounded or translated;
    `files` are the keys of papers and documents it names."""

    key: str
    title: str
    at: datetime | None
    facts: tuple[Fact, ...]
    data: dict[str, Any]
    files: tuple[str, ...] = ()
    is_superseded: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind under a heading; `tables` are the tables whose rows it tells."""

    code: str
    title: str
    lines: tuple[Line, ...]
    tables: tuple[type[Model], ...] = ()


def told(
    row: Model,
    title: str,
    *,
    at: datetime | None = None,
    facts: Sequence[Fact] = (),
    hides: Iterable[str] = (),
    omits: Iterable[str] = (),
    is_superseded: bool = False,
) -> Line:
    """A row as a line: `facts` first, then every column that says something.

    `omits` are columns `facts` already put into words; `hides` are secrets, which stand nowhere at all.
    """
    hidden = {"id", *hides}
    fields = [field for field in row._meta.concrete_fields if field.name not in hidden]
    spoken = [field for field in fields if field.name not in set(omits) and field.editable]
    words = [(str(field.verbose_name), said) for field in spoken if (said := _said(row, field))]
    pointing = [field for field in fields if isinstance(field, ForeignKey) and getattr(row, field.attname) is not None]
    files = [
        f"{field.related_model._meta.label_lower}:{getattr(row, field.attname)}"
        for field in pointing
        if _is_file(field)
    ]
    return Line(
        key=thread_key(row), title=title, at=at, facts=(*((name, said) for name, said in facts if said), *words),
        data={field.attname: _plain(getattr(row, field.attname)) for field in fields}, files=tuple(files),
        is_superseded=is_superseded,
    )  # fmt: skip


def _is_file(field: "ForeignKey[Any, Any]") -> bool:
    return field.related_model._meta.label_lower in {"correspondence.paper", "correspondence.document"}


def _said(row: Model, field: "Field[Any, Any]") -> str:
    """A column in words; empty where it says nothing."""
    value = getattr(row, field.name if isinstance(field, ForeignKey) else field.attname)
    if value in (None, "", [], {}):
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return said(value, is_yen=field.name.endswith("_yen"))


def said(value: Any, *, is_yen: bool = False) -> str:
    """A value in words: money, days and moments as papers write them."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if is_yen and isinstance(value, int):
        return format_yen(value)
    if isinstance(value, datetime):
        return f"{jst(value):%Y/%m/%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value)):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return str(value)


def _plain(value: Any) -> Any:
    """What JSON can hold, exactly."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else value
