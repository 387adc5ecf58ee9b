"""The outbox emptied into a mail server that costs nothing, against smtplib with the very same letters.

Ours: rows claimed, papers read, messages built, sent and noted, every claim on the disk before its letter leaves.
Bare: a loop over one connection that has text and paper in its memory, builds the same message by the standard way and
sends it. Both run in processes of their own, as workers do, and are timed from the first letter to the last; loading
the programs is not measured.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from itertools import count
from random import Random
from typing import Any

from django.db import connections
from django.db.models import Avg

from accounts.queries import robot
from bench.data import House
from bench.report import Line
from bench.timing import Duel, Sample, timed
from core.clock import now, today
from core.doors import perform
from core.models import Event
from correspondence.actions import NewLetter, NewPaper, bytes_of, file_papers, queue_letters
from correspondence.models import Letter, Paper, PaperContent
from correspondence.states import LetterKind, LetterStatus, PaperKind
from renewals.actions import file_notices_due, open_renewals_due

PAPER_BYTES = 135 * 1024
SLOWEST = 1 / 0.7  # of the bare loop's time
TWO_WORKERS = 1.7
_serial = count()


def measure(house: House, *, letters: int, repetitions: int) -> tuple[list[Line], dict[str, Any]]:
    """With a paper in every letter, and without any; one worker, then two."""
    with sink() as port, ExitStack() as stack:
        ours = [stack.enter_context(worker(port)) for _ in range(2)]
        bare = stack.enter_context(worker(port))
        whole = race(house, ours, bare, letters=letters, paper=True, repetitions=repetitions)
        small = race(house, ours, bare, letters=letters, paper=False, repetitions=max(1, repetitions // 2))
    lines = [
        Line(
            "sending", f"{letters} letters, each with a paper of {PAPER_BYTES // 1024} KB", whole.one.ratio, SLOWEST,
            f"{letters / whole.one.ours.median:.0f} letters/s", f"{letters / whole.one.bare.median:.0f} letters/s",
            f"{1 / whole.one.ratio:.2f} of the bare loop's speed (goal 0.7); two workers {whole.gain:.2f} times one"
            f" (goal {TWO_WORKERS})",
        ),
        Line(
            "sending", f"{letters} letters without enclosure", small.one.ratio, None,
            f"{letters / small.one.ours.median:.0f} letters/s", f"{letters / small.one.bare.median:.0f} letters/s",
            f"two workers {small.gain:.2f} times one",
        ),
    ]  # fmt: skip
    return lines, {"sending": {"with paper": whole.as_json(), "without": small.as_json()}}


def papers_a_minute(house: House, *, papers: int) -> tuple[list[Line], dict[str, Any]]:
    """The notices of a morning's round, from the frozen page to stored bytes, one after the other as a worker does."""
    facts: dict[str, Any] = {"on": house.scale.on, "by": robot(), "at": now()}
    perform(open_renewals_due, **facts)
    perform(file_notices_due, **facts)
    waiting = list(Paper.objects.filter(kind=PaperKind.RENEWAL_NOTICE, content=None).order_by("pk")[: papers + 1])
    bytes_of(waiting.pop(), at=now())  # the first looks up the fonts
    sample = Sample()
    for paper in waiting:
        timed(partial(bytes_of, paper, at=now()), sample)
    pages = Paper.objects.filter(pk__in=[paper.pk for paper in waiting]).aggregate(Avg("content__pages"))
    forget()
    line = Line(
        "sending", "renewal papers typeset by one worker", None, None, f"{60 / sample.median:.0f} papers/minute", "",
        f"{sample.median:.2f} s each, {pages['content__pages__avg']:.1f} pages",
    )  # fmt: skip
    return [line], {"renewal papers": sample.as_json()}


class Race:
    """One worker against the loop, and two workers against one."""

    def __init__(self) -> None:
        self.one, self.two = Duel(Sample(), Sample()), Sample()

    @property
    def gain(self) -> float:
        """How many times the letters of one worker two of them send."""
        return self.one.ours.median / self.two.median

    def as_json(self) -> dict[str, Any]:
        return {"one": self.one.as_json(), "two": {"seconds": self.two.seconds}, "gain": round(self.gain, 3)}


