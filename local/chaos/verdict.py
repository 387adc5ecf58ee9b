"""The reckoning: the inspection's count, and the receiving server's own, which knows nothing of our tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from local.chaos.portfolio import DAYS, FIRST
from renewals.inspection import Found, Verdict, Where, find

_NOTICES = """
SELECT letter.message_id, letter.status, substring(thing FROM 17)::bigint AS policy_id
FROM correspondence_letter letter CROSS JOIN unnest(letter.about) AS thing
WHERE letter.kind = 'RENEWAL_NOTICE' AND thing LIKE 'policies.policy:%'
"""


@dataclass
class Reckoning:
    """Every figure that is printed; `broken` are the sentences that must not be."""

    figures: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    in_doubt: list[Found] = field(default_factory=list)

    def note(self, name: str, figure: object, *, never: bool = False) -> None:
        shown = f"{figure:,}" if isinstance(figure, int) else str(figure)
        self.figures.append((name, shown))
        if never and figure:
            self.broken.append(f"{name}: {shown}")

    def lines(self) -> Iterator[str]:
        for name, figure in self.figures:
            yield f"  {name:<58} {figure:>12}"


def arrived(file: Path) -> tuple[Counter[str], Counter[str], list[int]]:
    """What the receiving server wrote down: mails by Message-ID, its refusals and cuts, the sizes."""
    mails: Counter[str] = Counter()
    others: Counter[str] = Counter()
    sizes = []
    for line in file.read_text().splitlines():
        what, _, size = line.split("\t")
        if what in {"451", "cut"}:
            others[what] += 1
        else:
            mails[what] += 1
            sizes.append(int(size))
    return mails, others, sizes


def reckon(file: Path, on: date) -> Reckoning:
    """Look at everything from both ends."""
    reckoning = Reckoning()
    rows = find(on=on, first=FIRST, last=FIRST + timedelta(days=DAYS))
    verdicts, places = Counter(row.verdict for row in rows), Counter(row.where for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, status FROM correspondence_letter")
        letters = dict(cursor.fetchall())
        cursor.execute(_NOTICES)
        notices = cursor.fetchall()
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE finished_at IS NULL) FROM renewals_round")
        rounds, cut_off = cursor.fetchone()
        cursor.execute("SELECT max(until - since) FROM renewals_round")
        caught_up = cursor.fetchone()[0]
    mails, others, sizes = arrived(file)
    reckoning.in_doubt = [row for row in rows if row.where == Where.UNKNOWN]
    missed = [row for row in rows if row.verdict == Verdict.NONE and row.where != Where.UNKNOWN]
    told = Counter(policy for message_id, _, policy in notices if mails[message_id])
    doubtful = {policy: message_id for message_id, status, policy in notices if status == "UNKNOWN"}
    note = reckoning.note
    note("policies that reached sixty days", len(rows))
    for where, count in sorted(places.items()):
        note(f"  {where.value}", count)
    note("notices at the receiving server", sum(told.values()))
    note("letters of every kind at the receiving server", sum(mails.values()))
    note("  refused by it for now (451)", others["451"])
    note("  taken by it, the line cut before it said so", others["cut"])
    note("  with the house's full form enclosed", sum(size > 150_000 for size in sizes))
    note("  with a paper of the short form enclosed", sum(9_000 < size <= 150_000 for size in sizes))
    note("missed", len(missed), never=True)
    note("doubled: one Message-ID twice at the receiving server", sum(n > 1 for n in mails.values()), never=True)
    note("doubled: two notices to one policy at the receiving server", sum(n > 1 for n in told.values()), never=True)
    note("doubled, as the inspection sees it", sum(row.doubled for row in rows), never=True)
    note("said to be sent and not there", sum(s == "SENT" and not mails[m] for m, s in letters.items()), never=True)
    note("there and not in our tables", sum(m not in letters for m in mails), never=True)
    note("left in the outbox", sum(s in {"QUEUED", "SENDING"} for s in letters.values()), never=True)
    note("in doubt, waiting for a person (not sent again)", len(reckoning.in_doubt))
    note("  of these at the receiving server", sum(bool(mails[m]) for m in doubtful.values()))
    note("in doubt among letters of every kind", sum(s == "UNKNOWN" for s in letters.values()))
    note("rounds", rounds)
    note("  cut off by a kill", cut_off)
    note("  most days made up for by one", caught_up or 0)
    reckoning.figures.append(("verdicts", " ".join(f"{v.value} {n:,}" for v, n in sorted(verdicts.items()))))
    return reckoning
