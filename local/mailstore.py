"""Received mails as `.eml` files in one folder, and what a person reads in them. A mail is hostile input."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
NAME = re.compile(r"\d{20}")


@dataclass(frozen=True)
class Attachment:
    name: str
    kind: str
    content: bytes

    @property
    def size(self) -> str:
        return f"{len(self.content) / 1024:,.0f} KB"


@dataclass(frozen=True)
class Mail:
    """One mail, everything decoded to plain text."""

    name: str
    received: str
    subject: str
    sender: str
    to: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class MailStore:
    """The folder. The name of a file is the nanosecond of its arrival, so names sort by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._last = 0
        self._lock = Lock()

    def keep(self, content: bytes) -> str:
        """Store one mail; on return it is on the disk, so the sender may be told that we have it."""
        with self._lock:
            self._last = max(time.time_ns(), self._last + 1)
            name = f"{self._last:020d}"
        partial = self.folder / f"{name}.part"
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self.folder / f"{name}.eml")
        return name

    def names(self) -> list[str]:
        """Newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def source(self, name: str) -> bytes | None:
        """The very bytes, or None for a name that is none of ours (and for a path that tries to leave)."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self.folder / f"{name}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def read(self, name: str) -> Mail | None:
        content = self.source(name)
        return None if content is None else read_mail(name, content)

    def __iter__(self) -> Iterator[Mail]:
        for name in self.names():
            mail = self.read(name)
            if mail is not None:
                yield mail


def read_mail(name: str, content: bytes) -> Mail:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    attachments = []
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, file_name = part.get_content_type(), part_name(part)
        if file_name is None and kind in texts:
            texts[kind].append(part_text(part))
        else:
            attachments.append(Attachment(file_name or "part", kind, part_bytes(part)))
    return Mail(
        name=name,
        received=datetime.fromtimestamp(int(name) / 1e9, JST).strftime("%Y-%m-%d %H:%M:%S"),
        subject=header(message, "Subject") or "(件名なし)",
        sender=header(message, "From"),
        to=header(message, "To"),
        message_id=header(message, "Message-ID"),
        text="\n".join(texts["text/plain"]),
        html="\n".join(texts["text/html"]),
        attachments=tuple(attachments),
    )


def header(message: Message, name: str) -> str:
    """One header, decoded. The library's parser raises many kinds of error on hostile headers: show them raw."""
    try:
        return str(message.get(name, ""))
    except Exception:
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def part_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except Exception:
        return "part"
    return re.sub(r"[\x00-\x1f/\\\"]", "_", name) if name else None


def part_bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def part_text(part: Message) -> str:
    try:
        return part_bytes(part).decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a character set nobody knows
        return part_bytes(part).decode("utf-8", errors="replace")
