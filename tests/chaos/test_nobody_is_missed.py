"""The short form of `make chaos`: rounds and workers killed at random, two of each at once, a week switched off."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from datetime import date, datetime, timedelta
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from typing import Self

import psutil
import pytest
from django.conf import settings

from core.clock import JST, travel
from core.doors import perform
from correspondence.models import Bounce, IncomingMail, Letter
from local.chaos.mailserver import ECHOES, FAILURES, NOBODY_HERE
from local.chaos.minds import Mind, Minds
from local.chaos.succession import Ground, found_broken
from policies.changing import Change
from policies.models import Policy
from products.actions import publish_book
from products.shelf import shipped_books
from renewals.actions import record_notice_posted
from renewals.inspection import find
from renewals.models import Renewal, Round
from renewals.verdicts import Verdict, Where
from tests.correspondence.mailserver import Mailbox, running
from tests.making import make_customer, make_robot
from tests.policies.making import cancel, endorse, make_policy_ending, many_policies
from tests.quotes.making import SIMPLE, make_quote

COMMON = date(2027, 12, 1)
# The common expiry, the year's end, a month's end, 29 February; by mail and by post alike.
DAYS = {COMMON: 22, date(2027, 12, 31): 6, date(2028, 1, 31): 6, date(2028, 2, 29): 6}
OFF_UNTIL = date(2027, 11, 8)  # for seven days: the notice day of the year's end lies within
LAST = date(2028, 1, 6)
# Everybody comes again after he was killed; the customers and the office take turns. One comes when it is too late.
WHO_RENEWS = {
    OFF_UNTIL: (("customers", 1), ("customers", 0), ("desk", 1), ("desk", 0), ("customers", 0), ("desk", 0)),
    date(2027, 12, 3): (("desk", 1), ("desk", 0)),
}
DEARER = Change(limits={"liability": 100_000_000})


def moment(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=JST)


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_rounds_and_workers_killed_at_random_miss_nobody_and_tell_nobody_twice(
    child_environment, tmp_path, tmp_path_factory
):
    first = make_policy_ending(COMMON, premium_yen=65_960)
    by_post = make_policy_ending(COMMON, make_customer(email=None, by=first.in_charge))
    make_robot(first.agency)
    serial, odd = 1, {}
    for name in (NOBODY_HERE, "former", "twice", "away"):
        like = copy(first)
        like.customer_id = make_customer(email=f"{name}@odd.example", by=first.in_charge).pk
        [odd[name]] = many_policies(1, like, ends_on=COMMON, first_serial=900 + len(odd))
    for ends_on, count in DAYS.items():
        for like, number in ((first, count), (by_post, count * 2)):
            many_policies(number, like, ends_on=ends_on, first_serial=serial)
            serial += number
    minds = people_who_renew(first)
    people = tmp_path_factory.mktemp("people")
    Minds(minds).write(people)
    mailbox, dice = Mailbox(), random.Random(20271201)
    mailbox.delay = 0.01
    mailbox.rcpt[f"{NOBODY_HERE}@odd.example"] = "550 5.1.1 User unknown"
    work = {"nightly": Round.objects.count, "expiry": Round.objects.count, "drain": lambda: len(mailbox.messages)}
    with running(mailbox) as port, Herd({**child_environment, "EMAIL_PORT": str(port)}, dice, work) as herd:
        days = [COMMON - timedelta(days=61), OFF_UNTIL, date(2027, 12, 3), date(2028, 1, 4)]
        for on in days:
            storms = {days[0]: 2, days[1]: 1}.get(on, 0)
            for hour in range(6, 6 + storms):
                herd.run("nightly", moment(on, hour), kill_within=0.5)
            herd.run("nightly", moment(on, 9, 10), at_once=2 if storms else 1)
            if on == days[0]:  # while all the notices wait
                ended, changed = Policy.objects.filter(number__startswith="C-2020-00000").order_by("number")[:2]
                cancel(ended, on, at=moment(on, 9, 30))
            for who, killed in WHO_RENEWS.get(on, ()):  # while the reminders wait
                herd.run("renew", moment(on, 9, 55), str(people), who, str(killed), at_once=1)
            for hour in range(10, 10 + storms * 2):
                herd.run("drain", moment(on, hour), kill_within=0.7)
            herd.run("drain", moment(on, 14))
            herd.run("expiry", moment(on, 16, 1), at_once=2 if storms else 1, kill_within=0.3 if storms else 0)
            herd.run("drain", moment(on, 18), at_once=1)
            for file in sent_back(mailbox, tmp_path):
                # Killed within its work, by two at once, and brought again by a mail server that heard nothing.
                herd.run("receive", moment(on, 18, 10), str(file), kill_within=0.1 if storms else 0)
                herd.run("receive", moment(on, 18, 20), str(file), at_once=1)
            if on == days[1]:
                endorse(changed, DEARER, on=on, at=moment(on, 18, 25), premium_yen=90_000)
                herd.run("drain", moment(on, 18, 27), at_once=1)  # or the correction would wait beyond the expiry
            with travel(moment(on, 18, 30)):
                for paper in Renewal.objects.filter(way="POST", notified_at=None, status="OPEN"):
                    perform(
                        record_notice_posted, renewal=paper, seen_version=paper.version, by=first.in_charge,
                        at=moment(on, 18, 30),
                    )  # fmt: skip
    assert herd.killed["nightly"], "every round had finished before it could be killed"
    assert herd.killed["drain"], "every worker had finished before it could be killed"
    assert Round.objects.filter(finished_at=None).exists()
    assert max(run.days_caught_up for run in Round.objects.filter(on=OFF_UNTIL)) >= 7

    # Whoever renewed did so once and is not asked again; the stages say what happened.
    fates = dict(Renewal.objects.filter(policy__in=minds).values_list("policy_id", "status"))
    assert {mind: fates[policy] for policy, (mind, _) in minds.items()} == {
        Mind.LINK: "RENEWED", Mind.WISHES: "RENEWED", Mind.TOGETHER: "RENEWED", Mind.ELSEWHERE: "LOST",
        Mind.LATE: "UNINSURED",
    }  # fmt: skip
    assert Policy.objects.filter(quote__resumes__in=minds).count() == 1
    assert not {
        name: n for name, n in found_broken(Ground(), since=moment(days[0], 0), at=moment(LAST, 9)).items() if n
    }

    rows = find(on=LAST, first=COMMON, last=max(DAYS))
    assert len(rows) == 3 * sum(DAYS.values()) + 2 + len(odd) + len(minds)
    places = Counter(row.where for row in rows)
    assert {row.where for row in rows if row.verdict == Verdict.NONE} <= {Where.UNKNOWN}, places
    assert places[Where.POSTED] == 2 * sum(DAYS.values()) + 1
    assert not [row for row in rows if row.doubled]
    found = {row.number: row.where for row in rows}
    # What came back or was refused at the door is somebody's task; who is only away has his notice.
    assert {found[odd[name].number] for name in (NOBODY_HERE, "former", "twice")} <= {Where.TASK, Where.UNKNOWN}
    assert found[odd["away"].number] in {Where.MAILED, Where.UNKNOWN}
    failed = {
        (str(mail["Message-ID"]), address) for mail, address in with_address(mailbox) if name_of(address) in FAILURES
    }
    assert set(Bounce.objects.exclude(mail=None).values_list("letter__message_id", "address")) == failed
    # A code or a link that was used before its mail left is not sent.
    at_the_door = Letter.objects.filter(status="FAILED").exclude(kind__in=["ACCESS_CODE", "INVITATION"])
    assert {letter for [letter] in Bounce.objects.filter(mail=None).values_list("letter")} == {
        letter.pk for letter in at_the_door
    }
    assert failed
    assert IncomingMail.objects.count() == len(list(tmp_path.iterdir()))
    # A contract that ended is not asked to renew, and one that changed is told so beside its notice.
    assert found[ended.number] == Where.CANCELLED
    assert found[changed.number] == Where.MAILED
    assert Letter.objects.get(key__endswith=":corrected:endorsement-1").status in {"SENT", "UNKNOWN"}
    # The receiving side's own count: nothing twice, what we call sent is there, what is in doubt was not sent again.
    arrived = Counter(mailbox.ids)
    assert set(arrived.values()) == {1}
    letters = dict(Letter.objects.values_list("message_id", "status"))
    assert set(arrived) <= set(letters)
    assert {one for one, status in letters.items() if status == "SENT"} <= set(arrived)
    assert set(letters.values()) <= {"SENT", "UNKNOWN", "CANCELLED", "FAILED"}
    taken_back = {letter.about[1] for letter in Letter.objects.filter(status="CANCELLED")}
    assert f"policies.policy:{ended.pk}" in taken_back
    assert taken_back <= {f"policies.policy:{policy}" for policy in (ended.pk, *minds)}
    assert len(taken_back) > 1
    assert {name_of(letter.to[0]) for letter in at_the_door} <= {NOBODY_HERE}


def lives(number: int) -> bool:
    """Who has ended stays on the list until the nursery has asked how."""
    return psutil.Process(number).status() != psutil.STATUS_ZOMBIE


def people_who_renew(first: Policy) -> dict[int, tuple[Mind, int]]:
    """One of each of the main kinds, with last year's form, and the days after which they speak."""
    text = next(text for path, text in shipped_books() if (path.parent.name, path.stem) == (SIMPLE, "2027-01-01"))
    perform(publish_book, text=text, starts_on=date(2027, 1, 1), by=make_robot(first.agency), at=first.issued_at)
    begins = COMMON.replace(year=2026)
    kinds = Mind.LINK, Mind.WISHES, Mind.TOGETHER, Mind.ELSEWHERE, Mind.LATE
    made = [
        make_quote("ISSUED", by=first.in_charge, inception_on=begins, at=moment(begins - timedelta(days=20), 10)).policy
        for _ in kinds
    ]
    return {policy.pk: (kind, 1) for policy, kind in zip(made, kinds, strict=True)}


