"""The people of the renewals: customers who come by their link, or the office at its desk.

    python -m local.chaos.renewing FOLDER customers|desk

Looks whose day has come and lets each try, in a process of his own: one of eight is killed within his deed and comes
again, as anybody does whose screen went white; two colleagues come at the very same moment. Whoever came to an end, or
was refused, tries again on another day. FOLDER/minds says what each wants, FOLDER/renewed gets a line for each thing
that happened, FOLDER/<who>.rest the day on which nobody is left to try. What somebody has done is noted nowhere: the
record says it to whoever comes next.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django
from django.db import InterfaceError, OperationalError, connection

from local.chaos.minds import BY_LINK, LEAVING, RENEWING, Mind, Minds
from local.chaos.postman import fork

KILLED = 1 / 8
WITHIN_SECONDS = 0.5
TRIES = 5  # a day, where it does not end well; a server that is away does not count
PHONES_DAYS = 8  # so long after his day somebody whose link never came or does not open phones instead
SPENT = "CPU seconds:"
HURRIES_DAYS = 14  # so near the end everything is done in one sitting


class People:
    """Who comes when, and how often each has tried today."""

    def __init__(self, folder: Path, who: str, killed: float = KILLED) -> None:
        self.who, self.minds, self.killed = who, Minds.read(folder), killed
        self._book = folder / "renewed"
        self._rest = folder / f"{who}.rest"
        self._early, self._late = self.minds.every(Mind.EARLY), self.minds.every(Mind.LATE)
        self._done: dict[int, date] = {}
        self._tries: Counter[tuple[int, date]] = Counter()
        self._dice = random.Random()  # noqa: S311 - killed and started again: not the same each time

    def note(self, word: str) -> None:
        with self._book.open("a") as book:
            book.write(f"{self.who}: {word}\n")

    def go_round(self) -> None:
        """Everybody whose day has come, once."""
        from core.clock import today

        on = today()
        waiting = [policy for policy in sorted(set(self.whose_turn(on))) if self._done.get(policy) != on]
        connection.close()  # no child shares it
        for policy in waiting:
            together = self.minds.of(policy) is Mind.TOGETHER and self.who == "desk"
            if self._let(policy, on, 2 if together else 1):
                self._done[policy] = on
        if not waiting:
            self._rest.write_text(on.isoformat())

    def whose_turn(self, on: date) -> Iterator[int]:
        """The contracts, by their number."""
        from core.clock import jst
        from policies.models import Policy
        from renewals.models import Renewal
        from renewals.states import OPEN_STATUSES

        rows = Renewal.objects.filter(status__in=OPEN_STATUSES, term_end_at__gt=_now())
        for policy, status, noticed_at, answered_at, end in rows.values_list(
            "policy_id", "status", "noticed_at", "responded_at", "term_end_at"
        ):
            if (mind := self.minds.of(policy)) is None:
                continue
            day = timedelta(days=self.minds.day(policy))
            if mind is Mind.EARLY:
                is_due = jst(end).date() - day <= on
            else:
                is_due = noticed_at is not None and jst(noticed_at).date() + day <= on
            if not is_due:
                continue
            if mind in BY_LINK:
                phones = noticed_at and jst(noticed_at).date() + day + timedelta(days=PHONES_DAYS) <= on
                mine = status in {"NOTIFIED", "QUOTED"} if self.who == "customers" else answered_at or phones
            else:
                mine = self.who == "desk" and mind in RENEWING | LEAVING
            if mine:
                yield policy
        if self.who == "desk":
            begun = Policy.objects.filter(pk__in=self._early, renewal=None, status="IN_FORCE", renewed_by=None)
            for policy, end in begun.values_list("pk", "ends_at"):
                if jst(end).date() - timedelta(days=self.minds.day(policy)) <= on:
                    yield policy
            over = Policy.objects.filter(pk__in=self._late, status="EXPIRED", renewed_by=None)
            for policy, end in over.exclude(resuming_quotes__status="ISSUED").values_list("pk", "ends_at"):
                if jst(end).date() + timedelta(days=self.minds.day(policy)) <= on:
                    yield policy

    def _let(self, policy: int, on: date, at_once: int) -> bool:
        """Whether it came to an end for today."""
        moment = time.monotonic() + 0.05
        children = [fork(partial(self._try, policy, place, moment)) for place in range(at_once)]
        if self._dice.random() < self.killed:
            time.sleep(self._dice.uniform(0, WITHIN_SECONDS))
            for child in children:
                os.kill(child, signal.SIGKILL)  # ours until it is waited for, dead or alive
        ends = [self._wait(child) for child in children]
        for end in ends:
            if end == -signal.SIGKILL:
                self.note("killed")
        if all(end in {0, -signal.SIGKILL} for end in ends):
            return -signal.SIGKILL not in ends
        if os.EX_TEMPFAIL in ends:
            time.sleep(0.3)
            return False
        self._tries[policy, on] += 1
        if self._tries[policy, on] < TRIES:
            return False
        self.note("gave up")
        return True

    def _wait(self, child: int) -> int:
        _, status, spent = os.wait4(child, 0)
        self.note(f"{SPENT} {spent.ru_utime + spent.ru_stime:.2f}")
        return os.waitstatus_to_exitcode(status)

    def _try(self, policy: int, place: int, moment: float) -> None:
        from core.errors import Refused

        self._dice = random.Random()  # noqa: S311
        try:
            connection.ensure_connection()
            while time.monotonic() < moment:
                time.sleep(0.001)
            if deed := self._act(policy, place):
                self.note(deed)
        except Refused as refusal:
            self.note("refused: " + " ".join((refusal.message, *refusal.reasons)).replace("\n", " ")[:150])
        except (OperationalError, InterfaceError):
            sys.exit(os.EX_TEMPFAIL)

    def _act(self, number: int, place: int) -> str:
        """His deed as the record stands; in words, or nothing where there is nothing to do."""
        from core.clock import today
        from local.chaos.deskwork import Desk, begin_early
        from local.chaos.pressing import Hand
        from local.chaos.visiting import visit
        from policies.models import Policy
        from renewals.models import Renewal

        hand, mind = Hand(self._dice, self.note), self.minds.of(number)
        assert mind is not None
        policy = Policy.objects.select_related("customer__agency", "agency", "product_version__product").get(pk=number)
        known = Renewal.objects.select_related("policy", "quote__product_version__product").filter(policy=policy)
        renewal = known.first()
        if mind is Mind.EARLY and renewal is None:
            renewal = begin_early(hand, policy)
        if renewal is None:
            return ""
        if self.who == "customers":
            return visit(hand, renewal, mind)
        desk = Desk(hand, policy, place)
        hurries = renewal.ends_on - timedelta(days=HURRIES_DAYS) <= today()
        steps = 9 if number % 2 or hurries or mind is Mind.TOGETHER else 2
        if mind is Mind.LATE:
            desk.resume(steps=steps)
        elif mind in LEAVING:
            desk.close(renewal, mind)
        elif mind in BY_LINK and renewal.response_channel == "WEB":
            desk.help_by_link(renewal, steps=steps)
        else:
            desk.renew(renewal, steps=steps)
        return "sittings"


def _now() -> Any:
    from core.clock import now

    return now()


def steady(work: Callable[[], object]) -> None:
    """Once; a server that is away comes back."""
    try:
        work()
    except (OperationalError, InterfaceError):
        connection.close()


def warm_up() -> None:
    """Before the forks: what a server that runs for days has loaded long since."""
    from correspondence.rendering import render
    from local.chaos import deskwork, visiting  # noqa: F401
    from products.bank import bank
    from products.models import ProductVersion

    render("papers/quotation.html", {}, identifier="first")
    bank()
    steady(lambda: [version.book for version in ProductVersion.objects.all()])


def main() -> None:
    folder, who = Path(sys.argv[1]), sys.argv[2]
    django.setup()
    warm_up()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    people = People(folder, who)
    while True:
        steady(people.go_round)
        time.sleep(1)


if __name__ == "__main__":
    main()
