"""The receiving side: a real SMTP server in a process of its own that writes down what it took.

    python -m local.chaos.mailserver PORT FILE

Every mail it answers for is one line in the file before it answers: Message-ID, recipient, number of bytes. It refuses
three of ten recipients for now (451), and after some mails it cuts the line when it has taken them, before it says so.
"""

import random
import signal
import sys
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSED = 0.30
CUT = 0.004


class Receiver:
    def __init__(self, file: Path, dice: random.Random) -> None:
        self._file = file.open("a", buffering=1)
        self._dice = dice

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self._dice.random() < REFUSED:
            self._note("451", address, 0)
            return "451 4.3.0 Refused on purpose; try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        head = message_from_bytes(content[:16384], policy=default)
        self._note(str(head["Message-ID"]), envelope.rcpt_tos[0], len(content))
        if self._dice.random() < CUT and server.transport is not None:
            self._note("cut", envelope.rcpt_tos[0], 0)
            server.transport.close()
        return "250 OK"

    def _note(self, what: str, address: str, size: int) -> None:
        self._file.write(f"{what}\t{address}\t{size}\n")


def main() -> None:
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    dice = random.Random(20271201)  # noqa: S311 - the same bad days every time
    controller = Controller(
        Receiver(file, dice), hostname="127.0.0.1", port=port, data_size_limit=40 * 1024 * 1024, decode_data=False
    )
    controller.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
