"""Decisions about mail and files: plain facts in, a verdict or a refusal out."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath

import puremagic
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.errors import Refused

MAX_ATTEMPTS = 12
MAX_RECIPIENTS = 20
# A minute lies between two visits to the mailbox, and what came back is promised to be a task within five.
VISITS_IN_VAIN = 3
UNVISITED = timedelta(minutes=15)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")

# Ending → kind, what the first bytes must say, and for the zipped kinds the folder that must be inside.
_KINDS = {
    ".pdf": ("PDF", "application/pdf", ""),
    ".png": ("PNG", "image/png", ""),
    ".jpg": ("JPEG", "image/jpeg", ""),
    ".jpeg": ("JPEG", "image/jpeg", ""),
    ".xlsx": ("XLSX", "", "xl/"),
    ".docx": ("DOCX", "", "word/"),
}


def check_addresses(addresses: Iterable[str]) -> list[str]:
    """The addresses, each once, in order.

    Refuses what is no address, and any attempt to smuggle in a header.
    """
    kept = list(dict.fromkeys(address.strip(" ") for address in addresses))
    if len(kept) > MAX_RECIPIENTS:
        raise Refused(f"宛先は{MAX_RECIPIENTS}件までです。宛先を減らしてください。")
    for address in kept:
        try:
            validate_email(address)
        except ValidationError:
            shown = _BREAKS.sub(" ", address)
            raise Refused(f"メールアドレス「{shown}」は正しくありません。確認して入力し直してください。") from None
    return kept


def check_one_line(text: str, what: str, longest: int = 200) -> str:
    """A header's text: one line, not too long."""
    if _BREAKS.search(text):
        raise Refused(f"{what}に改行や制御文字は使えません。1行で入力してください。")
    if len(text) > longest:
        raise Refused(f"{what}は{longest}文字以内で入力してください。")
    return text


def wait_after(attempts: int) -> timedelta:
    """How long a letter rests before its next attempt: 30 seconds, doubling, at most half an hour."""
    return timedelta(seconds=min(30 * 2 ** max(attempts - 1, 0), 1800))


def clean_filename(name: str) -> str:
    """The last part of a name as a person typed it: no folders, no control or direction marks, at most 150
    letters."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf"}).strip(" .")
    path = PurePath(visible)
    return f"{path.stem[:150]}{path.suffix[:10]}"


def kind_of_document(filename: str, content: bytes, limit_bytes: int) -> str:
    """What a file is, when its ending and its content agree; refuses everything else."""
    if not content:
        raise Refused("ファイルが空です。元のファイルを確認してください。", field="file")
    if len(content) > limit_bytes:
        raise Refused(
            f"ファイルが大きすぎます。{limit_bytes // 1024 // 1024}MB以下のファイルを選んでください。",
            field="file",
        )
    found = _KINDS.get(PurePath(filename).suffix.lower())
    if found is None:
        raise Refused("PDF・PNG・JPEG・Excel(xlsx)・Word(docx)のファイルを選んでください。", field="file")
    kind, mime, folder = found
    if not (_office_file(content, folder) if folder else mime in _guesses(content)):
        raise Refused("ファイルの中身が拡張子と一致しません。元のファイルを確認してください。", field="file")
    return kind


def _guesses(content: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(content[:8192])}
    except (puremagic.PureError, ValueError):
        return set()


def _office_file(content: bytes, folder: str) -> bool:
    """An Office file is a zip with its own table of contents; only the directory is read, nothing is
    unpacked."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)


def is_mailbox_away(failures: int, visited_at: datetime, at: datetime) -> bool:
    """Whether somebody has to look after the mailbox: three visits in a row failed, or nobody comes to it any more."""
    return failures >= VISITS_IN_VAIN or at - visited_at > UNVISITED
