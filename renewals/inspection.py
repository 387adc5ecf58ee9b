"""更改の点検: was anybody missed? Counted from the raw tables, by another path than the round's own.

The promise: a policy that has reached sixty days before its expiry has exactly one of SENT, BOUNCED, STOPPED; whoever
has none of them is NONE and is named with where it hangs. Nothing of the round, its actions or its queries is used
here (a contract of the imports says so), or a mistake in them would hide itself. The sixty days are the promise of the
house, not a setting: an agency whose calendar writes later finds its customers here.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import connection

from core.periods import at_four
from renewals.verdicts import Day, Found, Inspection, Verdict, Where

NOTICE_DAYS = 60
WISHED_UNTIL = 30  # days before the expiry: so long a notice may wait for a day the customer asked for
LOOKS_BACK = timedelta(days=30)  # what expired lately is looked at too, unless other days are asked for


def inspect_renewals(*, on: date, first: date, last: date, agency_id: int | None = None) -> Inspection:
    """Count the policies that expire from `first` to `last` and whose notice is due by the day `on`: one statement."""
    rows = _ask(
        "SELECT ends_on, verdict, place, count(*), count(*) FILTER (WHERE late), count(*) FILTER (WHERE notices > 1)"
        " FROM told GROUP BY ends_on, verdict, place ORDER BY ends_on",
        on, first, last, agency_id,
    )  # fmt: skip
    places: Counter[tuple[str, str]] = Counter()
    days: dict[date, Counter[str]] = {}
    for ends_on, verdict, place, count, late, doubled in rows:
        places[verdict, place] += count
        days.setdefault(ends_on, Counter()).update({verdict: count, "late": late, "doubled": doubled})
    return Inspection(
        first, last, on,
        tuple(
            Day(
                ends_on, found[Verdict.SENT], found[Verdict.BOUNCED], found[Verdict.STOPPED], found[Verdict.NONE],
                found["late"], found["doubled"],
            )
            for ends_on, found in days.items()
        ),
        tuple(
            (verdict, where, places[verdict, where])
            for verdict in Verdict
            for where in Where
            if places[verdict, where]
        ),
    )  # fmt: skip


def find(
    *, on: date, first: date, last: date, agency_id: int | None = None, verdict: str = "", troubled: bool = False
) -> list[Found]:
    """The policies themselves, nearest expiry first: of one verdict, or those with none or told twice (`troubled`)."""
    wanted = "WHERE verdict = 'NONE' OR notices > 1" if troubled else "WHERE %(verdict)s IN ('', verdict)"
    rows = _ask(
        f"""
        SELECT told.id, told.number, customer.name, owner.name, ends_on, notice_on, verdict, place, reason, notices,
            renewal_id, letter_id, late
        FROM told
        JOIN customers_customer customer ON customer.id = told.customer_id
        JOIN accounts_user owner ON owner.id = told.owner_id
        {wanted} ORDER BY ends_on, told.id
        """,  # noqa: S608 - one of two texts of ours
        on, first, last, agency_id, verdict=verdict,
    )  # fmt: skip
    return [
        Found(
            policy_id, number, customer, owner, ends_on, notice_on, Verdict(found), Where(place), reason, notices,
            renewal_id, letter_id, late,
        )
        for policy_id, number, customer, owner, ends_on, notice_on, found, place, reason, notices, renewal_id,
        letter_id, late in rows
    ]  # fmt: skip


def ownerless(*, on: date, agency_id: int | None = None) -> int:
    """How many renewals in work lie with nobody who could do them: left, shut out, or in a role that only reads."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNERLESS, {"on": on, "agency": agency_id})
        (count,) = cursor.fetchone()
    return int(count)


_OWNERLESS = """
SELECT count(*)
FROM renewals_renewal renewal
JOIN accounts_user owner ON owner.id = renewal.owner_id
WHERE renewal.status IN ('OPEN', 'NOTIFIED', 'RESPONDED', 'QUOTED', 'APPLIED')
    AND (%(agency)s::bigint IS NULL OR renewal.agency_id = %(agency)s)
    AND NOT (
        owner.is_active AND NOT owner.is_robot AND owner.agency_id = renewal.agency_id
        AND owner.role IN ('SOLICITOR', 'CLERK', 'MANAGER') AND (owner.left_on IS NULL OR owner.left_on >= %(on)s)
    )
"""


def _ask(question: str, on: date, first: date, last: date, agency_id: int | None, **more: Any) -> list[Any]:
    facts = {
        "on": on, "first": at_four(first), "last": at_four(last), "agency": agency_id, "days": NOTICE_DAYS,
        "wished_until": WISHED_UNTIL, **more,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_TOLD} {question}", facts)  # noqa: S608 - texts of ours
        rows: list[Any] = cursor.fetchall()
        return rows


