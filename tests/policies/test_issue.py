"""Issuing: numbers without gaps, terms from four to four, the 証券 and its letter, renewals at the old expiry."""

import threading
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from core.periods import Term, at_four
from correspondence.models import Letter, Paper
from policies.actions import issue_policy
from policies.models import Policy
from policies.states import Delivery, PolicyStatus
from tests.making import A_MONDAY, make_customer, make_user
from tests.policies.making import issue_facts, make_policy, make_record_of_end, many_policies

pytestmark = pytest.mark.django_db


def test_a_policy_gets_the_first_number_of_its_year_and_runs_from_four_to_four():
    policy = make_policy()
    assert policy.number == "C-2026-000001"
    assert policy.status == PolicyStatus.IN_FORCE
    assert (policy.starts_at, policy.ends_at) == (at_four(date(2026, 5, 1)), at_four(date(2027, 5, 1)))


def test_the_year_of_a_number_is_the_japanese_one():
    new_year = A_MONDAY.replace(year=2026, month=12, day=31, hour=15)  # midnight in Japan
    assert make_policy(at=new_year - timedelta(seconds=1)).number == "C-2026-000001"
    assert make_policy(at=new_year).number == "C-2027-000001"


def test_a_policy_from_29_february_ends_on_28_february():
    policy = make_policy(starts_on=date(2028, 2, 29))
    assert policy.ends_on == date(2029, 2, 28)


def test_issuing_files_the_certificate_and_queues_one_letter_with_it():
    policy = make_policy()
    certificate = Paper.objects.get(kind="CERTIFICATE")
    letter = Letter.objects.get(key=f"policy:{policy.number}:issue")
    assert certificate.subject == policy.number
    assert certificate.amount_yen == policy.premium_yen
    assert letter.to == ["tanaka@customer.example"]
    assert list(letter.papers.all()) == [certificate]
    assert policy.number in letter.body
    assert "2026年5月1日午後4時から2027年5月1日午後4時まで" in letter.body


def test_the_papers_of_the_application_travel_with_the_certificate():
    other = Paper.objects.get(subject=make_policy().number)
    policy = make_policy(papers=[other])
    letter = Letter.objects.get(key=f"policy:{policy.number}:issue")
    assert [paper.subject for paper in letter.papers.order_by("attachments__position")] == [
        policy.number,
        other.subject,
    ]


def test_a_customer_without_mail_gets_the_certificate_by_post_and_the_history_says_so():
    policy = make_policy(make_customer(email=None))
    assert policy.delivery == Delivery.POST
    assert not Letter.objects.exists()
    assert any("郵送してください" in event.summary for event in timeline(policy))


def test_issuing_stands_in_the_history_of_policy_and_customer():
    policy = make_policy()
    verbs = {event.verb for event in timeline(policy)}
    assert "policies.issue_policy" in verbs
    assert "policies.issue_policy" in {event.verb for event in timeline(policy.customer)}


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term(at_four(date(2026, 5, 1)), at_four(date(2027, 4, 30))), "2027年5月1日の午後4時まで"),
        (Term(at_four(date(2026, 5, 1)), at_four(date(2027, 5, 2))), "2027年5月1日の午後4時まで"),
        (Term(at_four(date(2026, 5, 1)) - timedelta(minutes=1), at_four(date(2027, 5, 1))), "午後4時"),
    ],
)
def test_a_term_that_is_not_one_year_from_four_to_four_is_refused(term, words):
    with pytest.raises(Refused, match=words):
        make_policy(term=term)
    assert not Policy.objects.exists()


@pytest.mark.parametrize("premium", [0, -10])
def test_a_premium_below_one_yen_is_refused(premium):
    with pytest.raises(Refused, match="保険料は1円以上"):
        make_policy(premium_yen=premium, instalments=[])


def test_terms_that_cannot_be_read_back_are_refused_by_name():
    with pytest.raises(Refused, match="契約内容に足りない項目か誤り.*cover"):
        make_policy(terms={"product_label": "シンプルサイバー"})


def test_an_auditor_cannot_issue():
    customer = make_customer()
    auditor = make_user(customer.agency, Role.AUDITOR)
    with pytest.raises(Refused, match="閲覧のみ"):
        make_policy(customer, by=auditor)


def test_a_renewal_starts_at_the_old_expiry_and_keeps_the_chain():
    old = make_policy()
    new = make_policy(renews=old)
    assert new.starts_at == old.ends_at
    assert new.chain == old.chain
    assert old.renewed_by == new


