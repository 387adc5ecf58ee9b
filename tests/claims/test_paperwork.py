"""請求書類: what a claim needs comes from the book of its contract, by coverage."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse

from claims import actions
from claims.paperwork import papers_wanted
from core.doors import perform
from policies.models import Policy
from policies.terms import CoverLine
from tests.claims.making import A_TUESDAY, make_claim
from tests.making import make_customer, make_user
from tests.policies.making import issue_facts
from tests.quotes.making import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    """ワイドプラン with 資金損害."""
    from policies.actions import issue_policy

    customer = make_customer(make_user())
    facts = issue_facts(customer, starts_on=date(2026, 5, 1))
    lines = (("liability", "賠償損害", 100_000_000), ("funds", "資金損害", 10_000_000))
    cover = [CoverLine(code=code, label=label, limit_yen=yen).model_dump(mode="json") for code, label, yen in lines]
    facts["product_version"] = make_version("msi-protector", date(2026, 5, 1))
    facts["terms"] = {**facts["terms"], "cover": cover}
    return perform(issue_policy, **facts)


def labels(claim):
    return {
        part.coverage: {paper.label: paper.told for paper in part.papers}
        for part in papers_wanted(claim, claim.reports.all())
    }


def test_lost_funds_want_both_reports_and_say_which_is_missing(policy: Policy):
    user = policy.in_charge
    claim = make_claim(user, policy.customer, policy, funds_lost=True)
    wanted = labels(claim)["資金損害"]
    assert [told for told in wanted.values() if told is not None] == [False, False]
    report = partial(
        perform, actions.add_report, claim=claim, authority="POLICE", name="神田警察署", reported_on=A_TUESDAY.date(),
        by=user, at=A_TUESDAY + timedelta(hours=1),
    )  # fmt: skip
    report(reference="")  # told, and not yet received: nobody can show it
    assert [told for told in labels(claim)["資金損害"].values() if told is not None] == [False, False]
    report(reference="第12号")
    assert sorted(told for told in labels(claim)["資金損害"].values() if told is not None) == [False, True]


def test_without_lost_funds_only_the_other_coverages_ask(policy: Policy):
    claim = make_claim(policy.in_charge, policy.customer, policy)
    assert list(labels(claim)) == ["賠償損害"]


def test_a_claim_without_a_contract_asks_nothing_yet():
    assert papers_wanted(make_claim(make_user()), []) == ()


def test_the_page_shows_the_list(client, policy: Policy):
    claim = make_claim(policy.in_charge, policy.customer, policy, funds_lost=True)
    client.force_login(policy.in_charge)
    page = client.get(reverse("claims:detail", args=[claim.number])).content.decode()
    assert "請求書類" in page
    assert "届出の記録なし" in page
