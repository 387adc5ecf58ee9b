"""更改の点検: every kind is counted, each policy once, and whoever was missed is named with where it hangs."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from core.clock import jst, travel
from core.doors import perform
from correspondence.actions import cancel_letter
from correspondence.actions.outbox import note_and_claim, note_failed, note_sent, note_unknown
from correspondence.models import Bounce, IncomingMail, Letter
from correspondence.states import IncomingKind
from customers.models import Customer
from policies.models import Policy
from renewals.actions import close_renewal, open_renewal, record_notice_posted, record_response
from renewals.inspection import find, inspect_renewals
from renewals.models import Renewal
from renewals.states import Channel, RenewalStatus, Response
from renewals.verdicts import Verdict, Where
from tests.making import make_customer, make_user
from tests.policies.making import cancel, many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, run

pytestmark = pytest.mark.django_db
LATER = before(55)
RANGE = {"first": EXPIRY - timedelta(days=5), "last": EXPIRY + timedelta(days=5)}


def deliver(letter: Letter, note=note_sent, **said: str) -> None:
    """The way of a letter through the outbox, to the end that is asked for."""
    facts = {"letter": letter, "by": letter.queued_by, "at": at(before(60), 7)}
    perform(note_and_claim, sent=None, waiting=[letter], claimant="a", by=letter.queued_by, at=facts["at"])
    perform(note, **facts, **said)


def notice_of(policy: Policy) -> Letter:
    return Letter.objects.get(kind="RENEWAL_NOTICE", about__contains=[f"policies.policy:{policy.pk}"])


def bounce_of(letter: Letter, owner: User) -> Bounce:
    """What came back for a letter, with whoever has to phone."""
    facts = {"agency": letter.agency, "letter": letter, "received_at": at(before(60), 8), "received_by": owner}
    mail = IncomingMail.objects.create(**facts, sha256="0" * 64, size=1, kind=IncomingKind.BOUNCE)
    return Bounce.objects.create(
        **facts, mail=mail, address=letter.to[0], is_permanent=True, diagnostic="550 宛先がありません", owner=owner,
        due_on=before(60),
    )  # fmt: skip


def places(on: date = LATER) -> dict[str, Where]:
    return {row.number: row.where for row in find(on=on, **RANGE)}


def test_every_policy_has_exactly_one_verdict_and_the_missed_are_named_with_where_they_hang(client, capsys):
    first = make_expiring()
    by_post = make_expiring(make_customer(email=None, by=first.in_charge))
    posted = make_expiring(make_customer(email=None, by=first.in_charge))
    rest = many_policies(7, first, ends_on=EXPIRY, first_serial=1)
    failed, unknown, waiting, withdrawn, bounced, declined, cancelled = rest
    fresh = Policy.objects.get(pk=failed.pk)
    fresh.pk, fresh.number, fresh.chain, fresh.starts_at = None, "C-2020-000099", 99, at(before(40), 16)
    fresh.save(force_insert=True)  # a short first term whose cover begins later
    opened = perform(open_renewal, policy=declined, by=first.in_charge, at=at(before(80)))
    perform(
        close_renewal, renewal=opened, seen_version=opened.version, outcome="DECLINED", reason="事業をやめる",
        by=first.in_charge, at=at(before(80)),
    )  # fmt: skip
    cancel(cancelled, before(70), at=at(before(70)))
    run(before(60))
    deliver(notice_of(first), remark="")
    deliver(notice_of(bounced), remark="")
    bounce = bounce_of(notice_of(bounced), first.in_charge)
    deliver(notice_of(failed), note_failed, reason="550 宛先がありません")
    deliver(notice_of(unknown), note_unknown, reason="切断")
    perform(cancel_letter, letter=notice_of(withdrawn), note="誤り", by=first.in_charge, at=at(before(60), 8))
    paper = Renewal.objects.get(policy=posted)
    perform(record_notice_posted, renewal=paper, seen_version=paper.version, by=first.in_charge, at=at(before(60), 9))

    missed = [failed, unknown, waiting, withdrawn, by_post]
    hangs = (Where.REFUSED, Where.UNKNOWN, Where.WAITING, Where.WITHDRAWN, Where.NOT_POSTED)
    assert places() == {
        first.number: Where.MAILED,
        posted.number: Where.POSTED,
        declined.number: Where.DECLINED,
        cancelled.number: Where.CANCELLED,
        bounced.number: Where.TASK,
        **{policy.number: where for policy, where in zip(missed, hangs, strict=True)},
    }
    found = inspect_renewals(on=LATER, **RANGE)
    assert [(day.ends_on, day.sent, day.bounced, day.stopped, day.none, day.late) for day in found.days] == [
        (EXPIRY, 2, 1, 2, 5, 5)
    ]
    assert not found.holds
    # On the day itself nobody is late yet, and whose cover has not begun is not asked for.
    assert inspect_renewals(on=before(60), **RANGE)["late"] == 0
    assert places(before(39))[fresh.number] == Where.NOT_OPENED

    with travel(at(LATER)), pytest.raises(CommandError, match="5件") as error:
        call_command("inspect_renewals")
    assert error.value.returncode == 1
    assert f"{unknown.number} {unknown.customer.name}: 期日超過 メールが届いたか分からない" in capsys.readouterr().out

    # Nobody is left to phone; then somebody has phoned; then it turns out to have arrived after all.
    colleague = make_user(first.agency, Role.CLERK, name="佐藤 花子", is_active=False)
    Bounce.objects.filter(pk=bounce.pk).update(owner=colleague)
    assert places()[bounced.number] == Where.NOBODY
    User.objects.filter(pk=colleague.pk).update(is_active=True, left_on=LATER - timedelta(days=1))
    assert places()[bounced.number] == Where.NOBODY
    User.objects.filter(pk=colleague.pk).update(left_on=LATER)  # his last day
    assert places()[bounced.number] == Where.TASK
    User.objects.filter(pk=colleague.pk).update(left_on=LATER - timedelta(days=1))
    done = {"handled_at": at(before(59)), "handled_by": first.in_charge, "note": "電話"}
    Bounce.objects.filter(pk=bounce.pk).update(deed="CALLED", **done)
    assert places()[bounced.number] == Where.TASK
    Bounce.objects.filter(pk=bounce.pk).update(deed="DISMISSED")
    assert places()[bounced.number] == Where.MAILED

    client.force_login(first.in_charge)
    with travel(at(LATER)):
        page = client.get("/renewals/inspection/").content.decode()
        sheet = client.get("/renewals/inspection/", {"verdict": "all", "format": "csv"}).content.decode()
        wrong = client.get("/renewals/inspection/", {"since": "2027-07-02", "until": "2027-07-01"})
    assert all(policy.number in page for policy in missed)
    assert first.number not in page
    assert sheet.count("\r\n") == 11
    assert wrong.status_code == 422
    assert "範囲が逆" in wrong.content.decode()


def test_a_renewal_that_vanished_from_the_rounds_view_and_a_notice_sent_twice_are_found():
    policy = make_expiring()
    other = many_policies(1, policy, ends_on=EXPIRY, first_serial=1)[0]
    run(before(60))
    for one in (policy, other):
        deliver(notice_of(one), remark="")
    assert inspect_renewals(on=LATER, **RANGE).holds

    letter = notice_of(other)
    with connection.cursor() as cursor:  # behind every guard's back, as a mistake or an intruder would
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE renewals_renewal DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE correspondence_letter DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE renewals_renewalterms DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM renewals_renewalterms")
        cursor.execute("DELETE FROM renewals_renewal WHERE policy_id = %s", [other.pk])
        cursor.execute("UPDATE correspondence_letter SET about = '{}' WHERE id = %s", [letter.pk])
    assert places()[other.number] == Where.NOT_OPENED
    assert inspect_renewals(on=LATER, **RANGE)["late"] == 1

    twin = notice_of(policy)
    twin.pk, twin.key, twin.message_id = None, "renewal:again", "<again@tate.example>"
    twin.save(force_insert=True)
    row = next(row for row in find(on=LATER, **RANGE, troubled=True) if row.number == policy.number)
    assert (row.verdict, row.notices, row.doubled) == (Verdict.SENT, 2, True)


def test_who_spoke_to_us_before_his_day_gets_the_notice_too_unless_he_does_not_renew():
    first = make_expiring()
    by_post = make_expiring(make_customer(email=None, by=first.in_charge))
    leaver = many_policies(1, first, ends_on=EXPIRY, first_serial=1)[0]
    for policy, said in ((first, Response.RENEW), (by_post, Response.CONSIDERING), (leaver, Response.NOT_RENEWING)):
        early = perform(open_renewal, policy=policy, by=first.in_charge, at=at(before(80)))
        perform(
            record_response, renewal=early, seen_version=early.version, response=said, channel=Channel.PHONE,
            person="田中 一郎", responded_at=at(before(80)), note="電話", by=first.in_charge, at=at(before(80)),
        )  # fmt: skip
    run(before(60))
    deliver(notice_of(first), remark="")
    told = Renewal.objects.get(policy=first)
    assert (told.status, told.way, told.notified_at) == (RenewalStatus.RESPONDED, "EMAIL", at(before(60)))
    assert "郵送" in Renewal.objects.get(policy=by_post).next_step
    assert places() == {
        first.number: Where.MAILED, by_post.number: Where.NOT_POSTED, leaver.number: Where.DECLINED,
    }  # fmt: skip


def test_another_agency_sees_only_its_own_and_ten_thousand_cost_no_more_statements():
    policy = make_expiring()
    many_policies(300, policy, ends_on=EXPIRY, first_serial=1)
    with CaptureQueriesContext(connection) as asked:
        found = inspect_renewals(on=LATER, **RANGE, agency_id=policy.agency_id)
    assert found["none"] == 301
    assert len(asked) == 1
    assert not inspect_renewals(on=LATER, **RANGE, agency_id=policy.agency_id + 1).days


def test_a_notice_that_waits_for_the_customers_wished_day_is_named_but_late_only_when_that_day_is_over():
    customer = make_customer()
    Customer.objects.filter(pk=customer.pk).update(mail_weekdays=[2])
    policy = make_expiring(customer)
    run(before(60))
    letter = notice_of(policy)
    wished = jst(letter.not_before).date()
    assert wished == before(50)

    def found(on: date) -> tuple[Where, Verdict, bool]:
        [row] = find(on=on, **RANGE, troubled=True)
        return row.where, row.verdict, row.late

    waits, hangs = (Where.WISHED, Verdict.NONE, False), (Where.WAITING, Verdict.NONE, True)
    assert [found(on) for on in (LATER, wished, wished + timedelta(days=1))] == [waits, waits, hangs]
    assert inspect_renewals(on=LATER, **RANGE).holds
    # One that was tried and put back hangs; so does one that would leave when fewer than thirty days are left.
    for facts in ({"attempts": 1}, {"attempts": 0, "not_before": at(before(29))}):
        Letter.objects.filter(pk=letter.pk).update(**facts)
        assert found(LATER) == hangs
    Letter.objects.filter(pk=letter.pk).update(not_before=at(before(30)))
    assert found(LATER) == waits
