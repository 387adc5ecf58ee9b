"""電磁的方法の承諾: kept with the customer, only added to, told on the screen."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from customers.actions import record_consent, withdraw_consent
from customers.models import ElectronicConsent
from customers.queries import consent_at
from quotes.models import Step
from tests.making import A_MONDAY, make_customer, make_user
from tests.quotes.making import make_quote

pytestmark = pytest.mark.django_db
SAID = {"said_by": "田中 一郎", "method": "PHONE"}


@pytest.fixture
def customer():
    return make_customer()


def test_a_consent_holds_from_its_moment_to_its_withdrawal_and_every_word_stays(customer):
    by, hour = customer.in_charge, timedelta(hours=1)
    now = A_MONDAY + 5 * hour
    with pytest.raises(Refused, match="承諾がありません"):
        perform(withdraw_consent, customer=customer, happened_at=now, by=by, at=now, **SAID)
    perform(record_consent, customer=customer, happened_at=A_MONDAY + hour, by=by, at=now, **SAID)
    perform(withdraw_consent, customer=customer, happened_at=A_MONDAY + 3 * hour, by=by, at=now, **SAID)
    assert consent_at(customer, A_MONDAY) is None
    assert consent_at(customer, A_MONDAY + hour).ways == ["MAIL", "WEB"]
    assert consent_at(customer, A_MONDAY + 3 * hour) is None
    with pytest.raises(Refused, match="承諾か撤回を新しく"):
        perform(lambda: ElectronicConsent.objects.all().delete())
    with pytest.raises(Refused, match="未来"):
        perform(record_consent, customer=customer, happened_at=now + hour, by=by, at=now, **SAID)
    with pytest.raises(Refused, match="1つ以上"):
        perform(record_consent, customer=customer, ways=[], happened_at=now, by=by, at=now, **SAID)


def test_the_screen_writes_both_words_and_sends_nobody_elsewhere(client, customer):
    client.force_login(customer.in_charge)
    url = reverse("customers:consent", args=[customer.number])
    said = {"said_by": "田中 一郎", "method": "IN_PERSON", "happened_at": "2026-04-06 10:00"}
    assert client.post(url, said).status_code == 422  # no way chosen
    answer = client.post(url + "?next=https://evil.example/", {**said, "ways": ["MAIL"]})
    assert answer.url == reverse("desk:customer", args=[customer.number])
    assert "田中 一郎様(対面)" in client.get(url).content.decode()
    client.post(url, {**said, "happened_at": "2026-04-06 11:00", "withdraw": "1"})
    assert [line.kind for line in customer.consents.all()] == ["GIVEN", "WITHDRAWN"]
    client.force_login(make_user(customer.agency, Role.AUDITOR))
    assert "閲覧のみ" in client.get(url).content.decode()
    assert client.post(url, {**said, "ways": ["MAIL"]}).status_code == 422
    client.force_login(make_user())
    assert client.get(url).status_code == 404


def test_what_was_said_in_a_quotes_record_becomes_the_customers_word():
    quote = make_quote()
    facts = {"quote": quote, "edition": 1, "method": "PHONE", "by": quote.opened_by, "counterpart": "田中 一郎",
             "recorded_at": A_MONDAY + timedelta(hours=2), "recorded_by": quote.opened_by}  # fmt: skip
    wrong = Step.objects.create(kind="E_CONSENT", at=A_MONDAY, detail={"kinds": "メール"}, **facts)
    Step.objects.create(kind="E_CONSENT", at=A_MONDAY + timedelta(hours=1), corrects=wrong, **facts)
    Step.objects.create(kind="E_CONSENT_WITHDRAWN", at=A_MONDAY + timedelta(hours=2), **facts)
    import_module("quotes.migrations.0007_consents_belong_to_customers").copy_consents(apps, None)
    assert consent_at(quote.customer, A_MONDAY) is None
    assert consent_at(quote.customer, A_MONDAY + timedelta(hours=1)).said_by == "田中 一郎"
    assert consent_at(quote.customer, A_MONDAY + timedelta(hours=2)) is None
    assert ElectronicConsent.objects.count() == 2
