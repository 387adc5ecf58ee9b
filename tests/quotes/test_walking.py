"""The main way of a quote: from the first facts to the contract, with the actions the office uses."""

import pytest

from quotes.states import QuoteStatus
from tests.quotes.making import STANDARD, make_quote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", QuoteStatus.values)
def test_every_status_is_reached_by_the_offices_own_actions(status):
    answers = {"prior_incident": "yes"} if status in {"REFERRED", "ASKED", "DECLINED"} else None
    code = STANDARD
    quote = make_quote(status, code=code, answers=answers, plan="plan-1")
    quote.refresh_from_db()
    assert quote.status == status


def test_a_simple_quote_becomes_a_policy_with_its_papers():
    quote = make_quote(QuoteStatus.ISSUED)
    assert quote.policy.quote_number == quote.number
    assert quote.policy.premium_yen == quote.application.option.premium_yen
