"""Opening renewals: by the round for everything that expires soon, by hand for the early ones."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from accounts.queries import Succession
from core.clock import JST, jst
from core.doors import action
from core.history import record
from core.periods import at_four
from policies.models import Policy
from policies.permissions import check_can_renew
from policies.states import PolicyStatus
from renewals.actions.moving import about, write_lines
from renewals.models import Renewal
from renewals.planning import calendar_for, calendars_on
from renewals.rules import DutyFacts, next_duty
from renewals.states import RenewalStatus


@action
def open_renewals_due(*, on: date, by: User, at: datetime) -> int:
    """Open a renewal for every policy in force that expires within the calendar's days, the expiry day included.

    Policies whose expiry passed while the machine stood still are opened too, so that 無保険 is not overlooked. A short
    first term (統一満期) whose cover has not begun waits until it has: nobody renews what he does not have yet.
    One statement for any number of policies; a second call finds nothing to insert.
    """
    calendars = calendars_on(on)
    own, until = calendars.reaches(lambda calendar, _: on + timedelta(days=calendar.opens))
    # What each calendar of its own says; the contract's first match counts, the house's calendar last.
    cases = ""
    facts: dict[str, Any] = {}
    for number, one in enumerate(own):
        versions = f" AND product_version_id = ANY(%(versions{number})s)" if one.versions else ""
        cases += f" WHEN agency_id = %(agency{number})s{versions} THEN %(opens{number})s::int"
        facts |= {f"agency{number}": one.agency, f"versions{number}": list(one.versions)}
        facts |= {f"opens{number}": one.calendar.opens, f"notice{number}": one.calendar.notice}
    opens = f"CASE {cases} ELSE %(opens)s::int END" if cases else "%(opens)s::int"
    notice = opens.replace("%(opens", "%(notice")
    duty = next_duty(DutyFacts(RenewalStatus.OPEN, on), on, calendars.house)
    assert duty is not None
    ends_on = f"(ends_at AT TIME ZONE '{JST.key}')::date"
    renewals, policies = Renewal._meta.db_table, Policy._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {renewals} (
                agency_id, policy_id, customer_id, owner_id, term_end_at, status, opened_at, opened_by_id,
                way, response, response_channel, response_person, response_note, outcome_reason,
                is_undelivered, next_on, next_step, version
            )
            SELECT agency_id, id, customer_id, in_charge_id, ends_at, %(status)s, %(at)s, %(by)s,
                '', '', '', '', '', '', false, GREATEST(%(on)s, {ends_on} - {notice}), %(next_step)s, 1
            FROM {policies} policy
            WHERE status = %(in_force)s AND ends_at <= %(farthest)s AND {ends_on} - {opens} <= %(on)s
                AND starts_at <= %(at)s
                AND NOT EXISTS (SELECT 1 FROM {policies} later WHERE later.renews_id = policy.id)
                AND NOT EXISTS (SELECT 1 FROM {renewals} known WHERE known.policy_id = policy.id)
            ORDER BY ends_at, id
            ON CONFLICT (policy_id) DO NOTHING
            RETURNING id
            """,  # noqa: S608 - our own table names
            {
                "status": RenewalStatus.OPEN,
                "at": at,
                "by": by.pk,
                "in_force": PolicyStatus.IN_FORCE,
                "farthest": at_four(max(until, *(one.until for one in own)) if own else until),
                "on": on,
                "opens": calendars.house.opens,
                "notice": calendars.house.notice,
                "next_step": duty.words,
                **facts,
            },
        )
        opened = [pk for (pk,) in cursor.fetchall()]
    if not opened:
        return 0
    rows = Renewal.objects.filter(pk__in=opened).select_related("policy").defer("policy__terms", "policy__instalments")
    write_lines(
        "open_renewals_due",
        [(row, f"{row.policy.number}の更改を始めました(満期まであと{(row.ends_on - on).days}日)。") for row in rows],
        by=by,
        at=at,
    )
    return len(opened)


@action
def open_renewal(*, policy: Policy, by: User, at: datetime) -> Renewal:
    """Open the renewal of one policy by hand, before the round does. The one that stands is returned."""
    old = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    standing = Renewal.objects.filter(policy=old).first()
    if standing is not None:
        return standing
    on = jst(at).date()
    check_can_renew(by, old, on)
    calendar = calendar_for(old.agency, old.product_version.product.code, on)
    duty = next_duty(DutyFacts(RenewalStatus.OPEN, old.ends_on), on, calendar)
    assert duty is not None
    renewal = Renewal.objects.create(
        agency_id=old.agency_id,
        policy=old,
        customer_id=old.customer_id,
        owner=Succession(on).carrier(old.in_charge),
        term_end_at=old.ends_at,
        opened_at=at,
        opened_by=by,
        next_on=duty.on,
        next_step=duty.words,
    )
    record("renewals.open_renewal", f"{old.number}の更改を始めました。", about=about(renewal), by=by, at=at)
    return renewal
