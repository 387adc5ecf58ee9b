"""A mailbox that speaks as much IMAP as is needed to be emptied."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """Mails by number, and which of them were read."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, start=1))
        self.seen: set[int] = set()
        self.password = "p@ss word"


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self._say(b"* OK IMAP4rev1")
        while line := self.rfile.readline().strip():
            tag, _, command = line.partition(b" ")
            self._say(tag + b" " + self._answer(command))
            if command.upper() == b"LOGOUT":
                return

    def _answer(self, command: bytes) -> bytes:
        box, words = self.server.mailbox, command.decode()
        match words.split(" ")[0].upper():
            case "CAPABILITY":
                self._say(b"* CAPABILITY IMAP4rev1")
            case "LOGIN":
                return b"OK in" if words.endswith(f'"{box.password}"') else b"NO wrong password"
            case "SELECT":
                self._say(f"* {len(box.mails)} EXISTS".encode())
            case "UID" if "SEARCH" in words:
                self._say(f"* SEARCH {' '.join(str(n) for n in box.mails if n not in box.seen)}".encode())
            case "UID" if found := re.match(r"UID FETCH (\d+)", words):
                mail = box.mails[int(found[1])]
                self._say(f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(mail)}}}".encode() + b"\r\n" + mail + b")")
            case "UID" if found := re.match(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", words):
                box.seen.add(int(found[1]))
            case "LOGOUT":
                self._say(b"* BYE")
            case _:
                return b"BAD what"
        return b"OK done"

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    mailbox: Mailbox


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[int]:
    """The server's port, for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.mailbox = mailbox
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
