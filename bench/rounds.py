"""The nightly round's opening and notices against a script of hand-written SQL that writes the same rows.

Compared are the notices of renewals without terms: 通常, no offer, no quote, no customer's link. Terms are rated by a
step of their own between the two (`prepare_terms_due`). One SQL script cannot rate or lay out a questionnaire, so that
step and the offer paper it leads to are measured in the whole morning only, against nothing: there every contract has
last year's signed form (`bench/signed.py`), and the step is called until nothing is left, as the round calls it.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction

from accounts.queries import robot
from bench.data import House
from bench.report import Line
from bench.signed import sign_forms
from bench.timing import Duel, counting, duel
from core.clock import now
from core.doors import perform
from core.models import Event
from core.periods import at_four
from correspondence.models import Letter, LetterAttachment, Paper
from policies.models import Policy
from renewals.actions import file_notices_due, open_renewals_due
from renewals.calendar import calendar_on
from renewals.days import BANK_DAYS, notice_horizon
from renewals.models import Renewal, RenewalTerms
from renewals.round import IN_PORTIONS, STEPS
from renewals.states import RoundKind, Track

R = TypeVar("R")

GOAL = 3.0
SCRIPT = Path(__file__).parent / "bare" / "round.sql"


def measure(house: House, *, repetitions: int) -> Duel:
    """Both on the same portfolio, each rolled back: every repetition finds the morning as it was.

    Without a commit the disk is left out, which both would wait for alike.
    """
    return duel(
        lambda: undone(partial(by_actions, house)), lambda: undone(partial(by_hand, house)), repetitions=repetitions
    )


def undone(work: Callable[[], R]) -> R:
    with transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


def by_actions(house: House) -> None:
    """As the round itself does it."""
    facts: dict[str, Any] = {"on": house.scale.on, "by": robot(), "at": now()}
    perform(open_renewals_due, **facts)
    perform(file_notices_due, **facts)


def by_hand(house: House) -> None:
    """The script, statement by statement."""
    on = house.scale.on
    calendar = calendar_on(on)
    facts: dict[str, Any] = {
        "on": on,
        "by": robot().pk,
        "at": now(),
        "opens": at_four(on + timedelta(days=calendar.opens)),
        "horizon": at_four(notice_horizon(on, calendar, BANK_DAYS)),
        "domain": settings.LETTER_DOMAIN,
    }
    with connection.cursor() as cursor:
        for statement in SCRIPT.read_text().split(";\n"):
            if statement.strip():
                cursor.execute(statement, facts)


def written() -> dict[str, list[tuple[Any, ...]]]:
    """Everything the round has written, without numbers and moments: to see that both ways write the same."""
    renewals = dict(Renewal.objects.values_list("pk", "policy__number"))

    def named(text: str) -> str:
        number = text.split(":")[1]
        return text.replace(f":{number}", f":{renewals[int(number)]}", 1)

    def about(keys: list[str]) -> list[str]:
        return [named(key) if key.startswith("renewals.") else key for key in keys]

    papers = Paper.objects.filter(key__startswith="renewal:")
    letters = Letter.objects.filter(key__startswith="renewal:")
    enclosed = LetterAttachment.objects.select_related("letter", "paper").filter(letter__key__startswith="renewal:")
    history = Event.objects.filter(verb__startswith="renewals.")
    return {
        "renewals": sorted(
            Renewal.objects.values_list("policy__number", "status", "way", "next_on", "next_step", "version")
        ),
        "papers": sorted(
            (named(one.key), one.page, about(one.about), one.amount_yen, one.counterparty) for one in papers
        ),
        "letters": sorted(
            (named(one.key), one.subject, one.body, one.wording, one.to, one.to_name, one.reply_to, about(one.about))
            for one in letters
        ),
        "attachments": sorted((named(one.letter.key), named(one.paper.key), one.position) for one in enclosed),
        "history": sorted((one.verb, one.summary, about(one.about)) for one in history),
    }


@dataclass(frozen=True, slots=True)
class Morning:
    """One whole morning's round on a portfolio: seconds of its steps, its statements, and how many stored policies and
    renewals it read by looking through a whole table."""

    policies: int
    due: int
    steps: dict[str, float]
    statements: dict[str, int]
    scanned: int
    terms: int  # renewals that got terms, and how many of them may go the 簡易 way
    simple: int

    @property
    def seconds(self) -> float:
        return sum(self.steps.values())


def morning(policies: int, house: House) -> Morning:
    """Every step as `run_round` takes them, in one transaction that is rolled back. A first portion warms up."""
    return undone(partial(_morning, policies, house))


def _morning(policies: int, house: House) -> Morning:
    sign_forms(house)
    with transaction.atomic():
        _steps(house, portions=1)
        transaction.set_rollback(True)
    before = scanned()
    steps, statements = _steps(house)
    made = Counter(RenewalTerms.objects.values_list("track", flat=True))
    read = scanned() - before
    return Morning(policies, house.scale.due, steps, statements, read, made.total(), made[Track.SIMPLE])


def _steps(house: House, portions: int | None = None) -> tuple[dict[str, float], dict[str, int]]:
    seconds: dict[str, float] = {}
    statements: dict[str, int] = {}
    for name, verb, wants_day in STEPS[RoundKind.NIGHTLY]:
        facts: dict[str, Any] = {"by": robot(), "at": now()} | ({"on": house.scale.on} if wants_day else {})
        began = time.perf_counter()
        with counting() as seen:
            turn = 1
            while perform(verb, **facts) and name in IN_PORTIONS and turn != portions:
                turn += 1
        seconds[name], statements[name] = time.perf_counter() - began, len(seen.sql)
    return seconds, statements


def scanned() -> int:
    """Rows of policies and renewals that any statement so far has read without an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN (%s, %s)",
            [Policy._meta.db_table, Renewal._meta.db_table],
        )
        return int(cursor.fetchone()[0])


