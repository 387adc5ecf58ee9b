"""Two ways to do the same thing, taken in turns, and the statements each sends to the database."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Sample:
    """Seconds of every repetition of one way (and of this process alone), and the statements it sends."""

    seconds: list[float] = field(default_factory=list)
    own_seconds: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20, method="inclusive")[-1] if len(self.seconds) > 1 else self.seconds[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "p50_ms": round(self.median * 1000, 3),
            "p95_ms": round(self.p95 * 1000, 3),
            "own_cpu_ms": round(median(self.own_seconds) * 1000, 3),
            "repetitions": len(self.seconds),
            "statements": self.statements,
        }


@dataclass(frozen=True, slots=True)
class Duel:
    """Ours against bare."""

    ours: Sample
    bare: Sample

    @property
    def ratio(self) -> float:
        """The median over the pairs: a machine that is busy for a while weighs on both of a pair."""
        pairs = zip(self.ours.seconds, self.bare.seconds, strict=True)
        return median(ours / bare for ours, bare in pairs)

    def as_json(self) -> dict[str, Any]:
        return {"ratio": round(self.ratio, 3), "ours": self.ours.as_json(), "bare": self.bare.as_json()}


class Statements:
    """Counts what this connection is asked while `counting`."""

    def __init__(self) -> None:
        self.sql: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def counting() -> Iterator[Statements]:
    """Every statement of the block, savepoints included; BEGIN and COMMIT are the driver's and not seen."""
    seen = Statements()
    with connection.execute_wrapper(seen):
        yield seen


def timed(work: Callable[[], object], sample: Sample) -> None:
    """Run once and note the time. The garbage of the one before is not ours to pay for."""
    gc.collect()
    own, started = time.process_time(), time.perf_counter()
    work()
    sample.seconds.append(time.perf_counter() - started)
    sample.own_seconds.append(time.process_time() - own)


def duel(ours: Callable[[], object], bare: Callable[[], object], *, repetitions: int, warm_up: int = 1) -> Duel:
    """Both in turns, the one that begins changing every time, so that a busy machine slows both alike."""
    result = Duel(Sample(), Sample())
    for _ in range(warm_up):
        with counting() as seen:
            ours()
        result.ours.statements = len(seen.sql)
        with counting() as seen:
            bare()
        result.bare.statements = len(seen.sql)
    turns = [(ours, result.ours), (bare, result.bare)]
    for _ in range(repetitions):
        for work, sample in turns:
            timed(work, sample)
        turns.reverse()
    return result
