"""The reckoning of what came back, of what changed after the notice, and of whose work it is."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from local.chaos.mailserver import NOBODY_HERE
from local.chaos.reckoning import Notice, Receiving, Reckoning
from renewals.verdicts import Found, Verdict

_BOUNCES = """
SELECT letter.message_id, bounce.address, bounce.mail_id IS NOT NULL
FROM correspondence_bounce bounce JOIN correspondence_letter letter ON letter.id = bounce.letter_id
"""
_INCOMING = """
SELECT mail.sha256, mail.kind, letter.message_id
FROM correspondence_incomingmail mail LEFT JOIN correspondence_letter letter ON letter.id = mail.letter_id
"""
_REFUSED_AT_THE_DOOR = """
SELECT letter.message_id, address FROM correspondence_letter letter CROSS JOIN unnest(letter.recipients) AS address
WHERE letter.status = 'FAILED' AND split_part(address, '@', 1) = %s
"""
_CANCELLED = "SELECT policy_id FROM policies_cancellation"
# To renew, after the contract was cancelled: queued, or taken in hand once more and sent.
_STILL_ASKED = """
SELECT count(*)
FROM policies_cancellation ended
JOIN correspondence_letter letter ON letter.about @> ARRAY['policies.policy:' || ended.policy_id]::varchar[]
WHERE letter.kind IN ('RENEWAL_NOTICE', 'RENEWAL_REMINDER', 'COVER_ENDED')
    AND letter.status IN ('SENT', 'UNKNOWN')
    AND (letter.queued_at > ended.recorded_at OR letter.claimed_at > ended.recorded_at + interval '15 seconds')
"""
# Endorsed when the notice was made already: mailed anew, or said to be posted.
_NOT_CORRECTED = """
SELECT count(*)
FROM policies_endorsement changed JOIN renewals_renewal renewal ON renewal.policy_id = changed.policy_id
WHERE renewal.noticed_at < changed.recorded_at
    AND NOT EXISTS (
        SELECT 1 FROM correspondence_letter letter
        WHERE letter.key = 'renewal:' || renewal.id || ':corrected:endorsement-' || changed.number
    )
    AND NOT EXISTS (
        SELECT 1 FROM core_event event
        WHERE event.verb = 'renewals.post_corrected_papers'
            AND event.about @> ARRAY['renewals.renewal:' || renewal.id]::varchar[]
    )
"""
# Who cannot work: the accounts' own rule, said here once more.
_GONE = "(NOT owner.is_active OR owner.is_robot OR coalesce(owner.left_on < %s, false))"
_OWNERLESS = f"""
SELECT count(*) FROM renewals_renewal renewal JOIN accounts_user owner ON owner.id = renewal.owner_id
WHERE renewal.status IN ('OPEN', 'NOTIFIED', 'RESPONDED', 'QUOTED', 'APPLIED') AND {_GONE}
"""  # noqa: S608 - a text of ours
_NO_PERSON = f"""
SELECT count(*)
FROM correspondence_bounce bounce
JOIN correspondence_letter letter ON letter.id = bounce.letter_id
LEFT JOIN accounts_user owner ON owner.id = bounce.owner_id
WHERE bounce.handled_at IS NULL AND letter.kind IN ('RENEWAL_NOTICE', 'RENEWAL_REMINDER')
    AND (owner.id IS NULL OR {_GONE})
