"""The reckoning of the renewals tells each thing that must not be: rows are bent past every guard, one by one."""

from typing import Any

import pytest
from django.db import connection, transaction

from local.chaos.succession import Ground, found_broken
from policies.models import Policy
from portal.models import Invitation, SignOff
from quotes import actions as quote_actions
from quotes.states import QuoteStatus
from renewals.models import Renewal
from tests.making import make_customer, make_robot
from tests.policies.making import many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, run
from tests.renewals.test_following import answer, give_up, perform, renewal_quote
from tests.renewals.test_taking_back import begin_anew

SINCE, NOW = at(before(61), 0), at(before(0), 15)
SENT = f"""status = 'SENT', claimed_at = '{NOW}', sent_at = '{NOW}', sent_by_id = queued_by_id,
    settled_at = NULL, settled_by_id = NULL"""
# What bends the rows, and what the reckoning calls it. `renewed`, `late`, `left` and `silent` are contracts.
BENT = {
    "with two next contracts": "UPDATE quotes_quote SET resumes_id = {renewed} WHERE resumes_id = {late}",
    "not from 16:00 of the old end, or not for a year":
        "UPDATE policies_policy SET starts_at = starts_at + interval '1 day' WHERE renews_id = {renewed}",
    "for another customer, or of a contract that was cancelled before":
        "UPDATE policies_policy SET customer_id = {stranger} WHERE renews_id = {renewed}",
    "two in force over one risk":
        "UPDATE policies_policy SET starts_at = starts_at - interval '1 day' WHERE renews_id = {renewed}",
    "late, and reaching back over days without cover":
        "UPDATE policies_policy SET starts_at = starts_at - interval '2 days' WHERE id = {anew}",
    "late, begun before the application and approved by nobody else":
        "UPDATE quotes_application SET received_at = received_at + interval '3 days' WHERE quote_id = {late_quote}",
    "renewed, and not said so": "UPDATE policies_policy SET renews_id = NULL WHERE renews_id = {renewed}",
    "renewed by something else than its quote's application":
        "UPDATE quotes_quote SET renewal_of_id = NULL WHERE renewal_of_id = {renewed}",
    "said to be applied for, and not":
        "UPDATE renewals_renewal SET status = 'QUOTED', quote_id = {draft} WHERE policy_id = {silent}",
    "in work after their end, or uninsured before it":
        "UPDATE renewals_renewal SET outcome_at = term_end_at - interval '1 minute' WHERE policy_id = {late}",
    "half-written: a quote, its application and its contract":
        "UPDATE quotes_quoteoption SET chosen = false WHERE quote_id = {late_quote}",
    "half-written: a contract without its certificate and its way":
        "UPDATE correspondence_paper SET kind = 'QUOTATION' WHERE kind = 'CERTIFICATE'",
    "signed by link, and neither applied nor waiting": "UPDATE portal_invitation SET status = 'SENT', signed_at = NULL,"
        " signed_by_id = NULL",
    "at another premium than was offered":
        "UPDATE policies_policy SET premium_yen = premium_yen + 10 WHERE renews_id = {renewed}",
    "asked again after they had applied": "UPDATE correspondence_letter SET {sent}"
        " WHERE kind = 'RENEWAL_REMINDER' AND about @> ARRAY['policies.policy:{renewed}']::varchar[]",
    "told that cover has ended, who has a new contract":
        "UPDATE correspondence_letter SET {sent} WHERE kind = 'COVER_ENDED'",
    "left, and asked again": "UPDATE correspondence_letter SET {sent}"
        " WHERE kind = 'RENEWAL_REMINDER' AND about @> ARRAY['policies.policy:{left}']::varchar[]",
}  # fmt: skip


def take_guards_away(cursor: Any, table: str) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


@pytest.mark.django_db
def test_each_thing_that_must_not_be_is_told():
    first = make_expiring()
    rows = many_policies(2, first, ends_on=EXPIRY, first_serial=1)
    [late] = many_policies(1, first, ends_on=before(1), first_serial=9)
    make_robot(first.agency)
    run(before(61))
    run(before(45))
    renewals = {row.policy_id: row for row in Renewal.objects.select_related("policy", "customer", "owner")}
    renewed, left, silent = (renewals[policy.pk] for policy in (first, *rows))
    when = {"at": at(before(45), 11), "responded_at": at(before(45), 10)}
    quote = renewal_quote(answer(renewed, **when), QuoteStatus.APPLIED, days=44)
    perform(quote_actions.issue_quote, quote=quote, by=renewed.owner, at=at(before(43)))
    give_up(answer(left, response="OTHER_CARRIER", **when))
    run(before(1), 16, 30)
    run(before(0))
    late_quote = begin_anew(Policy.objects.get(pk=late.pk), 0)
    draft = silent.policy.renewal_quotes.get()
    link = draft.invitations.get()
    who = link.visitors.get()
    said = {"name": "田中 一郎", "title": "総務部長", "said": {}, "fingerprint": "0" * 64}
    SignOff.objects.create(invitation=link, signed_by=who, signed_at=at(before(44)), **said)
    Invitation.objects.filter(pk=link.pk).update(status="OPENED", opened_at=at(before(44)), opened_by=who)
    Invitation.objects.filter(pk=link.pk).update(status="SIGNED", signed_at=at(before(44)), signed_by=who)
    names = {
        "sent": SENT,
        "renewed": renewed.policy_id, "left": left.policy_id, "silent": silent.policy_id, "late": late.pk,
        "anew": late_quote.policy_id, "late_quote": late_quote.pk, "draft": draft.pk,
        "stranger": make_customer(by=first.in_charge).pk,
    }  # fmt: skip
    assert {name for name, count in found_broken(Ground(), since=SINCE, at=NOW).items() if count} == set()
    for name, words in BENT.items():
        with transaction.atomic(), connection.cursor() as cursor:
            take_guards_away(cursor, words.split()[1])
            cursor.execute(words.format(**names))
            assert cursor.rowcount, name
            told = found_broken(Ground(), since=SINCE, at=NOW)
            transaction.set_rollback(True)
        assert told[name], name
    assert set(BENT) == set(told)
