"""A mailbox on another machine, emptied by IMAP over TLS.

The standard library's client on purpose: the bytes are wanted as they are, and nothing may parse a stranger's mail
before it is ours to keep.
"""

import imaplib
import logging
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import IO, Any, Self
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)

TIMEOUT = 20  # seconds for every step
AT_ONCE = 200  # mails in one visit; the next is a minute away
_PORTS = {"imaps": 993, "imap": 143}
_MALFORMED = "BOUNCE_IMAP_URL must read imaps://user:password@host:993/folder"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Taken(Enum):
    """What became of one mail in the mailbox."""

    KEPT = "kept"
    LEFT = "left"
    GONE = "gone"


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
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:  # a port that is no number, an address in broken brackets
            raise MailboxAway(_MALFORMED) from error
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
            raise MailboxAway(_MALFORMED)
        return cls(
            parts.scheme, parts.hostname, port or _PORTS[parts.scheme], unquote(parts.username),
            unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
        )  # fmt: skip


def name_of(url: str) -> str:
    """What the mailbox is called where people read of it: without its password."""
    try:
        address = Address.of(url)
    except MailboxAway:
        return "BOUNCE_IMAP_URL"
    return f"{address.user} ({address.host}:{address.port}/{address.folder})"


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit brought: how many mails were kept, and how many could not be and stay unread."""

    kept: int
    left: int


def collect(url: str, keep: Callable[[IO[bytes]], object]) -> Visit:
    """Give every unread mail to `keep`, and mark it as read once that has returned.

    A mail that cannot be kept stays unread and is tried at the next visit; it stands in nobody's way.
    """
    try:
        with _opened(Address.of(url)) as box:
            taken = Counter(_taken(box, number, keep) for number in _unread(box)[:AT_ONCE])
    except (OSError, ValueError, imaplib.IMAP4.error) as error:  # ValueError: a name or an answer that is not ASCII
        raise MailboxAway(f"{type(error).__name__}: {error}") from error
    return Visit(taken[Taken.KEPT], taken[Taken.LEFT])


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


def _taken(box: imaplib.IMAP4, number: str, keep: Callable[[IO[bytes]], object]) -> Taken:
    # PEEK: reading is not yet having kept.
    answer = _sure(box.uid("FETCH", number, "(BODY.PEEK[])"))
    content = next((part[1] for part in answer if isinstance(part, tuple)), None)
    if content is None:
        return Taken.GONE  # somebody else took it away meanwhile
    try:
        keep(BytesIO(content))
    except Exception:
        # Whatever one mail makes of the database or of us, the others are read; the visit counts as one in vain.
        log.exception("incoming mail %s could not be kept; it stays unread", number)
        return Taken.LEFT
    _sure(box.uid("STORE", number, "+FLAGS", r"(\Seen)"))
    return Taken.KEPT


def _sure(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {data!r}"[:300])
    return data