@pytest.mark.parametrize("days", [-1, 1])
def test_a_renewal_with_a_gap_or_an_overlap_is_refused(days):
    old = make_policy()
    with pytest.raises(Refused, match="満期.*と同じにしてください"):
        make_policy(renews=old, term=Term.one_year_from(old.ends_on + timedelta(days=days)))


def test_a_policy_is_renewed_once():
    old = make_policy()
    new = make_policy(renews=old)
    with pytest.raises(Refused, match=f"すでに{new.number}に更改"):
        make_policy(renews=old)


def test_a_policy_of_another_customer_cannot_be_renewed():
    old = make_policy()
    with pytest.raises(Refused, match="別のお客さま"):
        make_policy(make_customer(old.in_charge), renews=old)


def test_the_database_itself_refuses_a_renewal_with_a_gap():
    old = make_policy()
    stranger = many_policies(1, old, ends_on=date(2028, 6, 1), first_serial=1)[0]
    stranger.pk, stranger.number, stranger.renews = None, "C-2020-000002", old
    with pytest.raises(IntegrityError, match="takes_over_at_expiry"), transaction.atomic():
        stranger.save(force_insert=True)


def test_the_database_itself_refuses_overlapping_terms_in_one_chain():
    old = make_policy()
    [other] = many_policies(1, old, ends_on=date(2027, 6, 1), first_serial=1)
    other.pk, other.number, other.chain = None, "C-2020-000002", old.chain
    with pytest.raises(IntegrityError, match="policies_policy_chain_has_no_overlap"), transaction.atomic():
        other.save(force_insert=True)


@pytest.mark.parametrize("column", ["premium_yen = 1", "starts_at = starts_at - interval '1 year'", "terms = '{}'"])
def test_what_was_agreed_cannot_be_changed_by_anyone(column):
    policy = make_policy()
    with pytest.raises(IntegrityError, match="frozen_columns"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE policies_policy SET {column} WHERE id = %s", [policy.pk])  # noqa: S608


def test_a_policy_cannot_be_deleted():
    policy = make_policy()
    with pytest.raises(DatabaseError, match="undeletable"), transaction.atomic():
        policy.delete()


def test_every_move_of_the_status_that_the_table_does_not_name_is_refused_by_the_database():
    ended = "ends_at + interval '1 minute'"
    facts = {
        "IN_FORCE": "expired_at = NULL, cancelled_at = NULL, cancelled_by_id = NULL",
        "EXPIRED": f"expired_at = {ended}, cancelled_at = NULL, cancelled_by_id = NULL",
        "CANCELLED": "expired_at = NULL, cancelled_at = starts_at, cancelled_by_id = issued_by_id",
    }
    for before in PolicyStatus:
        for after in PolicyStatus:
            policy = make_policy()
            make_record_of_end(policy)
            with connection.cursor() as cursor:
                sql = "UPDATE policies_policy SET status = '{}', {} WHERE id = %s"
                if before != PolicyStatus.IN_FORCE:
                    cursor.execute(sql.format(before, facts[before]), [policy.pk])
                allowed = before == after or (before, after) in {("IN_FORCE", "EXPIRED"), ("IN_FORCE", "CANCELLED")}
                with nullcontext() if allowed else pytest.raises(IntegrityError), transaction.atomic():
                    cursor.execute(sql.format(after, facts[after]), [policy.pk])


def test_a_rolled_back_issue_leaves_no_gap():
    make_policy()

    def issue_and_fail(**facts):
        issue_policy(**facts)
        raise Refused("やめた")

    with pytest.raises(Refused):
        perform(issue_and_fail, **issue_facts())
    assert make_policy().number == "C-2026-000002"


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_issues_give_fifty_consecutive_numbers():
    customer = make_customer()
    facts = issue_facts(customer)
    numbers, troubles = [], []
    start = threading.Barrier(50)

    def issue():
        try:
            start.wait()
            numbers.append(perform(issue_policy, **facts).number)
        except Exception as error:  # noqa: BLE001 - a thread's trouble must reach the test
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert sorted(numbers) == [f"C-2026-{serial:06d}" for serial in range(1, 51)]


@pytest.mark.django_db(transaction=True)
def test_two_people_renewing_one_policy_at_once_get_one_renewal():
    old = make_policy()
    facts = issue_facts(renews=old)
    outcomes = []
    start = threading.Barrier(2)

    def issue():
        start.wait()
        try:
            outcomes.append(perform(issue_policy, **facts).number)
        except Refused as refusal:
            outcomes.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Policy.objects.filter(renews=old).count() == 1
    assert sum("すでに" in outcome for outcome in outcomes) == 1
