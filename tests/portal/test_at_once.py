"""One code, typed four times at the same moment: one visit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core import clock
from core.doors import perform
from portal import actions
from portal.keys import code_from, new_key
from portal.models import Visit
from portal.states import Verdict
from tests.portal.making import make_open_quote, send_link

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_code_used_twice_at_once_opens_one_visit():
    invitation = send_link(make_open_quote())
    visitor, by, at = invitation.visitors.get(), invitation.sent_by, clock.now()
    code = perform(actions.ask_code, visitor=visitor, purpose="ENTER", by=by, at=at)

    def enter(_):
        try:
            return perform(actions.enter, visitor=visitor, typed=code_from(code.seed), key=new_key(), by=by, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        verdicts = list(people.map(enter, range(4)))
    assert verdicts.count(Verdict.RIGHT) == 1
    assert Visit.objects.count() == 1
