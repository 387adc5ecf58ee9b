"""A contract that has ended is not renewed: what follows is a new one from a day to come (practice 3-5, checks 18)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.clock import travel
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from core.periods import at_four
from policies.actions import expire_policies_due
from quotes.actions import open_quote
from quotes.models import Quote
from quotes.rules import check_starts_later
from tests.making import A_MONDAY, make_customer, make_robot
from tests.policies.making import cancel
from tests.quotes.making import make_quote, make_version

DAY = date(2027, 5, 10)


def test_cover_begins_at_an_hour_to_come():
    check_starts_later(DAY, at_four(DAY))
    with pytest.raises(Refused, match="明日以後"):
        check_starts_later(DAY, at_four(DAY) + timedelta(seconds=1))


@pytest.mark.django_db
def test_after_the_expiry_a_new_contract_begins_on_its_own_day_with_what_was_known(client):
    issued = make_quote("ISSUED", at=A_MONDAY, inception_on=date(2026, 5, 1))
    policy = issued.policy
    by = policy.in_charge
    facts = {"customer": policy.customer, "product_version": make_version(), "resumes": policy, "by": by}
    with pytest.raises(Refused, match="更改として"):
        perform(open_quote, **facts, inception_on=policy.ends_on, at=policy.ends_at - timedelta(seconds=1))
    perform(expire_policies_due, by=make_robot(policy.agency), at=policy.ends_at)
    evening = at_four(DAY) + timedelta(hours=2)
    with pytest.raises(Refused, match="過去の日付"):
        perform(open_quote, **facts, inception_on=policy.ends_on, at=evening)
    with pytest.raises(Refused, match="午後4時を過ぎています"):
        perform(open_quote, **facts, inception_on=DAY, at=evening)
    with pytest.raises(Refused, match="別のお客さま"):
        perform(open_quote, **facts | {"customer": make_customer(by)}, inception_on=DAY, at=at_four(DAY))

    client.force_login(by)
    with travel(evening):
        assert "新しい契約として見積を作る" in client.get(policy.get_absolute_url()).content.decode()
        opened = client.post(reverse("quotes:resume", args=[policy.number]))
        again = client.post(reverse("quotes:resume", args=[policy.number]))
    quote = Quote.objects.get(resumes=policy)
    assert opened.url == again.url == quote.get_absolute_url()
    assert (quote.inception_on, quote.renewal_of) == (DAY + timedelta(days=1), None)
    assert (quote.facts["industry"], quote.facts["sales_yen"]) == (issued.facts["industry"], None)
    assert quote.options.get().selection == issued.options.get(chosen=True).selection
    assert any(policy.number in event.summary and "続く新しい契約" in event.summary for event in timeline(policy))
    with pytest.raises(IntegrityError, match="renews_or_resumes"), transaction.atomic():
        Quote.objects.create(
            agency=quote.agency, customer=quote.customer, number="Q-2027-999999", inception_on=DAY, in_charge=by,
            product_version=quote.product_version, opened_at=evening, opened_by=by, facts={}, renewal_of=policy,
            resumes=policy,
        )  # fmt: skip


@pytest.mark.django_db
def test_after_a_cancellation_too():
    policy = make_quote("ISSUED", at=A_MONDAY, inception_on=date(2026, 5, 1)).policy
    noon = at_four(date(2026, 9, 1)) - timedelta(hours=4)
    cancel(policy, date(2026, 9, 1), at=noon)
    policy.refresh_from_db()
    quote = perform(
        open_quote, customer=policy.customer, product_version=make_version(), inception_on=date(2026, 9, 1),
        resumes=policy, by=policy.in_charge, at=noon,
    )  # fmt: skip
    assert quote.resumes == policy