def race(
    house: House, ours: list["Worker"], bare: "Worker", *, letters: int, paper: bool, repetitions: int
) -> Race:  # fmt: skip
    """All three in turns, the first of them changing. The first round warms up and is forgotten."""
    found = Race()

    def alone() -> None:
        turn_of(found.one.ours, ours[:1])

    def together() -> None:
        turn_of(found.two, ours)

    def by_hand() -> None:
        turn_of(found.one.bare, [bare], "bare")

    def turn_of(sample: Sample, workers: list[Worker], verb: str = "drain") -> None:
        queue(house, letters, paper=paper)
        ends = [one.start(verb) for one in workers]
        spans = [end() for end in ends]
        sample.seconds.append(max(last for _, last, _ in spans) - min(first for first, _, _ in spans))
        sample.own_seconds.append(sum(own for _, _, own in spans))
        if verb == "drain":
            left = Letter.objects.exclude(status=LetterStatus.SENT).count()
            assert left == 0, f"{left} letters were not sent"
        forget()

    turns: list[Callable[[], None]] = [alone, by_hand, together]
    for _ in range(repetitions + 1):
        for turn in turns:
            turn()
        turns = [*turns[1:], turns[0]]
    for sample in (found.one.ours, found.one.bare, found.two):
        del sample.seconds[0], sample.own_seconds[0]
    return found


def queue(house: House, letters: int, *, paper: bool) -> None:
    """Fresh letters, each with a paper of its own that was typeset before."""
    at, number = now(), next(_serial)
    papers = filed(house, letters, number) if paper else []
    body = "いつもお世話になっております。更改のご案内をお送りします。\n" * 20
    new = [
        NewLetter(
            key=f"bench:{number}:{place}", kind=LetterKind.OTHER, to=[f"c{place}@customer.example"],
            to_name="株式会社青空商事 髙橋 一郎", subject="更改のご案内", body=body, papers=papers[place : place + 1],
            about=[papers[place]] if papers else [house.agency],
        )
        for place in range(letters)
    ]  # fmt: skip
    perform(queue_letters, letters=new, agency=house.agency, by=house.user, at=at)


def filed(house: House, letters: int, number: int) -> list[Paper]:
    dice = Random(number)  # noqa: S311 - no secret
    contents = [dice.randbytes(PAPER_BYTES) for _ in range(letters)]
    new = [
        NewPaper(
            key=f"bench:{number}:{place}", kind=PaperKind.RENEWAL_NOTICE, template="papers/renewal_notice.html",
            page={}, subject=f"C-2026-{place:06d}", dated_on=today(), counterparty="株式会社青空商事", amount_yen=None,
        )
        for place in range(letters)
    ]  # fmt: skip
    papers: list[Paper] = perform(file_papers, papers=new, agency=house.agency, by=house.user, at=now())
    made = [PaperContent(sha256=sha256(pdf).hexdigest(), pdf=pdf, size=len(pdf), pages=2) for pdf in contents]
    PaperContent.objects.bulk_create(made)
    for paper, content in zip(papers, made, strict=True):
        Paper.objects.filter(pk=paper.pk).update(content=content, form_version="bench", rendered_at=now())
    return papers


def forget() -> None:
    """The letters and papers of one turn. TRUNCATE asks no row's guard; only this folder's database is meant."""
    tables = ", ".join(
        f'"{model._meta.db_table}"' for model in (Letter, Paper, PaperContent, Event)
    )  # fmt: skip
    with connections["default"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


@contextmanager
def sink() -> Iterator[int]:
    """The server's port."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        assert process.stdout
        yield int(process.stdout.readline())
        assert process.stdin
        process.stdin.close()


class Worker:
    """A process that has loaded the house and does one thing at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def start(self, verb: str) -> Callable[[], tuple[float, float, float]]:
        """Let it go; what is returned waits for the answer: when it began and ended, and its own seconds."""
        assert self.process.stdin
        print(verb, file=self.process.stdin, flush=True)
        return self._end

    def _end(self) -> tuple[float, float, float]:
        assert self.process.stdout
        first, last, own = map(float, self.process.stdout.readline().split())
        return first, last, own


@contextmanager
def worker(port: int) -> Iterator[Worker]:
    where = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "DATABASE_URL": address()}
    with subprocess.Popen(
        [sys.executable, "-m", "bench.postman"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, **where},
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Worker(process)
        assert process.stdin
        process.stdin.close()


def address() -> str:
    """The database we stand on, which under test is not the one of the environment."""
    facts = connections["default"].settings_dict
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"
