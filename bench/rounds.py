"""The nightly round's opening and notices against a script of hand-written SQL that writes the same rows."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.queries import robot
from bench.data import House
from bench.report import Line
from bench.timing import Duel, duel
from core.clock import now
from core.doors import perform
from core.models import Event
from core.periods import at_four
from correspondence.models import Letter, LetterAttachment, Paper
from renewals.actions import file_notices_due, open_renewals_due
from renewals.calendar import calendar_on
from renewals.days import BANK_DAYS, notice_horizon
from renewals.models import Renewal

GOAL = 3.0
SCRIPT = Path(__file__).parent / "bare" / "round.sql"


def measure(house: House, *, repetitions: int) -> Duel:
    """Both on the same portfolio, each rolled back: every repetition finds the morning as it was.

    Without a commit the disk is left out, which both would wait for alike.
    """
    return duel(
        lambda: undone(partial(by_actions, house)), lambda: undone(partial(by_hand, house)), repetitions=repetitions
    )


def undone(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


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
            (named(one.key), one.subject, one.body, one.to, one.to_name, one.reply_to, about(one.about))
            for one in letters
        ),
        "attachments": sorted((named(one.letter.key), named(one.paper.key), one.position) for one in enclosed),
        "history": sorted((one.verb, one.summary, about(one.about)) for one in history),
    }


def lines(few: Duel, many: Duel, *, policies: tuple[int, int], due: int) -> tuple[list[Line], dict[str, Any]]:
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
    return found, {"round": {str(small): few.as_json(), str(large): many.as_json()}}
