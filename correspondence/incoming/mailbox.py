"""A mailbox on another machine, emptied by IMAP over TLS.

The standard library's client on purpose: the bytes are wanted as they are, and nothing may parse a stranger's mail
before it is ours to keep.
"""

import imaplib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Self
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)

TIMEOUT = 20  # seconds for every step
AT_ONCE = 200  # mails in one visit; the next is a minute away
_PORTS = {"imaps": 993, "imap": 143}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class MailboxAway(Exception):
    """The mailbox cannot be opened or read; the message says at which step."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mailbox is: `imaps://user:password@host:993/INBOX`. `imap` means STARTTLS."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
            raise MailboxAway("BOUNCE_IMAP_URL must read imaps://user:password@host:993/folder")
        return cls(
            parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], unquote(parts.username),
            unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
        )  # fmt: skip


def collect(url: str, keep: Callable[[IO[bytes]], object]) -> int:
    """Give every unread mail to `keep`, and mark it as read once that has returned. Returns how many.

    A mail that cannot be kept stays unread and is tried at the next visit; it stands in nobody's way.
    """
    try:
        with _opened(Address.of(url)) as box:
            return sum(_taken(box, number, keep) for number in _unread(box)[:AT_ONCE])
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(f"{type(error).__name__}: {error}") from error


def _opened(address: Address) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if address.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT)
        if address.host not in _LOOPBACK:
            box.starttls(context)
    try:
        box.login(address.user, address.password)
        _sure(box.select(f'"{address.folder}"'))
    except BaseException:
        box.shutdown()
        raise
    return box


def _unread(box: imaplib.IMAP4) -> list[str]:
    """Their numbers, the oldest first."""
    (found, *_) = _sure(box.uid("SEARCH", "UNSEEN"))
    return found.decode().split() if isinstance(found, bytes) else []


def _taken(box: imaplib.IMAP4, number: str, keep: Callable[[IO[bytes]], object]) -> bool:
    # PEEK: reading is not yet having kept.
    answer = _sure(box.uid("FETCH", number, "(BODY.PEEK[])"))
    content = next((part[1] for part in answer if isinstance(part, tuple)), None)
    if content is None:
        return False  # somebody else took it away meanwhile
    try:
        keep(BytesIO(content))
    except Exception:
        log.exception("incoming mail %s could not be kept; it stays unread", number)
        return False
    _sure(box.uid("STORE", number, "+FLAGS", r"(\Seen)"))
    return True


def _sure(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {data!r}"[:300])
    return data
