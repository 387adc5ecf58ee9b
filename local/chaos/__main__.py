"""python -m local.chaos [--policies N] [--common N] [--kills N] [--every DAYS] [--full-forms N]

Walks an agency through a year of notices while everything that can die dies, and then counts: was anybody missed, was
anybody told twice? Servers and data are its own, below var/chaos. Ends with 1 when the promise is broken.
"""

import argparse
import os
import random
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from local import engine
from local.chaos.herd import ROOT, WORKERS, Herd
from local.chaos.time import Turned
from local.plan import EngineError, Plan
from local.ports import is_free
from local.supervisor import interrupt_on_signals

SEED = 20271201


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m local.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--common", type=int, help="of them expiring on one day; a fifth unless said")
    parser.add_argument("--kills", type=int, default=100, help="at least so many workers are killed")
    parser.add_argument("--every", type=int, default=3, help="walk every so many days; those between are made up for")
    full = "so many of the four workers print the house's full form; the others a short one, or the run takes hours"
    parser.add_argument("--full-forms", type=int, default=1, choices=range(WORKERS + 1), help=full)
    words = parser.parse_args()
    if not 1 <= words.every <= 30:
        parser.error("--every: 1 to 30 days; after a longer rest the house waits for a person to look at its clock")
    home = Path(os.environ.get("TATE_VAR", ROOT / "var")).resolve() / "chaos"
    home.mkdir(parents=True, exist_ok=True)
    returned = home / "returned"
    (returned / "kept").mkdir(parents=True, exist_ok=True)
    books = (home / "arrived", home / "sent-back", home / "carried", home / "renewed", *home.glob("*.rest"))
    for left in (*home.glob("beat-*"), *home.glob("*.log"), *returned.glob("*.*"), *returned.glob("kept/*"), *books):
        left.unlink(missing_ok=True)
    interrupt_on_signals()
    choose_ports(home / "engine")
    mail_port = low_port()
    try:
        with engine.start(home, join=False, environ={}) as servers:
            os.environ.update(
                servers.environment,
                DJANGO_SETTINGS_MODULE="local.chaos.settings",
                CHAOS_CLOCK=str(home / "clock"),
                EMAIL_HOST="127.0.0.1",
                EMAIL_PORT=str(mail_port),
                EMAIL_TIMEOUT="5",
                LETTER_LEASE_SECONDS="10",
                LOG_LEVEL="WARNING",
            )
            herd = Herd(home, os.environ, mail_port, full_forms=words.full_forms)
            common = words.policies // 5 if words.common is None else words.common
            try:
                plan = Plan.read(home / "engine")  # a server left running keeps the port it has
                assert plan
                return run(home, servers, plan, herd, words.policies, common, words.kills, words.every)
            finally:
                herd.end()
    except (EngineError, BlockingIOError) as error:
        print(error)
        return 1


def run(
    home: Path, servers: engine.Engine, plan: Plan, herd: Herd, policies: int, common: int, kills: int, every: int
) -> int:
    import django

    started = time.monotonic()
    clock = Turned(home / "clock")
    clock.turn(datetime(2027, 3, 1, tzinfo=UTC))  # before the settings read it; the year sets it day by day
    django.setup()
    from bench.ground import forget_tables
    from core.periods import at_four
    from local.chaos import portfolio, succession, verdict
    from local.chaos.office import Office
    from local.chaos.storm import Storm
    from local.chaos.year import Year
    from local.prepare import migrate

    forget_tables()
    migrate()
    clock.turn(at_four(portfolio.START))
    house, minds = portfolio.build(policies, common)
    minds.write(home)
    ground = succession.Ground.as_it_stands()
    say(
        f"{policies:,} policies, {common:,} of them expiring on {portfolio.COMMON} ({time.monotonic() - started:.0f} s)"
    )
    herd.start()
    office = Office(house.staff["jimu"], share=max(20, min(100, policies // 20)), minds=minds)
    with Storm(herd, servers, plan, kills, random.Random(SEED)) as storm:  # noqa: S311 - the same bad days every time
        year = Year(clock, herd, storm, office, policies, every, say)
        year.walk()
    reckoning = verdict.reckon(home, year.today, minds, ground)
    for name, count in sorted(office.refusals.items()):
        reckoning.note(f"refused to the office: {name}"[:58], count)
    for name, count in [*sorted(herd.kills.items()), *sorted(storm.faults.items())]:
        reckoning.note(f"SIGKILL: {name}" if name in herd.kills else name, count)
    reckoning.note("days walked, of days passed", f"{year.walked} of {year.passed}")
    reckoning.note("seconds", round(time.monotonic() - started))
    for name, seconds in year.spent.items():
        reckoning.note(f"  {name}", round(seconds))
    if herd.workers_killed < kills:
        reckoning.broken.append(f"only {herd.workers_killed} workers were killed")
    print("\n".join(reckoning.lines()))
    for row in reckoning.in_doubt[:10]:
        print(f"  in doubt: {row.number} {row.customer} {row.ends_on}")
    print("\n".join(["BROKEN", *reckoning.broken]) if reckoning.broken else "Nobody was missed, nobody was told twice.")
    return 1 if reckoning.broken else 0


def choose_ports(folder: Path) -> None:
    """Ports below those the system lends to outgoing connections: a server that is down for a moment must find its own
    port free again, and whoever knocks there meanwhile must not meet himself."""
    folder.mkdir(parents=True, exist_ok=True)
    known = Plan.read(folder)
    Plan(low_port(), low_port(), known.password if known else secrets.token_hex(16)).write(folder)


def low_port() -> int:
    while not is_free(port := secrets.choice(range(15_000, 32_000))):
        pass
    return port


def say(words: str) -> None:
    print(f"· {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