# Whoever signed late or joined a common expiry late reaches his day with his contract.
_TOLD = """
looked AS (
    SELECT id, number, customer_id, in_charge_id, status,
        (ends_at AT TIME ZONE 'Asia/Tokyo')::date AS ends_on,
        (greatest(ends_at - make_interval(days => %(days)s), starts_at, issued_at)
            AT TIME ZONE 'Asia/Tokyo')::date AS notice_on
    FROM policies_policy
    WHERE ends_at >= %(first)s AND ends_at <= %(last)s AND (%(agency)s::bigint IS NULL OR agency_id = %(agency)s)
),
notices AS (
    SELECT looked.id AS policy_id, letter.id AS letter_id, letter.status, letter.recipients,
        -- Never tried yet, and not meant to be before its day: until that day is over, and in time, nothing hangs.
        letter.status = 'QUEUED' AND letter.attempts = 0 AND letter.not_before > letter.queued_at
            AND (letter.not_before AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(on)s AND ends_on - %(wished_until)s::int
            AS is_wished
    FROM looked
    JOIN correspondence_letter letter
        ON letter.about @> ARRAY['policies.policy:' || looked.id]::varchar[] AND letter.kind = 'RENEWAL_NOTICE'
),
bounces AS (
    -- A letter came back when no address took it; what a person found to be no bounce is none.
    SELECT notices.letter_id,
        bool_and(
            bounce.handled_at IS NOT NULL
            OR coalesce(owner.is_active AND (owner.left_on IS NULL OR owner.left_on >= %(on)s), false)
        ) AS has_a_person
    FROM notices
    JOIN correspondence_bounce bounce ON bounce.letter_id = notices.letter_id AND bounce.deed <> 'DISMISSED'
    LEFT JOIN renewals_renewal renewal ON renewal.policy_id = notices.policy_id
    LEFT JOIN accounts_user owner ON owner.id = coalesce(bounce.owner_id, renewal.owner_id)
    GROUP BY notices.letter_id, notices.recipients
    HAVING count(DISTINCT bounce.address) >= cardinality(notices.recipients)
),
mails AS (
    SELECT notices.policy_id,
        count(*) FILTER (WHERE notices.status = 'SENT' AND bounces.letter_id IS NULL) AS arrived,
        count(bounces.letter_id) AS returned,
        coalesce(bool_and(bounces.has_a_person), false) AS has_a_person,
        array_agg(DISTINCT notices.status) AS states,
        bool_or(notices.is_wished) AS is_wished,
        max(notices.letter_id) AS letter_id
    FROM notices
    LEFT JOIN bounces ON bounces.letter_id = notices.letter_id
    GROUP BY notices.policy_id
),
judged AS (
    SELECT looked.*, renewal.id AS renewal_id, mails.letter_id,
        coalesce(nullif(renewal.outcome_reason, ''), later.number, renewal.response_note, '') AS reason,
        coalesce(renewal.owner_id, looked.in_charge_id) AS owner_id,
        CASE
            WHEN mails.arrived > 0 THEN 'MAILED'
            WHEN renewal.way = 'POST' AND renewal.notified_at IS NOT NULL THEN 'POSTED'
            WHEN mails.returned > 0 AND mails.has_a_person THEN 'TASK'
            WHEN later.number IS NOT NULL THEN 'RENEWED'
            WHEN looked.status = 'CANCELLED' THEN 'CANCELLED'
            WHEN renewal.status IN ('LOST', 'DECLINED', 'STOPPED', 'CANCELLED', 'APPLIED') THEN renewal.status
            WHEN renewal.response = 'NOT_RENEWING' THEN 'DECLINED'
            WHEN mails.returned > 0 THEN 'NOBODY'
            WHEN 'UNKNOWN' = ANY (mails.states) THEN 'UNKNOWN'
            WHEN 'FAILED' = ANY (mails.states) THEN 'REFUSED'
            WHEN mails.is_wished THEN 'WISHED'
            WHEN mails.states && ARRAY['QUEUED', 'SENDING']::varchar[] THEN 'WAITING'
            WHEN mails.policy_id IS NOT NULL THEN 'WITHDRAWN'
            WHEN renewal.id IS NULL THEN 'NOT_OPENED'
            WHEN renewal.noticed_at IS NULL THEN 'NOT_MADE'
            WHEN renewal.way = 'POST' THEN 'NOT_POSTED'
            ELSE 'NO_LETTER'
        END AS place,
        CASE WHEN mails.arrived > 1 THEN (
            SELECT count(*)
            FROM notices
            LEFT JOIN bounces ON bounces.letter_id = notices.letter_id
            WHERE notices.policy_id = looked.id AND notices.status = 'SENT' AND bounces.letter_id IS NULL
                AND NOT EXISTS (
                    SELECT 1
                    FROM correspondence_letterattachment enclosed
                    JOIN correspondence_paper paper ON paper.id = enclosed.paper_id
                    WHERE enclosed.letter_id = notices.letter_id AND paper.corrects_id IS NOT NULL
                )
        ) ELSE coalesce(mails.arrived, 0) END AS notices
    FROM looked
    LEFT JOIN renewals_renewal renewal ON renewal.policy_id = looked.id
    LEFT JOIN policies_policy later ON later.renews_id = looked.id
    LEFT JOIN mails ON mails.policy_id = looked.id
    WHERE looked.notice_on <= %(on)s
),
told AS (
    SELECT *, verdict = 'NONE' AND place <> 'WISHED' AND notice_on < %(on)s AS late
    FROM (
        SELECT *,
            CASE
                WHEN place IN ('MAILED', 'POSTED') THEN 'SENT'
                WHEN place = 'TASK' THEN 'BOUNCED'
                WHEN place IN ('RENEWED', 'APPLIED', 'LOST', 'DECLINED', 'STOPPED', 'CANCELLED') THEN 'STOPPED'
                ELSE 'NONE'
            END AS verdict
        FROM judged
    ) ruled
)
"""