def lines(
    few: Duel, many: Duel, mornings: Sequence[Morning], *, policies: tuple[int, int], due: int
) -> tuple[list[Line], dict[str, Any]]:
    """The ratio, and what happens when the portfolio grows around the same policies due."""
    small, large = policies
    growth = many.ours.median / few.ours.median
    found = [
        Line(
            "round", f"opening and notices, {due:,} due of {small:,} policies", few.ratio, GOAL,
            f"{few.ours.median:.2f} s, {few.ours.statements} statements", f"{few.bare.median:.2f} s",
        ),
        Line(
            "round", f"the same {due:,} due of {large:,} policies", many.ratio, GOAL,
            f"{many.ours.median:.2f} s, {many.ours.statements} statements", f"{many.bare.median:.2f} s",
            f"statements {few.ours.statements} → {many.ours.statements}, time × {growth:.2f}",
        ),
    ]  # fmt: skip
    first = mornings[0]
    found += [
        Line(
            "round", f"the whole morning, {one.due:,} due of {one.policies:,} policies", one.seconds / first.seconds,
            None, f"{one.seconds:.1f} s, {sum(one.statements.values()):,} statements", "",
            f"against the first; {one.scanned:,} rows of policies and renewals read without an index",
        )
        for one in mornings
    ]  # fmt: skip
    found += [
        Line(
            "round", f"of it the terms of {one.terms:,} renewals, {one.simple:,} of them 簡易", None, None,
            f"{one.steps['terms']:.1f} s, {one.steps['terms'] / max(one.terms, 1) * 1000:.0f} ms each", "",
            f"{one.statements['terms'] / max(one.terms, 1):.1f} statements each; goal: minutes",
        )
        for one in mornings
    ]  # fmt: skip
    raw = {"few": few.as_json(), "many": many.as_json()}
    return found, {"round": raw | {"mornings": [asdict(one) for one in mornings]}}
