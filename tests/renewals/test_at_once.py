"""Two people at once on the same renewal."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.doors import perform
from quotes.models import Quote
from renewals.actions import open_renewal_quote
from tests.making import make_user
from tests.renewals.making import at, before, make_renewal


@pytest.mark.django_db(transaction=True)
def test_two_staff_who_renew_the_same_policy_get_the_same_quote():
    renewal = make_renewal()
    colleague = make_user(renewal.agency)

    def open_it(person):
        try:
            return perform(open_renewal_quote, renewal=renewal, by=person, at=at(before(40), 10))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        first, second = people.map(open_it, (renewal.owner, colleague))
    assert first.number == second.number
    assert Quote.objects.count() == 1
