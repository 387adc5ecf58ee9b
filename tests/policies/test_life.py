"""After the issue: expiry, the 証券 made anew, the post."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from core.doors import perform
from core.errors import Refused, Stale
from core.history import timeline
from core.periods import at_four
from correspondence.models import Paper
from policies.actions import expire_policies_due, record_posting, reissue_certificate
from policies.models import Policy
from policies.queries import latest_certificate, undelivered_certificates
from policies.states import PolicyStatus
from tests.making import A_MONDAY, make_customer, make_user
from tests.policies.making import make_policy, many_policies

pytestmark = pytest.mark.django_db
END = at_four(date(2027, 5, 1))


def expire(policy: Policy, at) -> int:
    return perform(expire_policies_due, by=policy.issued_by, at=at)


def test_a_policy_expires_at_four_and_not_a_minute_before():
    policy = make_policy()
    assert expire(policy, END - timedelta(minutes=1)) == 0
    assert expire(policy, END) == 1
    policy.refresh_from_db()
    assert policy.status == PolicyStatus.EXPIRED
    assert policy.expired_at == END
    assert any("満期" in event.summary for event in timeline(policy))


def test_expiring_twice_does_nothing_the_second_time():
    policy = make_policy()
    assert expire(policy, END) == 1
    assert expire(policy, END + timedelta(hours=1)) == 0


def test_a_hundred_expiries_cost_as_many_statements_as_one():
    policy = make_policy()
    many_policies(1, policy, ends_on=date(2027, 1, 1), first_serial=1)
    with CaptureQueriesContext(connection) as one:
        expire(policy, at_four(date(2027, 1, 1)))
    many_policies(100, policy, ends_on=date(2027, 2, 1), first_serial=2)
    with CaptureQueriesContext(connection) as hundred:
        assert expire(policy, at_four(date(2027, 2, 1))) == 100
    assert len(hundred) == len(one)


def test_a_reissue_is_revision_2_and_changes_only_the_day_it_was_made():
    policy = make_policy()
    later = A_MONDAY + timedelta(days=40)
    paper = perform(
        reissue_certificate, policy=policy, seen_version=policy.version, reason="紛失", by=policy.issued_by, at=later
    )
    first = Paper.objects.get(subject=policy.number, revision=1)
    assert paper.revision == 2
    assert paper.corrects == first
    changed = {name for name in paper.page if paper.page[name] != first.page.get(name)}
    assert changed == {"items", "revision", "correction", "dated_on"}
    items = {name for name in paper.page["items"] if paper.page["items"][name] != first.page["items"][name]}
    assert items == {"made_on"}
    assert paper.page["items"]["contracted_on"] == first.page["items"]["contracted_on"]
    assert latest_certificate(policy) == paper


def test_two_people_reissuing_at_once_make_one_revision():
    policy = make_policy()
    facts = {"policy": policy, "seen_version": policy.version, "reason": "紛失", "by": policy.issued_by, "at": A_MONDAY}
    perform(reissue_certificate, **facts)
    with pytest.raises(Stale):
        perform(reissue_certificate, **facts)
    assert Paper.objects.filter(subject=policy.number, kind="CERTIFICATE").count() == 2


def test_the_certificate_of_an_expired_policy_is_not_made_anew():
    policy = make_policy()
    expire(policy, END)
    with pytest.raises(Refused, match="再発行できません"):
        perform(reissue_certificate, policy=policy, seen_version=1, reason="紛失", by=policy.issued_by, at=END)


def test_the_post_is_recorded_once_by_somebody_who_may():
    policy = make_policy(make_customer(email=None))
    auditor = make_user(policy.agency, Role.AUDITOR)
    with pytest.raises(Refused, match="閲覧のみ"):
        perform(record_posting, policy=policy, seen_version=1, by=auditor, at=A_MONDAY)
    posted = perform(record_posting, policy=policy, seen_version=1, by=policy.issued_by, at=A_MONDAY)
    assert not posted.waits_for_post
    with pytest.raises(Refused, match="記録済み"):
        perform(record_posting, policy=policy, seen_version=2, by=policy.issued_by, at=A_MONDAY)


def test_a_certificate_by_mail_is_not_posted():
    policy = make_policy()
    with pytest.raises(Refused, match="メールでお送り"):
        perform(record_posting, policy=policy, seen_version=1, by=policy.issued_by, at=A_MONDAY)


def test_a_certificate_nobody_saw_leave_is_reported_a_month_after_the_contract_was_made():
    policy = make_policy(contracted_on=date(2026, 4, 1))
    assert not undelivered_certificates(policy.agency, date(2026, 5, 1)).exists()
    assert undelivered_certificates(policy.agency, date(2026, 5, 2)).get() == policy
