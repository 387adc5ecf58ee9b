"""団体からの脱退: the cover runs on, no renewal follows, and the round opens none."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from policies.actions import issue_policy
from policies.papers import certificate_page
from products.terms import term_of
from quotes.states import QuoteStatus
from renewals import actions
from renewals.models import Renewal
from renewals.states import RenewalStatus
from tests.making import A_MONDAY, make_customer, make_robot, make_user
from tests.policies.making import issue_facts, make_policy
from tests.quotes.making import make_version

pytestmark = pytest.mark.django_db

START = date(2026, 6, 1)


@pytest.fixture
def policy():
    """A member's contract, short up to the common expiry."""
    customer = make_customer(make_user())
    version = make_version("tokio-yayoi", START)
    facts = issue_facts(customer, product_version=version, term=term_of(version.book, START))
    return perform(issue_policy, **facts)


def leave(policy, left_on=None, by=None, at=A_MONDAY):
    return perform(
        actions.record_leaving, policy=policy, left_on=left_on or at.date(), by=by or policy.in_charge, at=at
    )


def test_the_first_term_ends_with_everybody_elses(policy):
    assert (policy.ends_on.month, policy.ends_on.day) == (12, 1)
    assert policy.ends_on.year == 2026


def test_who_left_is_covered_to_the_end_and_not_renewed(policy):
    renewal = leave(policy)
    assert renewal.status == RenewalStatus.STOPPED
    assert "脱退" in renewal.outcome_reason
    policy.refresh_from_db()
    assert policy.status == "IN_FORCE"
    on = policy.ends_on - timedelta(days=60)
    robot = make_robot(policy.agency)
    assert perform(actions.open_renewals_due, on=on, by=robot, at=A_MONDAY) == 0
    assert Renewal.objects.get() == renewal


def test_a_short_first_term_is_not_renewed_before_it_begins():
    start = date(2026, 11, 1)
    version = make_version("tokio-yayoi", start)
    facts = issue_facts(make_customer(make_user()), product_version=version, term=term_of(version.book, start))
    late = perform(issue_policy, **facts)
    robot = make_robot(late.agency)
    for on, opened in ((date(2026, 10, 20), 0), (date(2026, 11, 2), 1)):
        at = at_four(on)
        assert perform(actions.open_renewals_due, on=on, by=robot, at=at) == opened


def test_a_renewal_in_work_is_stopped_with_its_quote(policy):
    at = A_MONDAY + (policy.ends_on - A_MONDAY.date()) - timedelta(days=40)
    renewal = perform(actions.open_renewal, policy=policy, by=policy.in_charge, at=at)
    quote = perform(actions.open_renewal_quote, renewal=renewal, by=policy.in_charge, at=at)
    leave(policy, at=at)
    renewal.refresh_from_db()
    quote.refresh_from_db()
    assert renewal.status == RenewalStatus.STOPPED
    assert quote.status == QuoteStatus.WITHDRAWN


def test_leaving_twice_gets_a_sentence(policy):
    leave(policy)
    with pytest.raises(Refused, match="終わっています"):
        leave(policy)
    assert Renewal.objects.count() == 1


def test_nobody_leaves_tomorrow(policy):
    with pytest.raises(Refused, match="未来"):
        leave(policy, left_on=A_MONDAY.date() + timedelta(days=1))
    assert not Renewal.objects.exists()


def test_a_contract_of_ones_own_has_no_group_to_leave():
    with pytest.raises(Refused, match="団体契約ではない"):
        leave(make_policy())


def test_a_reader_records_nothing(policy):
    with pytest.raises(Refused):
        leave(policy, by=make_user(policy.agency, Role.AUDITOR))


def test_the_screen_records_it(client, policy, monkeypatch):
    monkeypatch.setattr("renewals.views.records.now", lambda: A_MONDAY)
    client.force_login(policy.in_charge)
    url = reverse("renewals:leave", args=[policy.number])
    assert "補償は満期" in client.get(url).content.decode()
    assert client.post(url, {"left_on": "2026-13-01"}).status_code == 422
    assert client.post(url, {"left_on": "2026-04-06"}).status_code == 302
    assert Renewal.objects.get().status == RenewalStatus.STOPPED
    page = client.get(policy.get_absolute_url()).content.decode()
    assert "脱退を記録" in page


def test_a_short_terms_premium_is_not_called_a_years(policy):
    assert policy.premium_label == "保険料(保険期間分)"
    assert certificate_page(policy, made_on=START).premium_label == "保険料(保険期間分)"
    assert make_policy().premium_label == "年間保険料"
