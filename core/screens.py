"""What every screen shares: pages of a list, grey buttons that say why, and CSV a spreadsheet cannot be tricked by."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import RFC3986_SUBDELIMS

from core.errors import Refused

PAGE_SIZE = 50
COUNT_CAP = 1000


class CappedPaginator(Paginator):
    """Counts no further than `cap`: on a big table the exact count is half a page's time."""

    cap = COUNT_CAP

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            objects: Any = self.object_list
            self._count = objects.order_by()[: self.cap + 1].count() if isinstance(objects, QuerySet) else len(objects)
        return self._count

    @property
    def count_label(self) -> str:
        """「123件」, or 「1,000件以上」 beyond the cap."""
        return f"{self.cap:,}件以上" if self.count > self.cap else f"{self.count:,}件"


def paginate(request: HttpRequest, rows: Any, size: int = PAGE_SIZE, cap: int = COUNT_CAP) -> Page:
    """The page the request asks for; a nonsense page number shows the nearest page."""
    paginator = CappedPaginator(rows, size)
    paginator.cap = cap
    return paginator.get_page(request.GET.get("page"))


_ANY_KEY = "1029384756"  # a number in a path, or a pk, that no real record has
_SAFE = f"{RFC3986_SUBDELIMS}/~:@"  # what `reverse` writes as it is


def address_of(name: str, keys: int = 1) -> Callable[..., str]:
    """Writes the address of any record of a kind, given its number or pk, or as many keys as its address has. A list
    does not ask the URL table for every line this way."""
    pattern = _pattern(name, keys, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return lambda *given: pattern % tuple(quote(str(key), safe=_SAFE) for key in given)


@cache
def _pattern(name: str, keys: int, urlconf: str, mounted_at: str) -> str:
    """An address with a place for every key. Another URL table, or the site mounted elsewhere, has others."""
    return reverse(name, args=[_ANY_KEY] * keys).replace("%", "%%").replace(_ANY_KEY, "%s")


def why_not(check: Callable[..., Any], *args: Any, **kwargs: Any) -> str | None:
    """The sentence with which a check refuses, or None when the button may live."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return "\n".join([refusal.message, *refusal.reasons])
    return None


@dataclass(frozen=True, slots=True)
class Button:
    """A deed offered on a record's page. With `reason` it is grey and says why. `key`: the letter that presses it with
    Alt, shown behind its label."""

    label: str
    url: str
    reason: str | None = None
    method: str = "get"
    style: str = "outline-primary"
    confirm: str = ""
    key: str = ""


_DANGEROUS_START = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> str:
    """A cell no spreadsheet takes for a formula (checks 37)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_DANGEROUS_START) and not isinstance(cell, int) else text


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8"
) -> HttpResponse:
    """A CSV file: UTF-8 with BOM, or `cp932` on request. What cp932 cannot write is refused with its place."""
    if encoding not in {"utf-8", "cp932"}:
        raise Refused("文字コードはUTF-8かCP932(Shift_JIS)を選んでください。")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for number, row in enumerate(rows, start=2):
        cells = [harmless(cell) for cell in row]
        if encoding == "cp932":
            _check_cp932(cells, header, number)
        writer.writerow(cells)
    data = buffer.getvalue().encode("utf-8-sig" if encoding == "utf-8" else "cp932")
    response = HttpResponse(data, content_type=f"text/csv; charset={'UTF-8' if encoding == 'utf-8' else 'Shift_JIS'}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response


def _check_cp932(cells: list[str], header: Sequence[str], number: int) -> None:
    for name, cell in zip(header, cells, strict=True):
        for letter in cell:
            try:
                letter.encode("cp932")
            except UnicodeEncodeError as error:
                raise Refused(
                    f"{number}行目の「{name}」にある「{letter}」はShift_JIS(CP932)で表せません。"
                    "UTF-8で出力してください。"
                ) from error
