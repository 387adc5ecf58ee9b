"""The board of renewals with 2,000 of them in one month, against a hand-written page that shows the same words."""

from datetime import date
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta
from django.test import override_settings
from django.urls import reverse

from accounts.queries import robot
from bench import work
from bench.data import House
from bench.pages import GOAL, Browser, words
from bench.report import Line
from bench.timing import Duel, duel
from core.clock import now
from core.doors import perform
from core.periods import at_four
from renewals.actions import file_notices_due, open_renewals_due
from renewals.models import Renewal
from renewals.states import Track
from renewals.tracks import WhyNot


def fill(house: House) -> None:
    """The morning opens and notifies what is due; every fifth customer has answered. Rating 4,000 renewals is measured
    elsewhere and shows nothing here but the way they go."""
    facts: dict[str, Any] = {"on": house.scale.on, "by": robot(), "at": now()}
    perform(open_renewals_due, **facts)
    Renewal.objects.update(
        track=Track.NORMAL, track_reasons=[WhyNot("sales", "前回の売上高の記録がありません。").as_json()]
    )
    perform(file_notices_due, **facts)
    work.answer_renewals()


def fullest_month(on: date) -> tuple[date, int]:
    """The month with the most renewals, and how many they are."""
    firsts = [on.replace(day=1) + relativedelta(months=months) for months in range(4)]
    counted = {
        first: Renewal.objects.filter(
            term_end_at__gte=at_four(first), term_end_at__lt=at_four(first + relativedelta(months=1))
        ).count()
        for first in firsts
    }
    return max(counted.items(), key=lambda one: one[1])


def measure(house: House, *, repetitions: int) -> tuple[Duel, float, int, date]:
    """As a solicitor opens the board on that month. Returns the duel, the share of our words the hand-written page
    shows as well, the rows of the month, and its first day."""
    month, count = fullest_month(house.scale.on)
    with override_settings(ROOT_URLCONF="bench.bare.urls"):
        ask = Browser(house.user)
        ours, bare = f"{reverse('renewals:board')}?month={month:%Y-%m}", f"/bare/board/?month={month:%Y-%m}"
        said, known = words(ask(ours)), set(words(ask(bare)))
        alike = len([word for word in said if word in known]) / len(said)
        return duel(partial(ask, ours), partial(ask, bare), repetitions=repetitions, warm_up=3), alike, count, month


def lines(measured: tuple[Duel, float, int, date], policies: int) -> tuple[list[Line], dict[str, Any]]:
    race, alike, count, _ = measured
    ours, bare = race.ours, race.bare
    line = Line(
        "pages", f"renewal board, {count:,} in the month of {policies:,} policies", race.ratio, GOAL,
        f"p50 {ours.median * 1000:.0f} ms, p95 {ours.p95 * 1000:.0f} ms, {ours.statements} statements",
        f"p50 {bare.median * 1000:.0f} ms, p95 {bare.p95 * 1000:.0f} ms, {bare.statements} statements",
        f"the hand-written page shows {alike:.0%} of the words",
    )  # fmt: skip
    return [line], {"board": race.as_json() | {"alike": round(alike, 3), "rows": count}}
