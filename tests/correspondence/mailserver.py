"""A real SMTP server on this machine that can be told to misbehave."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What arrived, and the answers to give: ``rcpt`` and ``data`` map an address to an SMTP answer.

    An answer of ``cut`` keeps the message and hangs up; ``cut-before`` hangs up without keeping it.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.rcpt: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.delay = 0.0
        self.sessions = 0

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    async def handle_EHLO(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self.rcpt.get(address, "")
        if answer == "cut":
            server.transport.abort()
            return "421 bye"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay / 2)
        answer = self.data.get(envelope.rcpt_tos[0], "")
        if answer in {"", "cut"}:
            assert isinstance(envelope.content, bytes)
            self.messages.append(message_from_bytes(envelope.content, policy=default))
        if answer.startswith("cut"):
            server.transport.abort()
            return "421 bye"
        await asyncio.sleep(self.delay / 2)
        return answer or "250 OK"


@contextmanager
def running(mailbox: Mailbox) -> Iterator[int]:
    """The server's port, for as long as the block lasts."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Any, seconds: float) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False
