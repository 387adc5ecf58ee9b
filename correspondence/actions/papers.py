"""File a paper: its page is frozen in the caller's transaction; its PDF is made later, once."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from django.db import models

from accounts.models import Agency, User
from core.bulk import insert
from core.doors import action
from core.errors import Refused
from core.history import record
from core.models import thread_key
from correspondence import rendering, shelf
from correspondence.models import Paper
from correspondence.papers import agency_head
from correspondence.states import PaperKind


@dataclass(frozen=True, kw_only=True)
class NewPaper:
    """A paper to file.

    ``key`` names it without its revision, such as ``policy:C-2026-000123:certificate``.
    """

    key: str
    kind: PaperKind
    template: str
    page: Any
    subject: str
    dated_on: date
    counterparty: str
    amount_yen: int | None = None
    title: str = ""
    about: Sequence[models.Model] = field(default_factory=tuple)


@action
def file_paper(
    *,
    agency: Agency,
    key: str,
    kind: PaperKind,
    template: str,
    page: Any,
    subject: str,
    dated_on: date,
    counterparty: str,
    by: User,
    at: datetime,
    amount_yen: int | None = None,
    title: str = "",
    about: Sequence[models.Model] = (),
) -> Paper:
    """File one paper (書類). Filing the same page again returns the paper that stands.

    ``page`` is a frozen dataclass or mapping of plain values (text, int, bool, dates, lists, mappings).
    Refuses another page under the same key, and letters that cannot be printed.
    """
    new = NewPaper(
        key=key, kind=kind, template=template, page=page, subject=subject, dated_on=dated_on,
        counterparty=counterparty, amount_yen=amount_yen, title=title, about=about,
    )  # fmt: skip
    check_printable(plain(page))
    return file_papers(papers=[new], agency=agency, by=by, at=at)[0]


@action
def file_papers(*, papers: Sequence[NewPaper], agency: Agency, by: User, at: datetime) -> list[Paper]:
    """File many papers in a handful of statements, however many there are. Returns them in the same order."""
    rows = [_row(new, agency, by, at) for new in papers]
    stored = {paper.key: paper for paper in Paper.objects.filter(key__in=[row.key for row in rows])}
    fresh = {row.key: row for row in rows if row.key not in stored}
    insert(fresh.values())
    stored |= fresh
    for row in rows:
        _check_same(stored[row.key], row)
    return [stored[row.key] for row in rows]


@action
def revise_paper(
    *,
    paper: Paper,
    page: Any,
    correction: str,
    by: User,
    at: datetime,
    dated_on: date,
    amount_yen: int | None = None,
    counterparty: str = "",
) -> Paper:
    """Correct a filed paper by a next revision (訂正版); both stay.

    ``correction`` says on the paper what changed.
    """
    current = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    check_printable(plain(page))
    row = Paper(
        agency=current.agency,
        key=f"{current.key.rpartition(':r')[0]}:r{current.revision + 1}",
        kind=current.kind,
        title=current.title,
        subject=current.subject,
        template=current.template,
        revision=current.revision + 1,
        corrects=current,
        dated_on=dated_on,
        amount_yen=amount_yen,
        counterparty=counterparty or current.counterparty,
        about=current.about,
        filed_at=at,
        filed_by=by,
    )
    row.page = _complete(plain(page), row) | {"correction": correction}
    if later := Paper.objects.filter(corrects=current).first():
        if later.page == row.page:
            return later
        raise Refused(f"この書類にはすでに第{later.revision}版があります。最新の版から訂正してください。")
    row.save()
    record("paper.revised", f"{row.title}の第{row.revision}版を作成: {correction}", about=[row], by=by, at=at)
    return row


def _row(new: NewPaper, agency: Agency, by: User, at: datetime) -> Paper:
    row = Paper(
        agency=agency,
        key=f"{new.key}:r1",
        kind=new.kind,
        title=new.title or PaperKind(new.kind).label,
        subject=new.subject,
        template=new.template,
        dated_on=new.dated_on,
        amount_yen=new.amount_yen,
        counterparty=new.counterparty,
        about=[thread_key(thing) for thing in new.about],
        filed_at=at,
        filed_by=by,
    )
    row.page = _complete(plain(new.page), row)
    return row


def _complete(page: dict[str, Any], row: Paper) -> dict[str, Any]:
    """The page with what every paper carries, taken from its row so that the two can never differ."""
    facts = {
        "title": row.title,
        "number": row.subject,
        "dated_on": row.dated_on.isoformat(),
        "revision": row.revision,
    }
    return {"agency": agency_head(row.agency)} | page | facts


def _check_same(stored: Paper, row: Paper) -> None:
    if (stored.agency_id, stored.template, stored.page) != (row.agency_id, row.template, row.page):
        raise Refused(
            f"{row.title}({row.subject})はすでに別の内容で保存されています。内容を直すときは訂正版を作成してください。"
        )


def check_printable(page: Mapping[str, Any]) -> None:
    """Refuse letters no face of ours can print, while somebody is there to mend them."""
    try:
        missing = rendering.unprintable(rendering.texts_of(page))
    except shelf.RenderingFailed:
        return  # no face at all: the page is kept, and the rendering will say what this server lacks
    if missing:
        raise Refused(
            f"印刷できない文字があります: {' '.join(missing[:10])}。別の文字に直してから、もう一度操作してください。"
        )


_PLAIN = {str, int, bool}  # most of a page


@cache
def _fields(shape: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(shape))


def plain(value: Any) -> Any:
    """A page as JSON keeps it: dates as ISO text, decimals as written.

    Floats and objects are a mistake of the program.
    """
    if value is None or type(value) in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return value
    raise TypeError(f"a page holds plain values, not {type(value).__name__}")
