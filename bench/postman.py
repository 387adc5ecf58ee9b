"""The processes that `bench.sending` times: they load the house once, then empty the outbox or do it by hand.

Speaks lines: `drain` or `bare` answers when it began, when its last letter was done,
and how many seconds of the processor it took itself.
"""

import smtplib
import socket
import sys
import time
from collections.abc import Callable
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402

from core.clock import now  # noqa: E402
from correspondence.models import Letter  # noqa: E402
from correspondence.tasks import drain  # noqa: E402

Row = tuple[Letter, list[tuple[str, bytes]]]


def serve() -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        print(*(bare() if line.strip() == "bare" else clocked(drain)), flush=True)


def clocked(work: Callable[[], object]) -> tuple[float, float, float]:
    own, started = time.process_time(), time.perf_counter()
    work()
    return started, time.perf_counter(), time.process_time() - own


def bare() -> tuple[float, float, float]:
    """What the loop sends is in its memory before the clock starts."""
    letters = Letter.objects.select_related("agency").prefetch_related("attachments__paper__content").order_by("pk")
    rows: list[Row] = []
    for letter in letters:
        papers = [one.paper for one in letter.attachments.all()]
        rows.append((letter, [(paper.filename, bytes(paper.content.pdf)) for paper in papers if paper.content]))
    return clocked(lambda: send_by_hand(rows))


def send_by_hand(rows: list[Row]) -> None:
    """The messages of the outbox, written by the standard generator."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        assert server.sock
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as ours does: at its best
        for letter, papers in rows:
            message = EmailMessage(
                letter.subject, letter.body, formataddr((letter.agency.name, sender)),
                [formataddr((letter.to_name, letter.to[0]))], reply_to=[letter.reply_to or letter.agency.email],
                headers={
                    "Message-ID": letter.message_id, "Date": format_datetime(now()),
                    "Auto-Submitted": "auto-generated",
                },
            )  # fmt: skip
            for filename, pdf in papers:
                message.attach(filename, pdf, "application/pdf")
            written: Any = message.message()
            server.sendmail(sender, letter.to, written.as_bytes(linesep="\r\n"))


if __name__ == "__main__":
    serve()
