"""The reckoning: the inspection's count, and the receiving server's own, which knows nothing of our tables."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from core.clock import now
from core.periods import at_four
from local.chaos import aftermath, succession
from local.chaos.minds import Minds
from local.chaos.portfolio import DAYS, FIRST, START
from local.chaos.reckoning import Notice, Receiving, Reckoning
from renewals.inspection import find
from renewals.verdicts import Verdict, Where

_NOTICES = """
SELECT letter.message_id, letter.status, substring(thing FROM 17)::bigint AS policy_id,
    EXISTS (
        SELECT 1
        FROM correspondence_letterattachment enclosed
        JOIN correspondence_paper paper ON paper.id = enclosed.paper_id
        WHERE enclosed.letter_id = letter.id AND paper.corrects_id IS NOT NULL
    ) AS is_corrected
FROM correspondence_letter letter CROSS JOIN unnest(letter.about) AS thing
WHERE letter.kind = 'RENEWAL_NOTICE' AND thing LIKE 'policies.policy:%'
"""


def reckon(home: Path, on: date, minds: Minds, ground: succession.Ground) -> Reckoning:
    """Look at everything from both ends."""
    reckoning, receiving = Reckoning(), Receiving.read(home)
    rows = find(on=on, first=FIRST, last=FIRST + timedelta(days=DAYS + 10))
    verdicts, places = Counter(row.verdict for row in rows), Counter(row.where for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, status FROM correspondence_letter")
        letters = dict(cursor.fetchall())
        cursor.execute(_NOTICES)
        notices = [Notice(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE finished_at IS NULL) FROM renewals_round")
        rounds, cut_off = cursor.fetchone()
        cursor.execute("SELECT max(until - since) FROM renewals_round")
        caught_up = cursor.fetchone()[0]
    mails, lost = receiving.mails, {message_id for message_id, _ in receiving.failed}
    reckoning.in_doubt = [row for row in rows if row.where == Where.UNKNOWN]
    missed = [row for row in rows if row.verdict == Verdict.NONE and row.where != Where.UNKNOWN]
    told = Counter(
        notice.policy_id
        for notice in notices
        if mails[notice.message_id] and notice.message_id not in lost and not notice.is_corrected
    )
    doubtful = {notice.policy_id: notice.message_id for notice in notices if notice.status == "UNKNOWN"}
    note = reckoning.note
    note("policies that reached sixty days", len(rows))
    for where, count in sorted(places.items()):
        note(f"  {where.value}", count)
    note("notices at the receiving server, and not sent back", sum(told.values()))
    note("letters of every kind at the receiving server", sum(mails.values()))
    note("  refused by it for now (451)", receiving.answers["451"])
    note("  refused by it for good (550)", receiving.answers["550"])
    note("  taken by it, the line cut before it said so", receiving.answers["cut"])
    note("  with the house's full form enclosed", sum(size > 150_000 for size in receiving.sizes))
    note("  with a paper of the short form enclosed", sum(9_000 < size <= 150_000 for size in receiving.sizes))
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
    aftermath.of_mail(reckoning, receiving, notices, rows, home)
    aftermath.of_contracts(reckoning, receiving, notices, rows)
    aftermath.of_people(reckoning, on)
    succession.of_renewals(reckoning, rows, minds, home, ground=ground, since=at_four(START), at=now())
    note("rounds", rounds)
    note("  cut off by a kill", cut_off)
    note("  most days made up for by one", caught_up or 0)
    reckoning.figures.append(("verdicts", " ".join(f"{v.value} {n:,}" for v, n in sorted(verdicts.items()))))
    return reckoning
