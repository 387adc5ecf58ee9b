"""What one run measures, at which size, in which order."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bench import attribution, board, books, data, form, pages, papers, rounds, sending, work
from bench.ground import empty, settle
from bench.report import Report
from core.clock import today


@dataclass(frozen=True, slots=True)
class Size:
    """How large the agencies are and how often each thing is done."""

    policies: int
    due: int
    many: int  # policies of the large portfolio, with the same number due
    most: int  # policies of the largest portfolio, for the whole morning
    board: int  # renewals in the board's month
    crowd: int  # due on one morning, of as many policies
    few: int  # policies of the small agency that pages are compared with
    rounds: int
    papers: int
    pages: int
    quotes: int  # for replay and effect
    letters: int  # sent in one turn


FULL = Size(
    policies=10_000,
    due=900,
    many=100_000,
    most=1_000_000,
    board=2_000,
    crowd=2_000,
    few=100,
    rounds=5,
    papers=5,
    pages=30,
    quotes=10_000,
    letters=200,
)
QUICK = Size(
    policies=300,
    due=27,
    many=600,
    most=1_200,
    board=30,
    crowd=60,
    few=30,
    rounds=1,
    papers=1,
    pages=3,
    quotes=100,
    letters=10,
)


def run(parts: Sequence[str], size: Size) -> Report:
    """Fill, measure, empty, and fill again: each part on the portfolio it asks for."""
    report, on = Report(), today()
    if "papers" in parts:
        say("papers: one contract")
        empty()
        house = data.fill(data.Scale.of(10, on))
        report.add(*papers.measure(house, repetitions=size.papers))
    if "books" in parts:
        say(f"books: {size.quotes:,} quotes")
        empty()
        house = data.fill(data.Scale.of(max(100, size.quotes // 10), on))
        report.add(*books.measure(house, quotes=size.quotes, repetitions=size.rounds))
    if "change" in parts:
        say("the change of a renewal's premium")
        empty()
        report.add(*attribution.measure(data.found(data.Scale.of(10, on)), repetitions=size.rounds))
    if "sending" in parts:
        say(f"the outbox: {size.letters} letters a turn")
        empty()
        house = data.fill(data.Scale.of(200, on))
        settle()
        report.add(*sending.papers_a_minute(house, papers=3 * size.papers))
        report.add(*sending.measure(house, letters=size.letters, repetitions=size.rounds))
    if {"round", "pages"} & set(parts):
        say(f"filling {size.policies:,} policies")
        empty()
        house = data.fill(data.Scale.of(size.policies, on, size.due))
        settle()
        rounds_at, mornings = None, []
        if "round" in parts:
            say("the nightly round")
            rounds_at = rounds.measure(house, repetitions=size.rounds)
            mornings = [rounds.morning(size.policies, house)]
        large = None
        if "pages" in parts:
            say("papers, letters and work in hand")
            work.fill(house)
            settle()
            say("pages")
            large = pages.measure(house, repetitions=size.pages)
        if rounds_at:
            again = None
            for policies in (size.many, size.most):
                say(f"filling {policies:,} policies")
                empty()
                house = data.fill(data.Scale.of(size.policies, on, size.due))
                data.grow(house, policies)
                settle()
                say("the nightly round again")
                mornings.append(rounds.morning(policies, house))
                again = again or rounds.measure(house, repetitions=max(1, size.rounds // 2))
            say(f"the nightly round with {size.crowd:,} due")
            empty()
            house = data.fill(data.Scale.of(size.policies, on, size.crowd))
            settle()
            mornings.append(rounds.morning(size.policies, house))
            assert again is not None
            sizes = (size.policies, size.many)
            report.add(*rounds.lines(rounds_at, again, mornings, policies=sizes, due=size.due))
        if large:
            say(f"filling {size.few:,} policies")
            empty()
            house = data.fill(data.Scale.of(size.few, on))
            work.fill(house)
            settle()
            small = pages.measure(house, repetitions=1)
            report.add(*pages.lines(large, small, policies=(size.few, size.policies)))
            report.add(*form.measure(repetitions=size.pages))
    if "board" in parts:
        say(f"the board, {size.board:,} renewals in a month")
        empty()
        # Two months and a little are open: half of them falls into the month between.
        house = data.fill(data.Scale.of(size.policies, on, size.board * 2))
        board.fill(house)
        settle()
        report.add(*board.lines(board.measure(house, repetitions=size.pages), size.policies))
    return report


def say(words: str) -> None:
    print(f"· {words}", file=sys.stderr, flush=True)