"""  # noqa: S608 - a text of ours


def of_mail(
    reckoning: Reckoning, receiving: Receiving, notices: Sequence[Notice], rows: Sequence[Found], home: Path
) -> None:
    """Every mail that came back was taken once, read for what it is and tied to its letter; every failure is noted."""
    note, sent_back = reckoning.note, receiving.sent_back
    kept = {sha256: (kind, message_id) for sha256, kind, message_id in _rows(_INCOMING)}
    note("mails that came back", len(sent_back))
    for kind, count in sorted(Counter(kind for kind, _ in sent_back.values()).items()):
        note(f"  {kind}", count)
    for word, count in sorted(Counter((home / "carried").read_text().splitlines()).items()):
        note(f"  carried to receive_mail: {word}", count)
    note("  lost", len(sent_back.keys() - kept.keys()), never=True)
    note("  kept and never sent", len(kept.keys() - sent_back.keys()), never=True)
    misread = sum(kept[name] != sent_back[name] for name in kept.keys() & sent_back.keys())
    note("  taken for something else, or for another letter's", misread, never=True)
    bounces = _rows(_BOUNCES)
    told = {(message_id, address) for message_id, address, by_mail in bounces if by_mail}
    at_the_door = set(_rows(_REFUSED_AT_THE_DOOR, NOBODY_HERE))
    noted = {(message_id, address) for message_id, address, _ in bounces}
    note("failures told by mail, each address of a letter once", len(receiving.failed))
    note("letters refused for good at the door", len(at_the_door))
    note("  failures not noted", len((receiving.failed | at_the_door) - noted), never=True)
    note("  noted and no failure", len(told - receiving.failed) + len(noted - told - at_the_door), never=True)
    note("  noted twice", len(bounces) - len(noted), never=True)
    missed = {message_id for message_id, _ in receiving.failed | at_the_door}
    of_policy = {notice.policy_id for notice in notices if notice.message_id in missed}
    _tell(reckoning, "policies whose notice came back or was refused", of_policy, rows)


def of_contracts(reckoning: Reckoning, receiving: Receiving, notices: Sequence[Notice], rows: Sequence[Found]) -> None:
    """What was cancelled after its notice is not asked to renew; what was changed is told once more, and after it."""
    note, place = reckoning.note, {name: number for number, name in enumerate(receiving.mails)}
    cancelled = {policy for (policy,) in _rows(_CANCELLED)}
    _tell(reckoning, "contracts cancelled after their notice", cancelled, rows)
    note("  asked to renew all the same", _rows(_STILL_ASKED)[0][0], never=True)
    corrected = [notice for notice in notices if notice.is_corrected]
    first: dict[int, int] = {}
    for notice in notices:
        if notice.message_id in place and not notice.is_corrected:
            first[notice.policy_id] = min(place[notice.message_id], first.get(notice.policy_id, len(place)))
    overtaken = sum(place.get(one.message_id, len(place)) < first.get(one.policy_id, -1) for one in corrected)
    note("contracts endorsed after their notice", _rows("SELECT count(*) FROM policies_endorsement")[0][0])
    note("losses reported after the notice", _rows("SELECT count(*) FROM claims_claim")[0][0])
    note("  corrected notices", len(corrected))
    note("  of these at the receiving server", sum(bool(receiving.mails[one.message_id]) for one in corrected))
    note("  that overtook what they correct", overtaken, never=True)
    note("  owed and not made", _rows(_NOT_CORRECTED)[0][0], never=True)
    if not cancelled or not corrected:
        reckoning.broken.append("no contract was cancelled, or none changed, after its notice")


def of_people(reckoning: Reckoning, on: date) -> None:
    """Two solicitors left: whatever is in work belongs to somebody who works."""
    moved = "SELECT count(*) FROM core_event WHERE verb = 'renewals.reassign_due'"
    reckoning.note("renewals that went to a successor", _rows(moved)[0][0])
    reckoning.note("  without anybody who works", _rows(_OWNERLESS, on)[0][0], never=True)
    reckoning.note("  failures that wait for nobody", _rows(_NO_PERSON, on)[0][0], never=True)


def _tell(reckoning: Reckoning, name: str, policies: set[int], rows: Sequence[Found]) -> None:
    verdicts = Counter(row.verdict for row in rows if row.policy_id in policies)
    reckoning.note(name, len(policies))
    for verdict, count in sorted(verdicts.items()):
        reckoning.note(f"  {verdict.value}", count, never=verdict == Verdict.NONE)


def _rows(question: str, *facts: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, facts or None)
        rows: list[Any] = cursor.fetchall()
        return rows
