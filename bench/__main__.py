"""python -m bench [papers|books|change|round|pages|board|sending …] [--quick] [--write DATE]

Measures ratios on servers of its own below var/bench, prints the table, keeps the raw figures in
var/bench/last.json. `--write 2026-11-22` also puts the table into docs/performance.md. `--quick` takes a small
agency and few repetitions: to see that it runs, not what it costs.
"""

import argparse
import sys
import time
from datetime import date

from bench.ground import ROOT, ground
from local.plan import EngineError

PARTS = ("papers", "books", "change", "round", "pages", "board", "sending")
PAGE = ROOT / "docs" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=(*PARTS, []), help="which; all unless said")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", type=date.fromisoformat, metavar="DATE")
    words = parser.parse_args()
    parts = words.parts or PARTS
    if words.write and (words.quick or set(parts) != set(PARTS)):
        parser.error("only a whole run is written down")
    try:
        with ground() as home:
            # Rooms can be imported only now that the settings know the servers.
            from bench.plan import FULL, QUICK, run

            started = time.monotonic()
            report = run(parts, QUICK if words.quick else FULL)
            print(f"\n{report.as_table()}\n\n{time.monotonic() - started:.0f} s; {report.save(home)}")
            if words.write:
                report.write(PAGE, words.write)
    except (EngineError, BlockingIOError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
