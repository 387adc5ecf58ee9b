"""The mail catcher: a real SMTP server that keeps every mail in a folder, and a small page to read them.

    python -m local.mailcatcher --smtp-port 2525 --web-port 8025 --dir var/mail

For trials of a bad day, `--refuse-every N` refuses every Nth recipient for now (451) and `--cut-every N` keeps
every Nth mail but cuts the connection before saying so: the sender cannot know whether it arrived.
"""

import argparse
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.template import Context, Engine

from local.mailstore import MailStore
from local.plan import HOST
from local.ports import free_port

PAGES = Path(__file__).parent / "mailpages"
MAILS_A_PAGE = 50
LARGEST_MAIL_BYTES = 40 * 1024 * 1024


class Receiver:
    """What happens to each recipient and each mail."""

    def __init__(self, store: MailStore, refuse_every: int = 0, cut_every: int = 0) -> None:
        self.store = store
        self.refuse_every = refuse_every
        self.cut_every = cut_every
        self._recipients, self._mails = count(1), count(1)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_every and next(self._recipients) % self.refuse_every == 0:
            return "451 4.3.0 Refused on purpose; try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        self.store.keep(content if isinstance(content, bytes) else (content or "").encode())
        if self.cut_every and next(self._mails) % self.cut_every == 0 and server.transport is not None:
            server.transport.close()
        return "250 OK"


class ReadingRoom(ThreadingHTTPServer):
    """The pages. Templates escape by themselves; the policy forbids scripts, pictures and foreign addresses."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, store: MailStore) -> None:
        self.store = store
        self.templates = Engine(dirs=[str(PAGES)], autoescape=True)
        super().__init__((HOST, port), Reader)


class Reader(BaseHTTPRequestHandler):
    server: ReadingRoom
    server_version = "Tate"
    sys_version = ""

    def do_GET(self) -> None:  # noqa: N802  the library's name
        # A foreign page must not reach us through a name of its own that points to this machine.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {"localhost", HOST}:
            self._page("missing.html", status=404)
            return
        address = urlsplit(self.path)
        match address.path.strip("/").split("/"):
            case [""]:
                self._list(parse_qs(address.query).get("page", ["1"])[0])
            case ["style.css"]:
                self._answer((PAGES / "style.css").read_bytes(), "text/css; charset=utf-8")
            case ["mails", name]:
                self._mail(name)
            case ["mails", name, "source"]:
                self._source(name)
            case ["mails", name, "attachments", number]:
                self._attachment(name, number)
            case _:
                self._page("missing.html", status=404)

    def _list(self, page: str) -> None:
        store = self.server.store
        names = store.names()
        pages = max(1, -(-len(names) // MAILS_A_PAGE))
        number = min(int(page), pages) if page.isascii() and page.isdigit() and int(page) else 1
        shown = names[(number - 1) * MAILS_A_PAGE : number * MAILS_A_PAGE]
        self._page(
            "list.html",
            mails=[mail for name in shown if (mail := store.read(name))],
            total=f"{len(names):,}",
            page=str(number),
            pages=str(pages),
            newer=str(number - 1) if number > 1 else "",
            older=str(number + 1) if number < pages else "",
        )

    def _mail(self, name: str) -> None:
        mail = self.server.store.read(name)
        if mail is None:
            self._page("missing.html", status=404)
        else:
            attachments = [(str(number), one) for number, one in enumerate(mail.attachments)]
            self._page("mail.html", mail=mail, attachments=attachments)

    def _source(self, name: str) -> None:
        content = self.server.store.source(name)
        if content is None:
            self._page("missing.html", status=404)
        else:
            self._answer(content, "text/plain; charset=utf-8")

    def _attachment(self, name: str, number: str) -> None:
        mail = self.server.store.read(name)
        if mail is None or not (number.isascii() and number.isdigit() and int(number) < len(mail.attachments)):
            self._page("missing.html", status=404)
            return
        attachment = mail.attachments[int(number)]
        kind = "application/pdf" if attachment.kind == "application/pdf" else "application/octet-stream"
        self._answer(attachment.content, kind, f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}")

    def _page(self, template: str, status: int = 200, **facts: object) -> None:
        page = self.server.templates.get_template(template).render(Context(facts, use_l10n=False, use_tz=False))
        self._answer(page.encode(errors="replace"), "text/html; charset=utf-8", status=status)

    def _answer(self, content: bytes, kind: str, disposition: str = "", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody needs a line for each page."""


class MailCatcher:
    """Both servers together, each in its own thread; port 0 takes a free one."""

    def __init__(
        self, folder: Path, smtp_port: int = 0, web_port: int = 0, *, refuse_every: int = 0, cut_every: int = 0
    ) -> None:
        self.store = MailStore(folder)
        self.smtp_port = smtp_port or free_port()
        receiver = Receiver(self.store, refuse_every, cut_every)
        self._smtp = Controller(
            receiver, HOST, self.smtp_port, data_size_limit=LARGEST_MAIL_BYTES, enable_SMTPUTF8=True, ident="Tate"
        )
        self._web = ReadingRoom(web_port, self.store)
        self._thread = threading.Thread(target=self._web.serve_forever, daemon=True)

    def start(self) -> Self:
        self._smtp.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._smtp.stop()
        self._web.shutdown()
        self._thread.join()
        self._web.server_close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._web.server_port}/"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.mailcatcher")
    parser.add_argument("--dir", type=Path, required=True, help="where the .eml files are kept")
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--web-port", type=int, default=8025)
    parser.add_argument("--refuse-every", type=int, default=0, metavar="N")
    parser.add_argument("--cut-every", type=int, default=0, metavar="N")
    chosen = parser.parse_args()
    catcher = MailCatcher(
        chosen.dir, chosen.smtp_port, chosen.web_port,
        refuse_every=chosen.refuse_every, cut_every=chosen.cut_every,
    )  # fmt: skip
    with catcher:
        print(f"Mail for 127.0.0.1:{catcher.smtp_port} can be read at {catcher.url}", flush=True)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        signal.pause()


if __name__ == "__main__":
    main()
