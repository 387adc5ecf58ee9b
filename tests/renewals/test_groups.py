"""Members whose contracts end on one day, looked at together."""

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import travel
from renewals.groups import MANY, programmes_soon
from renewals.models import Renewal
from tests.policies.making import cancel, many_policies
from tests.quotes.making import make_version
from tests.renewals.making import EXPIRY, at, before, make_renewal, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with travel(at(before(50), 10)):
        yield


def group_page(client: Client, renewal: Renewal, show: str = "") -> str:
    product = renewal.policy.product_version.product.code
    answer = client.get(reverse("renewals:group", args=[product, EXPIRY.isoformat()]), {"show": show} if show else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_members_of_one_day_are_listed_with_their_stage(client: Client):
    renewal = make_renewal()
    member, other = many_policies(2, renewal.policy, ends_on=EXPIRY, first_serial=1)
    (elsewhere,) = many_policies(1, renewal.policy, ends_on=before(-1), first_serial=9)
    run(before(55))
    cancel(other, before(45), at=at(before(50), 9))
    client.force_login(renewal.owner)
    page = group_page(client, renewal)
    assert "3件" in page
    everybody = (renewal.policy, member, other, elsewhere)
    assert [one for one in everybody if one.number in page] == [renewal.policy, member]
    page = group_page(client, renewal, "CANCELLED")
    assert [one for one in everybody if one.number in page] == [other]
    file = client.get(reverse("renewals:group", args=[renewal.policy.product_version.product.code, EXPIRY.isoformat()]),
                      {"show": "CANCELLED", "format": "csv"})  # fmt: skip
    assert file["Content-Type"].startswith("text/csv")
    assert [one for one in everybody if one.number in b"".join(file).decode()] == [other]
    assert group_page(client, renewal, "nonsense")  # a stage nobody knows finds nothing and breaks nothing


def test_a_programme_is_many_contracts_of_a_day_or_a_book_that_ends_all_on_one():
    renewal = make_renewal()
    code = renewal.policy.product_version.product.code
    assert programmes_soon(renewal.owner, before(50)) == []
    many_policies(MANY - 1, renewal.policy, ends_on=EXPIRY, first_serial=1)
    (found,) = programmes_soon(renewal.owner, before(50))
    assert (found.product_code, found.ends_on, found.members) == (code, EXPIRY, MANY)
    renewal.policy.product_version = make_version("tokio-yayoi", before(200))  # in memory: what the next two are like
    many_policies(2, renewal.policy, ends_on=before(-30), first_serial=100)
    _, members = programmes_soon(renewal.owner, before(50))
    assert (members.product_code, members.members) == ("tokio-yayoi", 2)