def sent_back(mailbox: Mailbox, folder: Path) -> list[Path]:
    """The mails that come back for what arrived and was not answered yet."""
    new = []
    for message, address in with_address(mailbox):
        for number, (_, write) in enumerate((FAILURES | ECHOES).get(name_of(address), ())):
            file = folder / f"{str(message['Message-ID'])[1:41]}-{number}"
            if not file.exists():
                file.write_bytes(write(str(message["Message-ID"]), address))
                new.append(file)
    return new


def with_address(mailbox: Mailbox) -> list[tuple[Message, str]]:
    return [(message, parseaddr(str(message["To"]))[1]) for message in mailbox.messages]


def name_of(address: str) -> str:
    return address.partition("@")[0]


class Herd:
    """Our end of ``nursery.py``: starts some at once, kills them without warning, waits for their end.

    `work` counts what a task leaves as it works: a busy machine needs its time before there is anything to disturb.
    """

    def __init__(self, environment: dict[str, str], dice: random.Random, work: dict[str, Callable[[], int]]) -> None:
        self.dice = dice
        self.work = work
        self.killed: Counter[str] = Counter()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.chaos.nursery"], cwd=settings.BASE_DIR,
            env={**environment, "DJANGO_SETTINGS_MODULE": "tests.chaos.child_settings", "EMAIL_HOST": "127.0.0.1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._process:  # closes its ears; it ends at the end of the lines
            pass

    def run(self, task: str, at: datetime, *facts: str, at_once: int = 2, kill_within: float = 0) -> None:
        """Two at once, killed within so many seconds of work if asked; whoever is left alone must end well."""
        done = self.work.get(task, lambda: 0)
        before = done()
        workers = [self._ask(" ".join(("start", task, at.isoformat(), *facts))) for _ in range(at_once)]
        while kill_within and task in self.work and done() == before and any(map(lives, workers)):
            time.sleep(0.01)
        for worker in workers if kill_within else []:
            time.sleep(self.dice.uniform(0, kill_within))
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        ends = [self._ask(f"wait {worker}") for worker in workers]
        assert set(ends) <= ({0, -signal.SIGKILL} if kill_within else {0}), ends
        self.killed[task] += ends.count(-signal.SIGKILL)

    def _ask(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())
