"""The rounds: what is opened, sent, reminded, escalated and marked, on which day, and only once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from core.doors import perform
from core.history import timeline
from correspondence.blanks import BLANK
from correspondence.models import Letter, Paper
from customers.actions import record_consent, withdraw_consent
from desk.duties.board import KINDS, rows_of
from desk.duties.kinds import Moment, Row
from desk.duties.scope import Scope
from policies.states import PolicyStatus
from portal.blanks import WITHOUT_LINK
from renewals import round as rounds
from renewals.actions import record_notice_posted, record_response
from renewals.models import Renewal, Round
from renewals.states import RenewalStatus, RoundKind, Way
from tests.making import A_MONDAY, make_customer, make_user
from tests.policies.making import make_policy, many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db


def keys(renewal: Renewal) -> list[str]:
    """Which letters a renewal has had, in order, without their number and date."""
    letters = Letter.objects.filter(key__startswith=f"renewal:{renewal.pk}:").order_by("pk")
    return [letter.key.split(":")[2] for letter in letters]


@pytest.mark.parametrize(("days", "opened"), [(91, 0), (90, 1), (89, 1), (1, 1), (0, 1), (-1, 1), (-3, 1)])
def test_a_renewal_is_opened_from_ninety_days_before_until_the_expiry_day_and_even_later(days, opened):
    make_expiring()
    assert run(before(days)).counts["opened"] == opened


@pytest.mark.parametrize("expiry", [date(2028, 2, 28), date(2028, 1, 1), date(2027, 12, 31), date(2028, 3, 1)])
def test_ninety_days_are_counted_across_leap_days_and_new_year(expiry):
    make_expiring(expiry=expiry)
    assert run(expiry - timedelta(days=91)).counts["opened"] == 0
    assert run(expiry - timedelta(days=90)).counts["opened"] == 1


def test_a_policy_begun_on_29_february_is_opened_ninety_days_before_28_february():
    make_policy(starts_on=date(2028, 2, 29))
    assert run(date(2029, 2, 28) - timedelta(days=91)).counts["opened"] == 0
    assert run(date(2029, 2, 28) - timedelta(days=90)).counts["opened"] == 1


def test_the_owner_hears_of_a_renewal_when_it_opens_and_the_customer_thirty_days_later():
    renewal = make_renewal(days=90)
    assert (renewal.status, renewal.next_on) == (RenewalStatus.OPEN, before(60))
    digest = Letter.objects.get(key=f"renewal-digest:{renewal.owner_id}:{before(90)}")
    assert renewal.policy.number in digest.body
    # Sixty days before is a Sunday: the notice goes on the Friday.
    assert run(before(63)).counts["notices"] == 0
    assert run(before(62)).counts["notices"] == 1
    assert keys(renewal) == ["notice-60"]


def test_the_notice_goes_out_with_its_paper():
    renewal = make_renewal()
    letter = Letter.objects.get(key=f"renewal:{renewal.pk}:notice-60:2027-07-01")
    paper = Paper.objects.get(kind="RENEWAL_NOTICE")
    assert renewal.status == RenewalStatus.NOTIFIED
    assert renewal.way == Way.EMAIL
    assert list(letter.papers.all()) == [paper]
    assert letter.to == ["tanaka@customer.example"]
    for words in (
        renewal.policy.number,
        "2027年7月1日午後4時",
        "ご返答期限 2027年6月17日",
        "決算書",
        "無保険",
        renewal.owner.name,
    ):
        assert words in letter.body
    assert renewal.owner.name in letter.body


def test_without_mail_the_notice_is_filed_for_the_post_and_staff_have_a_duty():
    renewal = make_renewal(customer=make_customer(email=None))
    assert renewal.status == RenewalStatus.OPEN
    assert renewal.waits_for_post
    assert "郵送" in renewal.next_step
    assert Paper.objects.filter(kind="RENEWAL_NOTICE").count() == 1
    assert keys(renewal) == []
    digest = Letter.objects.get(key=f"renewal-digest:{renewal.owner_id}:{before(60)}")
    assert renewal.policy.number in digest.body
    assert "印刷して郵送する" in digest.body


def test_reminders_follow_at_45_30_14_7_days_and_on_the_expiry_day_while_nothing_comes_back():
    renewal = make_renewal()
    for days in range(59, -1, -1):
        run(before(days))
    assert keys(renewal) == ["notice-60", "reminder-45", "reminder-30", "reminder-14", "reminder-7", "reminder-0"]
    sent_on = [letter.queued_at.astimezone(at(EXPIRY).tzinfo).date() for letter in Letter.objects.filter(
        kind="RENEWAL_REMINDER").order_by("pk")]  # fmt: skip
    assert sent_on == [before(days) for days in (45, 30, 14, 7, 0)]


def test_reminders_grow_in_urgency():
    renewal = make_renewal()
    for days in (45, 30, 14, 7, 0):
        run(before(days))
    subjects = list(Letter.objects.filter(kind="RENEWAL_REMINDER").order_by("pk").values_list("subject", flat=True))
    assert [subject[: subject.index("】") + 1] for subject in subjects] == [
        "【ご確認のお願い】", "【ご返答のお願い】", "【お急ぎください】", "【至急】", "【本日満期】",
    ]  # fmt: skip
    assert all(renewal.policy.number in subject for subject in subjects)
    for body in Letter.objects.filter(kind="RENEWAL_REMINDER").values_list("body", flat=True):
        assert (BLANK in body) is not (WITHOUT_LINK in body), "either his own page, or who explains it"


def test_missed_reminders_are_not_sent_all_at_once():
    renewal = make_renewal()
    run(before(13))
    assert keys(renewal) == ["notice-60", "reminder-14"]


def test_a_notice_sent_late_is_not_followed_by_a_reminder_on_the_next_day():
    renewal = make_renewal(days=20)
    run(before(19))
    assert keys(renewal) == ["notice-60"]
    run(before(14))
    assert keys(renewal) == ["notice-60", "reminder-14"]


def test_who_took_the_consent_back_gets_the_notice_by_post():
    customer = make_customer()
    said = {"customer": customer, "said_by": "田中 一郎", "method": "PHONE", "by": customer.in_charge, "at": A_MONDAY}
    perform(record_consent, happened_at=A_MONDAY - timedelta(hours=1), **said)
    perform(withdraw_consent, happened_at=A_MONDAY, **said)
    assert make_renewal(customer=customer).waits_for_post
    assert not Letter.objects.filter(kind="RENEWAL_NOTICE").exists()


def test_a_customer_without_mail_is_phoned_instead_of_reminded():
    renewal = make_renewal(customer=make_customer(email=None))
    perform(record_notice_posted, renewal=renewal, seen_version=renewal.version, by=renewal.owner, at=at(before(58)))
    assert run(before(45)).counts["calls"] == 1
    renewal.refresh_from_db()
    assert keys(renewal) == []
    assert renewal.next_on == before(45)
    assert "電話" in renewal.next_step


def test_three_missed_days_are_caught_up_in_one_run_and_a_second_run_does_nothing():
    policies = [make_expiring(expiry=EXPIRY + timedelta(days=days)) for days in range(4)]
    assert run(before(60)).counts["opened"] == 4
    policies += [make_expiring(expiry=EXPIRY + timedelta(days=days)) for days in range(4)]
    caught_up = run(before(57))
    assert (caught_up.counts["opened"], caught_up.counts["notices"]) == (4, 4)
    events = sum(timeline(policy).count() for policy in policies)
    again = run(before(57))
    assert set(again.counts.values()) == {0}
    assert sum(timeline(policy).count() for policy in policies) == events
    assert Round.objects.count() == 3


def test_no_answer_before_the_thirtieth_day_is_somebodys_duty():
    renewal = make_renewal()
    assert renewal.next_on == before(30)
    run(before(30))
    digest = Letter.objects.get(key=f"renewal-digest:{renewal.owner_id}:{before(30)}")
    assert "電話で意向を確認する" in digest.body


def test_an_unsent_notice_is_reported_to_the_managers_at_29_days_and_once():
    renewal = make_renewal(customer=make_customer(email=None))
    manager = make_user(renewal.agency, Role.MANAGER)
    assert run(before(30)).counts["escalated"] == 0
    assert run(before(29)).counts["escalated"] == 1
    assert run(before(28)).counts["escalated"] == 0
    letter = Letter.objects.get(key__startswith="renewal-escalation:")
    assert letter.to == [manager.email]
    assert renewal.policy.number in letter.body


def test_an_answer_before_the_paper_was_posted_hides_nothing_unless_the_customer_does_not_renew():
    spoke, leaves = (make_renewal(customer=make_customer(email=None)) for _ in range(2))
    for renewal, said in ((spoke, "CONSIDERING"), (leaves, "NOT_RENEWING")):
        perform(
            record_response, renewal=renewal, seen_version=renewal.version, response=said, channel="PHONE",
            person="田中", note="", responded_at=at(before(50)), by=renewal.owner, at=at(before(50)),
        )  # fmt: skip
    assert run(before(29)).counts["escalated"] == 1
    for renewal in (spoke, leaves):
        renewal.refresh_from_db()
        assert renewal.status == RenewalStatus.RESPONDED
    assert (spoke.escalated_at is None, leaves.escalated_at is None) == (False, True)
    shown = rows_of(
        next(kind for kind in KINDS if kind.code == "renewals-unsent"), make_user(spoke.agency, Role.MANAGER),
        Scope.ALL, Moment(at(before(29), 10)),
    )  # fmt: skip
    assert [Row(*row).pk for row in shown] == [spoke.pk]


def test_a_notice_whose_mail_failed_is_reported_too_and_one_that_was_sent_is_not():
    failed, sent = make_renewal(), make_renewal()
    Letter.objects.filter(key__startswith=f"renewal:{sent.pk}:notice").update(
        status="SENDING", claimed_at=at(before(60)), claimed_by="test"
    )
    Letter.objects.filter(key__startswith=f"renewal:{sent.pk}:notice").update(
        status="SENT", sent_at=at(before(60)), sent_by=sent.owner
    )
    run(before(29))
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert failed.escalated_at is not None
    assert sent.escalated_at is None


@pytest.mark.parametrize(("hour", "minute", "uninsured"), [(15, 59, 0), (16, 0, 1)])
def test_uninsured_is_marked_at_four_and_not_a_minute_before(hour, minute, uninsured):
    renewal = make_renewal()
    counts = run(EXPIRY, hour, minute, kind=RoundKind.EXPIRY).counts
    renewal.refresh_from_db()
    renewal.policy.refresh_from_db()
    assert counts["uninsured"] == counts["expired"] == uninsured
    assert (renewal.status == RenewalStatus.UNINSURED) is bool(uninsured)
    assert (renewal.policy.status == PolicyStatus.EXPIRED) is bool(uninsured)


def test_the_managers_are_told_who_is_uninsured():
    renewal = make_renewal()
    manager = make_user(renewal.agency, Role.MANAGER)
    run(EXPIRY, 16, 1, kind=RoundKind.EXPIRY)
    letter = Letter.objects.get(key__startswith="renewal-uninsured:")
    assert letter.to == [manager.email]
    assert renewal.policy.number in letter.body
    assert renewal.customer.name in letter.body


def test_a_machine_that_slept_over_the_expiry_opens_and_marks_in_one_run():
    policy = make_expiring()
    counts = run(before(-3)).counts
    assert (counts["opened"], counts["notices"], counts["uninsured"], counts["expired"]) == (1, 0, 1, 1)
    assert policy.renewal.status == RenewalStatus.UNINSURED


def test_the_work_of_a_leaver_goes_to_the_managers():
    renewal = make_renewal(days=58)
    manager = make_user(renewal.agency, Role.MANAGER)
    renewal.owner.left_on = before(40)
    renewal.owner.save()
    run(before(30))
    digest = Letter.objects.get(key=f"renewal-digest:{manager.pk}:{before(30)}")
    assert digest.to == [manager.email]
    assert renewal.policy.number in digest.body


def test_work_nobody_can_take_stays_where_it_is_and_is_counted():
    renewal = make_renewal(days=58)
    renewal.owner.left_on = before(40)
    renewal.owner.save()
    done = run(before(30))
    assert (done.counts["reassigned"], done.counts["ownerless"]) == (0, 1)


def test_a_run_that_was_cut_off_stays_visible_and_the_next_one_finishes_the_work(monkeypatch):
    make_expiring()
    steps = rounds.STEPS[RoundKind.NIGHTLY]

    def cut_off(**facts):
        raise KeyboardInterrupt

    monkeypatch.setitem(rounds.STEPS, RoundKind.NIGHTLY, (steps[0], ("notices", cut_off, True)))
    with pytest.raises(KeyboardInterrupt):
        run(before(60))
    monkeypatch.setitem(rounds.STEPS, RoundKind.NIGHTLY, steps)
    assert Round.objects.get().finished_at is None
    assert run(before(60)).counts["notices"] == 1


def test_statements_grow_neither_with_policies_that_are_not_due_nor_with_those_that_are():
    first = make_expiring()
    run(before(61))

    def statements_with(count: int, ends_on: date, serial: int) -> int:
        many_policies(count, first, ends_on=ends_on, first_serial=serial)
        run(before(61, ends_on))
        # Terms are made row by row, each in its own savepoint; everything else of the round is set-based.
        Renewal.objects.filter(track="").update(track="NORMAL", track_reasons=[{"code": "x", "sentence": "試験"}])
        with CaptureQueriesContext(connection) as few:
            run(before(60, ends_on))
        return len(few)

    alone = statements_with(1, EXPIRY, 1)
    many_policies(300, first, ends_on=EXPIRY + timedelta(days=300), first_serial=1000)
    assert statements_with(1, EXPIRY + timedelta(days=1), 2) == alone
    assert statements_with(40, EXPIRY + timedelta(days=2), 3000) == alone


def test_every_renewal_has_exactly_one_notice_however_often_and_whenever_the_round_runs():
    for days in range(0, 70, 7):
        make_expiring(expiry=EXPIRY + timedelta(days=days))
    for days in (61, 60, 60, 40, 33, 33, 12, 5, 0, 0, -8, -20):
        run(before(days))
    for renewal in Renewal.objects.all():
        assert keys(renewal).count("notice-60") == 1
    assert Renewal.objects.count() == 10
    assert Paper.objects.filter(kind="RENEWAL_NOTICE").count() == 10
