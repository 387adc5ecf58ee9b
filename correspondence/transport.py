"""The wire: the only place that speaks to a mail server (``django.core.mail``).

``Wire.send`` never raises for what a server or a network does; it returns an ``Outcome`` that says what is certain.
"""

import smtplib
import socket
import ssl
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from enum import Enum
from secrets import token_bytes
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from core.clock import jst
from correspondence.models import Letter

_ASK = "届いたかどうかを相手先に確認してください。"


class Result(Enum):
    SENT = "the server took it"
    LATER = "the server refused it for now"
    REFUSED = "the server refused it for good"
    UNREACHABLE = "there was no server to give it to"
    UNKNOWN = "the line broke while the server had it in its hands"


@dataclass(frozen=True)
class Outcome:
    """What is certain about one attempt, and the reason in Japanese.

    `missed`: recipients the server will not take this letter for, each with its answer; the others, if any, have it.
    """

    result: Result
    reason: str = ""
    missed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter."""

    filename: str
    content: bytes


class _Watched(smtplib.SMTP):
    """An SMTP session that remembers whether the text was on the wire, and who was refused beside others."""

    handing_over = False
    refused: dict[str, tuple[int, bytes]]

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer: tuple[int, bytes] = super().connect(*args, **kwargs)
        # The last piece of a long letter must not wait until the server has confirmed the one before: 40 ms a letter.
        assert self.sock
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        self.handing_over = False
        self.refused = {}
        self.refused = super().sendmail(*args, **kwargs)
        return self.refused

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handing_over = True
        is_dotted = b"\n." in msg or msg.startswith(b".")
        answer = super().data(msg) if is_dotted else self._text(msg)
        self.handing_over = False
        return answer

    def _text(self, msg: bytes) -> tuple[int, bytes]:
        """As in the library, for a text without a line that begins with a dot: the library looks for one in every line,
        which takes as long as the sending."""
        code, answer = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        self.send(msg + (b".\r\n" if msg.endswith(b"\r\n") else b"\r\n.\r\n"))
        return self.getreply()


class _WatchedSMTPS(_Watched, smtplib.SMTP_SSL):
    pass


class WatchedBackend(EmailBackend):
    """Django's SMTP backend over watched sessions (``EMAIL_BACKEND``)."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSMTPS if self.use_ssl else _Watched


class Posting(EmailMessage):
    """A message whose files are encoded in one go.

    The standard generator takes a file of 135 KB apart into its 2,500 lines, twice; that costs more than all the rest
    of sending it. So the message is written with a short mark in the place of each file, and the files are put in at
    the end: the bytes are the same.
    """

    def message(self) -> Any:  # type: ignore[override]
        files, marks = self.attachments, [token_bytes(36) for _ in self.attachments]
        self.attachments = [(name, mark, kind) for (name, _, kind), mark in zip(files, marks, strict=True)]
        try:
            written = super().message()
        finally:
            self.attachments = files
        return _Parcel(written, {_base64(mark): content for (_, content, _), mark in zip(files, marks, strict=True)})


class _Parcel:
    """A message, and what belongs in the places of its marks."""

    def __init__(self, message: Any, files: dict[bytes, bytes]) -> None:
        self._message, self._files = message, files

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        written: bytes = self._message.as_bytes(unixfrom, linesep)
        for mark, content in self._files.items():
            written = written.replace(mark, _base64(content, linesep.encode()), 1)
        return written


def _base64(content: bytes, linesep: bytes = b"\n") -> bytes:
    """Lines of 76 letters, as mail wants them."""
    letters = b2a_base64(content, newline=False)
    return linesep.join([letters[place : place + 76] for place in range(0, len(letters), 76)])


class Wire:
    """One connection for many letters; opened at the first, reopened where the server hung up in between."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, letter: Letter, enclosures: Sequence[Enclosure], *, at: datetime, body: str = "") -> Outcome:
        """Give one letter to the server, with `body` where its blanks were filled in. A connection that had grown
        stale between letters is replaced once."""
        message = compose(letter, enclosures, at=at, body=body)
        outcome = self._attempt(message)
        if outcome.result is Result.UNREACHABLE and self._used:
            self._used = False
            outcome = self._attempt(message)
        return outcome

    def _attempt(self, message: EmailMessage) -> Outcome:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            self._close()
            return Outcome(Result.UNREACHABLE, f"メールサーバーに接続できません({_words(error)})。")
        session = self._backend.connection if hasattr(self._backend, "connection") else None
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPResponseException as error:
            return self._answered(error.smtp_code, error.smtp_error)
        except smtplib.SMTPRecipientsRefused as error:
            # The hardest answer among the recipients decides: one address that does not exist must be mended.
            code, text = max(error.recipients.values(), key=lambda answer: answer[0])
            return replace(self._answered(code, text, "宛先"), missed=_missed(error.recipients))
        except (smtplib.SMTPException, OSError) as error:
            in_doubt = getattr(session, "handing_over", True)
            self._close()
            if in_doubt:
                return Outcome(
                    Result.UNKNOWN,
                    f"送信の途中で接続が切れました({_words(error)})。{_ASK}",
                )
            return Outcome(Result.UNREACHABLE, f"メールサーバーとの接続が切れました({_words(error)})。")
        self._used = True
        missed = _missed(getattr(session, "refused", {}))
        words = f"受け付けられなかった宛先: {'、'.join(address for address, _ in missed)}" if missed else ""
        return Outcome(Result.SENT, words, missed)

    def _answered(self, code: int, text: bytes | str, what: str = "メール") -> Outcome:
        answer = f"応答 {_answer(code, text)}"
        if code < 0:
            self._close()
            return Outcome(Result.UNKNOWN, f"相手のサーバーの応答を読めません({answer})。{_ASK}")
        if code == 421:
            self._close()
        else:
            self._used = True
        if 500 <= code < 600:
            return Outcome(Result.REFUSED, f"相手のサーバーが{what}を受け付けませんでした({answer})。")
        return Outcome(Result.LATER, f"相手のサーバーが一時的に{what}を受け付けていません({answer})。")

    def _close(self) -> None:
        """Let go of the session without a word that could hang."""
        session = getattr(self._backend, "connection", None)
        if session is not None:
            session.close()
            self._backend.connection = None


def compose(letter: Letter, enclosures: Sequence[Enclosure], *, at: datetime, body: str = "") -> EmailMessage:
    """The message as it goes over the wire. The names of files are Japanese (RFC 2231)."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    first, *others = letter.to
    message = Posting(
        subject=letter.subject,
        body=body or letter.body,
        from_email=formataddr((letter.agency.name, sender)),
        # `formataddr` takes no 日本語.jp, and `sanitize_address` folds a long name, which no header may be.
        to=[formataddr((letter.to_name, sanitize_address(first, "utf-8"))) if letter.to_name else first, *others],
        cc=letter.cc,
        reply_to=[letter.reply_to or letter.agency.email],
        headers={
            "Message-ID": letter.message_id,
            "Date": format_datetime(jst(at)),
            "Auto-Submitted": "auto-generated",
        },
    )
    for enclosure in enclosures:
        message.attach(enclosure.filename, enclosure.content, "application/pdf")
    return message


def _missed(refused: Mapping[str, tuple[int, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((address, _answer(code, text)) for address, (code, text) in refused.items())


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:300]


def _words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "サーバー名が見つかりません"
    if isinstance(error, TimeoutError):
        return "応答がありません"
    if isinstance(error, ConnectionRefusedError):
        return "接続を拒否されました"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "認証に失敗しました。メールサーバーの利用者名とパスワードを確認してください"
    return f"{type(error).__name__}: {error}"[:200]
