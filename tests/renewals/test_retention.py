"""更改率: what came due in a year, what was renewed of it, and the policies behind every number."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.clock import travel
from core.doors import perform
from policies.models import Policy
from renewals.actions import close_renewal
from renewals.models import Renewal
from renewals.retention import Fate, expiring, is_early, percent
from renewals.search_forms import RetentionForm
from tests.making import make_user
from tests.policies.making import make_policy, many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run


def test_a_rate_is_rounded_half_up_to_a_tenth_and_is_none_of_nothing():
    assert percent(1, 3) == Decimal("33.3")
    assert percent(1, 16) == Decimal("6.3")
    assert percent(0, 7) == Decimal("0.0")
    assert percent(0, 0) is None


@pytest.mark.django_db
def test_the_years_retention_adds_up_and_every_number_leads_to_its_policies(client, settings):
    renewal = make_renewal()
    policy, customer, agency = renewal.policy, renewal.customer, renewal.agency
    elsewhere = make_user(agency, office=agency.offices.create(name="支店", compliance_officer="法 支子"))
    lost = make_expiring(customer, expiry=EXPIRY - timedelta(days=1), premium_yen=100_000)
    many_policies(2, policy, ends_on=EXPIRY + timedelta(days=70), first_serial=1, in_charge=elsewhere)  # not opened yet
    stopped = make_expiring(customer, expiry=EXPIRY)
    make_expiring(customer, expiry=EXPIRY + timedelta(days=366))  # next year's
    run(before(58))
    for row, outcome in ((lost, "LOST"), (stopped, "STOPPED")):
        ended = Renewal.objects.get(policy=row)
        perform(
            close_renewal, renewal=ended, seen_version=ended.version, outcome=outcome, reason="理由", by=ended.owner,
            at=at(before(50), 10),
        )  # fmt: skip
    make_policy(renews=policy, premium_yen=80_000, at=at(before(31), 23))
    client.force_login(make_user(agency, Role.AUDITOR))
    settings.RENEWAL_EARLY_DAYS = 31
    with travel(at(before(30), 10)):
        page = client.get(reverse("renewals:retention"), {"year": 2027})
        whole = page.context["retention"].whole
        # due: renewed, lost, two in work; the member who left does not count
        assert (whole.due, whole.renewed, whole.counts[Fate.OPEN], whole.counts[Fate.STOPPED]) == (4, 1, 2, 1)
        assert (whole.rate, whole.early_rate) == (Decimal("25.0"), Decimal("25.0"))
        assert whole.due_yen == 3 * policy.premium_yen + 100_000
        assert whole.yen_rate == percent(policy.premium_yen, whole.due_yen)
        assert whole.growth == percent(80_000, policy.premium_yen)
        assert "満期件数: 満期日がその期間にある契約" in page.content.decode()
        assert client.get(reverse("renewals:retention"), {"year": 2027, "early": 32}).context[
            "retention"
        ].whole.early_rate == Decimal("0.0")
        found = 0
        for _, _, slices in page.context["retention"].axes:
            assert sum(one.due for one in slices) == whole.due
            for one in slices:
                numbers = [("DUE", one.due), ("EARLY", one.early), *((fate.value, count) for fate, count in one.cells)]
                for code, count in numbers:
                    query = QueryDict(f"year=2027&early=31&{one.query}&fate={code}")
                    form = RetentionForm(query, user=renewal.owner, on=before(30), usual_early=None)
                    assert form.filter(Policy.objects.visible_to(renewal.owner)).count() == count, query
                    found += 1
        assert found == 10 * (3 + 2 + 2 + 1)
        csv = client.get(reverse("renewals:retention"), {"year": 2027, "fate": "RENEWED", "format": "csv"})
        assert csv.content.decode("utf-8-sig").count("80000") == 1
        line = client.get(reverse("renewals:retention"), HTTP_HX_REQUEST="true").content.decode()
        assert "件数 <strong>25.0%</strong>(1件 / 4件)" in line
        settings.RENEWAL_EARLY_DAYS = None
        assert "早期更改率(満期" not in client.get(reverse("renewals:retention")).content.decode()
        assert client.get(reverse("renewals:retention"), {"fate": "x"}).status_code == 422
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("renewals:retention"), {"year": 2027})
        many_policies(60, policy, ends_on=EXPIRY + timedelta(days=80), first_serial=100)
        with CaptureQueriesContext(connection) as many:
            client.get(reverse("renewals:retention"), {"year": 2027})
        assert len(many) == len(few)


@pytest.mark.django_db
def test_early_counts_to_the_end_of_the_day():
    policy = make_expiring()
    after = make_policy(renews=policy, at=at(before(30), 23, 59))
    year = expiring(Policy.objects.all(), 2027)
    assert year.filter(is_early(30)).count() == 1
    assert year.filter(is_early(31)).count() == 0
    assert year.get(pk=policy.pk).fate == Fate.RENEWED
    assert after.renews_id == policy.pk
