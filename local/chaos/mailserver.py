"""The receiving side: a real SMTP server in a process of its own that writes down what it took.

    python -m local.chaos.mailserver PORT FOLDER

Every mail it answers for is one line in FOLDER/arrived before it answers: Message-ID, recipient, number of bytes. It
refuses three of ten recipients for now (451), and after some mails it cuts the line when it has taken them, before it
says so. What else becomes of a mail stands in the part of its address before the @: it takes mail for people who are
gone and sends it back afterwards (FOLDER/returned, for the postman), refuses others for good, and answers for those
who are away. What it sent back stands in FOLDER/sent-back: fingerprint, what it is, Message-ID, recipient.
"""

import hashlib
import random
import signal
import sys
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.chaos.returned import away, japanese_report, old_japanese, qmail, report

REFUSED = 0.30
CUT = 0.004
NOBODY_HERE = "refused"  # the one address that is not even taken
# What comes back for an address whose mail is taken: of which kind it is to our house, and its bytes.
Returns = tuple[tuple[str, Callable[[str, str], bytes]], ...]
FAILURES: dict[str, Returns] = {
    "gone": (("BOUNCE", lambda of, to: report(of, to=to)),),
    "moved": (("BOUNCE", lambda of, to: japanese_report(of, to=to)),),
    "closed": (("BOUNCE", qmail),),
    "former": (("BOUNCE", old_japanese),),
    "twice": (("BOUNCE", qmail), ("BOUNCE", lambda of, to: report(of, to=to))),
}
ECHOES: dict[str, Returns] = {
    "away": (("AUTO_REPLY", lambda of, to: away(of)),),
    "late": (("DELAY", lambda of, to: report(of, to=to, action="delayed", status="4.4.1")),),
}


class Receiver:
    def __init__(self, folder: Path, dice: random.Random) -> None:
        self._arrived = (folder / "arrived").open("a", buffering=1)
        self._sent_back = (folder / "sent-back").open("a", buffering=1)
        self._spool = folder / "returned"
        self._dice = dice

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self._dice.random() < REFUSED:
            self._note("451", address, 0)
            return "451 4.3.0 Refused on purpose; try again later"
        if address.partition("@")[0] == NOBODY_HERE:
            self._note("550", address, 0)
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        head = message_from_bytes(content[:16384], policy=default)
        message_id, address = str(head["Message-ID"]), envelope.rcpt_tos[0]
        self._note(message_id, address, len(content))
        self._send_back(message_id, address)
        if self._dice.random() < CUT and server.transport is not None:
            self._note("cut", address, 0)
            server.transport.close()
        return "250 OK"

    def _note(self, what: str, address: str, size: int) -> None:
        self._arrived.write(f"{what}\t{address}\t{size}\n")

    def _send_back(self, message_id: str, address: str) -> None:
        for kind, write in (FAILURES | ECHOES).get(address.partition("@")[0], ()):
            mail = write(message_id, address)
            name = hashlib.sha256(mail).hexdigest()
            self._sent_back.write(f"{name}\t{kind}\t{message_id}\t{address}\n")
            whole = self._spool / f"{name}.new"
            whole.write_bytes(mail)
            whole.replace(self._spool / f"{name}.eml")  # nobody carries half a mail


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    dice = random.Random(20271201)  # noqa: S311 - the same bad days every time
    controller = Controller(
        Receiver(folder, dice), hostname="127.0.0.1", port=port, data_size_limit=40 * 1024 * 1024, decode_data=False
    )
    controller.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
