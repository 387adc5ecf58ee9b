"""The reckoning of the renewals: whoever renewed has exactly one next contract, every row agrees with what happened,
and nobody who renewed was asked again. Counted from the raw tables by questions of its own; the house's own figures are
held against them at the end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from local.chaos.minds import LEAVING, RENEWING, Mind, Minds
from local.chaos.reckoning import Reckoning
from local.chaos.renewing import SPENT
from policies.models import Policy
from renewals.retention import retention
from renewals.verdicts import Found, Verdict

# The contracts that renew one, and those that follow one which had ended.
_SHARED = """
renewed AS (
    SELECT later.*, old.id AS old_id, old.ends_at AS old_ends_at, old.customer_id AS old_customer_id,
        old.status AS old_status, old.premium_yen AS old_premium_yen
    FROM policies_policy later JOIN policies_policy old ON old.id = later.renews_id
),
resumed AS (
    SELECT later.*, old.id AS old_id, old.ends_at AS old_ends_at, quote.opened_at, application.received_at,
        application.received_by_id, application.early_start_approved_by_id, application.early_start_reason
    FROM policies_policy later
    JOIN quotes_quote quote ON quote.policy_id = later.id
    JOIN policies_policy old ON old.id = quote.resumes_id
    JOIN quotes_application application ON application.quote_id = quote.id
),
following AS (SELECT id, old_id, issued_at FROM renewed UNION ALL SELECT id, old_id, issued_at FROM resumed)
"""
# Each must find nothing.
_BROKEN: dict[str, str] = {
    "with two next contracts": "SELECT old_id FROM following GROUP BY old_id HAVING count(*) > 1",
    "not from 16:00 of the old end, or not for a year": """
        SELECT 1 FROM renewed
        WHERE starts_at <> old_ends_at OR issued_at >= old_ends_at
            OR (starts_at AT TIME ZONE 'Asia/Tokyo')::time <> '16:00'
            OR (ends_at AT TIME ZONE 'Asia/Tokyo') <> (starts_at AT TIME ZONE 'Asia/Tokyo') + interval '1 year'""",
    "for another customer, or of a contract that was cancelled before": """
        SELECT 1 FROM renewed LEFT JOIN policies_cancellation ended ON ended.policy_id = renewed.old_id
        WHERE customer_id <> old_customer_id OR ended.recorded_at < issued_at""",
    "two in force over one risk": """
        SELECT 1 FROM policies_policy one JOIN policies_policy other
            ON other.chain = one.chain AND other.id > one.id
                AND tstzrange(one.starts_at, one.ends_at) && tstzrange(other.starts_at, other.ends_at)
        WHERE 'CANCELLED' NOT IN (one.status, other.status)""",
    "late, and reaching back over days without cover": """
        SELECT 1 FROM resumed
        WHERE starts_at < old_ends_at OR (starts_at AT TIME ZONE 'Asia/Tokyo')::time <> '16:00'
            OR (starts_at AT TIME ZONE 'Asia/Tokyo')::date < (opened_at AT TIME ZONE 'Asia/Tokyo')::date""",
    "late, begun before the application and approved by nobody else": """
        SELECT 1 FROM resumed LEFT JOIN accounts_user boss ON boss.id = early_start_approved_by_id
        WHERE starts_at < received_at AND NOT coalesce(
            boss.role = 'MANAGER' AND boss.id <> received_by_id AND early_start_reason <> '', false)""",
    "renewed, and not said so": """
        SELECT 1 FROM renewals_renewal renewal LEFT JOIN policies_policy later ON later.renews_id = renewal.policy_id
        WHERE (renewal.status = 'RENEWED') <> (later.id IS NOT NULL)
            OR renewal.successor_id IS DISTINCT FROM later.id""",
    "renewed by something else than its quote's application": """
        SELECT 1 FROM renewals_renewal renewal
        LEFT JOIN quotes_quote quote ON quote.id = renewal.quote_id
        LEFT JOIN quotes_application application ON application.quote_id = quote.id
        WHERE renewal.status = 'RENEWED' AND NOT coalesce(
            quote.status = 'ISSUED' AND quote.policy_id = renewal.successor_id
            AND quote.renewal_of_id = renewal.policy_id AND application.accepted_at IS NOT NULL, false)""",
    "said to be applied for, and not": """
        SELECT 1 FROM renewals_renewal renewal LEFT JOIN quotes_quote quote ON quote.id = renewal.quote_id
        WHERE renewal.status IN ('APPLIED', 'QUOTED') AND quote.status IS DISTINCT FROM
            CASE renewal.status WHEN 'APPLIED' THEN 'APPLIED' ELSE 'OFFERED' END""",
    "in work after their end, or uninsured before it": """
        SELECT 1 FROM renewals_renewal renewal
        WHERE (renewal.outcome_at IS NULL AND renewal.term_end_at < %(at)s)
            OR (renewal.status = 'UNINSURED' AND renewal.outcome_at < renewal.term_end_at)""",
    "half-written: a quote, its application and its contract": """
        SELECT 1 FROM quotes_quote quote
        LEFT JOIN quotes_application application ON application.quote_id = quote.id
        LEFT JOIN policies_policy later ON later.id = quote.policy_id
        WHERE quote.id > %(last_quote)s AND quote.opened_at >= %(since)s AND (
            (quote.status = 'ISSUED') <> (later.id IS NOT NULL)
            OR quote.status IN ('APPLIED', 'ISSUED') AND application.id IS NULL
            OR later.quote_number <> quote.number
            OR (SELECT count(*) FROM quotes_quoteoption chosen WHERE chosen.quote_id = quote.id AND chosen.chosen)
                <> (application.id IS NOT NULL)::int)""",
    "half-written: a contract without its certificate and its way": """
        SELECT 1 FROM policies_policy later
        WHERE later.id > %(last_policy)s AND later.issued_at >= %(since)s AND (
            1 <> (SELECT count(*) FROM correspondence_paper paper
                  WHERE paper.kind = 'CERTIFICATE' AND paper.about @> ARRAY['policies.policy:' || later.id]::varchar[])
            OR (later.delivery = 'EMAIL') <> EXISTS (
                SELECT 1 FROM correspondence_letter letter
                WHERE letter.key = 'policy:' || later.number || ':issue'))""",
    "signed by link, and neither applied nor waiting": """
        SELECT 1 FROM portal_signoff signed JOIN portal_invitation invitation ON invitation.id = signed.invitation_id
        JOIN quotes_quote quote ON quote.id = invitation.quote_id
        WHERE invitation.status <> 'SIGNED' OR invitation.purpose = 'APPLICATION' AND quote.status = 'DRAFT'
            AND quote.edition = invitation.edition""",
    "at another premium than was offered": """
        SELECT 1 FROM policies_policy later
        JOIN quotes_quote quote ON quote.policy_id = later.id
        JOIN quotes_application application ON application.quote_id = quote.id
        JOIN quotes_quoteoption chosen ON chosen.id = application.option_id
        LEFT JOIN LATERAL (
            SELECT signed.said FROM portal_signoff signed JOIN portal_invitation i ON i.id = signed.invitation_id
            WHERE i.quote_id = quote.id AND i.purpose = 'APPLICATION' ORDER BY signed.id DESC LIMIT 1
        ) signed ON application.method = 'WEB'
        LEFT JOIN LATERAL (
            SELECT paper.amount_yen FROM correspondence_paper paper
            WHERE paper.kind = 'QUOTATION' AND paper.about @> ARRAY['quotes.quote:' || quote.id]::varchar[]
            ORDER BY paper.id DESC LIMIT 1
        ) offered ON true
        WHERE later.issued_at >= %(since)s AND (
            later.premium_yen <> chosen.premium_yen
            OR coalesce((signed.said ->> 'premium_yen')::bigint, later.premium_yen) <> later.premium_yen
            OR offered.amount_yen IS DISTINCT FROM later.premium_yen
            OR later.premium_yen <> (SELECT sum((part ->> 'amount_yen')::bigint)
                                     FROM jsonb_array_elements(later.instalments) part))""",
    "asked again after they had applied": """
        SELECT letter.id FROM renewals_renewal renewal
        JOIN quotes_application application ON application.quote_id = renewal.quote_id
        JOIN correspondence_letter letter
            ON letter.about @> ARRAY['renewals.renewal:' || renewal.id]::varchar[]
        WHERE renewal.status IN ('APPLIED', 'RENEWED') AND letter.key NOT LIKE '%%:corrected:%%'
            AND letter.kind IN ('RENEWAL_NOTICE', 'RENEWAL_REMINDER', 'COVER_ENDED')
            AND letter.status IN ('SENT', 'UNKNOWN', 'QUEUED', 'SENDING')
            AND (letter.queued_at > application.received_at
                 OR letter.claimed_at > application.received_at + interval '15 seconds')""",
    "told that cover has ended, who has a new contract": """
        SELECT letter.id FROM following JOIN correspondence_letter letter ON letter.kind = 'COVER_ENDED'
            AND letter.about @> ARRAY['policies.policy:' || following.old_id]::varchar[]
        WHERE letter.status <> 'CANCELLED' AND (letter.queued_at > following.issued_at
            OR letter.claimed_at > following.issued_at + interval '15 seconds')""",
    "left, and asked again": """
        SELECT letter.id FROM renewals_renewal renewal JOIN correspondence_letter letter
            ON letter.about @> ARRAY['renewals.renewal:' || renewal.id]::varchar[]
        WHERE renewal.status IN ('LOST', 'DECLINED') AND letter.status IN ('SENT', 'UNKNOWN', 'QUEUED', 'SENDING')
            AND letter.kind IN ('RENEWAL_REMINDER', 'COVER_ENDED')
            AND (letter.queued_at > renewal.outcome_at
                 OR letter.claimed_at > renewal.outcome_at + interval '15 seconds')""",
}  # fmt: skip
_FATES = "SELECT policy_id, status FROM renewals_renewal"
_LATE = "SELECT old_id, early_start_approved_by_id IS NOT NULL FROM resumed"
_BY_YEAR = """
SELECT extract(year FROM old_ends_at AT TIME ZONE 'Asia/Tokyo')::int, count(*), sum(old_premium_yen), sum(premium_yen)
FROM renewed WHERE old_status <> 'CANCELLED' GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stood there as bare rows before anybody did anything: the last contract and the last quote of it."""

    policy: int = 0
    quote: int = 0

    @classmethod
    def as_it_stands(cls) -> "Ground":
        [row] = _rows("SELECT (SELECT max(id) FROM policies_policy), coalesce((SELECT max(id) FROM quotes_quote), 0)")
        return cls(*row)


def of_renewals(
    reckoning: Reckoning,
    rows: Sequence[Found],
    minds: Minds,
    home: Path,
    *,
    ground: Ground,
    since: datetime,
    at: datetime,
) -> None:
    """Who renewed, how, and that nothing of it is twice, half or otherwise told."""
    note = reckoning.note
    fates = dict(_rows(_FATES))
    by_mind: dict[Mind, Counter[str]] = {mind: Counter() for mind in Mind}
    for policy, status in fates.items():
        if (mind := minds.of(policy)) is not None:
            by_mind[mind][status] += 1
    late = dict(_rows(_LATE))
    note("customers who had a mind of their own", sum(sum(found.values()) for found in by_mind.values()))
    for mind, found in by_mind.items():
        note(f"  {mind.value}", sum(found.values()))
        note("    " + ", ".join(f"{status} {count}" for status, count in sorted(found.items())), "")
    note("renewed, each by one next contract from 16:00 to 16:00", sum(s == "RENEWED" for s in fates.values()))
    note("late, by a new contract from a day of its own", len(late))
    note("  begun before the application, approved by a manager", sum(late.values()))
    for name, count in found_broken(ground, since=since, at=at).items():
        note(f"  {name}", count, never=True)
    _of_the_next_year(reckoning, rows)
    _of_retention(reckoning)
    happened = (home / "renewed").read_text().splitlines()
    spent = [float(line.rpartition(" ")[2]) for line in happened if SPENT in line]
    for word, count in sorted(Counter(line for line in happened if SPENT not in line).items()):
        note(word[:58], count, never=word.endswith("gave up"))
    note("CPU seconds of these deeds", round(sum(spent)))
    for mind in RENEWING | LEAVING:
        wanted = {"LOST", "DECLINED"} if mind in LEAVING else {"RENEWED"}
        if by_mind[mind] and not wanted & by_mind[mind].keys():
            reckoning.broken.append(f"nobody came to the end of: {mind.value}")
    if by_mind[Mind.LATE] and not late:
        reckoning.broken.append(f"nobody came to the end of: {Mind.LATE.value}")


def found_broken(ground: Ground, *, since: datetime, at: datetime) -> dict[str, int]:
    """How often each thing that must not be was found. What is older than `since` came with the ground too."""
    facts = {"since": since, "at": at, "last_policy": ground.policy, "last_quote": ground.quote}
    return {name: len(_rows(question, **facts)) for name, question in _BROKEN.items()}


def _of_the_next_year(reckoning: Reckoning, rows: Sequence[Found]) -> None:
    """Who renewed at the year's beginning comes to his sixty days again within it."""
    next_ones = {policy for (policy,) in _rows("SELECT id FROM policies_policy WHERE renews_id IS NOT NULL")}
    again = [row for row in rows if row.policy_id in next_ones]
    reckoning.note("renewed, and at their sixty days once more", len(again))
    reckoning.note("  told of the next year", sum(row.verdict in {Verdict.SENT, Verdict.BOUNCED} for row in again))
    reckoning.note("  not told", sum(row.verdict == Verdict.NONE and row.late for row in again), never=True)
    reckoning.note("  told twice", sum(row.doubled for row in again), never=True)


def _of_retention(reckoning: Reckoning) -> None:
    """The house's own page of the year's retention says what the contracts say."""
    agency = Policy.objects.select_related("agency")[0].agency
    counted = {year: (count, int(before), int(after)) for year, count, before, after in _rows(_BY_YEAR)}
    differs = 0
    for year in range(2027, 2030):
        whole = retention(Policy.objects.all(), agency, year, None).whole
        shown = whole.renewed, whole.yen["RENEWED"], whole.renewed_yen
        differs += shown != counted.get(year, (0, 0, 0))
        if whole.renewed:
            reckoning.note(
                f"  retention of {year}: renewed, of so many that came due", f"{whole.renewed:,} / {whole.due:,}"
            )
    reckoning.note("  retention that says something else than the contracts", differs, never=True)


def _rows(question: str, **facts: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {_SHARED} {question}", facts or None)  # noqa: S608 - texts of ours
        rows: list[Any] = cursor.fetchall()
        return rows
