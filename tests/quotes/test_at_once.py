"""Two people at once: the row's lock lets one through and tells the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from core.doors import perform
from core.errors import Refused
from policies.models import Policy
from quotes import actions
from quotes.models import Quote
from quotes.states import QuoteStatus
from tests.making import A_MONDAY
from tests.quotes.making import make_quote

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(verb, count=4, **facts):
    """Everybody clicks; what each of them got."""

    def click(_):
        try:
            return perform(verb, **facts)
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as people:
        return list(people.map(click, range(count)))


def test_parallel_clicks_on_issue_make_one_policy():
    quote = make_quote(QuoteStatus.APPLIED)
    at = A_MONDAY + timedelta(hours=6)
    results = at_once(actions.issue_quote, quote=quote, by=quote.opened_by, at=at)
    assert Policy.objects.count() == 1
    assert {result.policy.number for result in results} == {Policy.objects.get().number}


def test_parallel_clicks_on_submit_judge_once():
    quote = make_quote()
    results = at_once(actions.submit_quote, quote=quote, seen_version=quote.version, by=quote.opened_by, at=A_MONDAY)
    assert sum(isinstance(result, Quote) for result in results) == 1
    assert Quote.objects.get().status == QuoteStatus.OFFERED
