"""The demo's agency: what `make demo` fills in is made by the office's own actions."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Agency
from correspondence.models import Letter
from customers.models import Customer
from demo.diary import Diary
from demo.people import PEOPLE, logins
from policies.models import Policy
from quotes.models import Quote, Referral
from renewals.models import Round
from tests.making import A_MONDAY


@pytest.mark.django_db(transaction=True)
def test_a_short_story_leaves_contracts_a_queue_and_mail_and_is_told_once(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("build_demo", customers=8, days=90, stdout=StringIO())
    assert Agency.objects.count() == 1
    assert Customer.objects.count() >= 8
    assert Policy.objects.exists()
    assert all(quote.opened_at <= quote.issued_at for quote in Quote.objects.filter(status="ISSUED"))
    assert Referral.objects.filter(status="OPEN").exists(), "the underwriters have something to decide"
    assert Round.objects.filter(finished_at=None).count() == 0
    assert not Letter.objects.filter(status__in=["UNKNOWN", "FAILED"]).exists()
    with pytest.raises(CommandError, match="already holds an agency"):
        call_command("build_demo", stdout=StringIO())


def test_the_logins_name_everybody():
    assert all(person.username in logins() for person in PEOPLE)


def test_a_diary_lives_in_order_and_never_beyond_its_end():
    lived = []
    diary = Diary(until=A_MONDAY)
    for days in (-1, -3, 2, -2):
        diary.write(A_MONDAY + timedelta(days=days), lived.append)
    diary.live()
    assert lived == [A_MONDAY - timedelta(days=days) for days in (3, 2, 1)]
