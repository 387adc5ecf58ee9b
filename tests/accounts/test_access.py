"""Who gets in: login, lock-out, leavers, roles; and the table over every URL."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role
from accounts.permissions import check_can_solicit
from accounts.queries import licensed_solicitors
from config.access import ACCESS
from core.clock import today
from core.errors import Refused
from portal import urls as portal_urls
from tests.making import make_agency, make_user

pytestmark = pytest.mark.django_db


def url_names(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from url_names(entry, space)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_address_stands_in_the_access_table_and_the_table_names_no_other():
    names = {"admin:*" if name.startswith("admin:") else name for name in url_names()}
    assert names == set(ACCESS)


def test_only_the_named_doors_are_public():
    public = {name for name, who in ACCESS.items() if who == "public"}
    by_link = {pattern.name for pattern in portal_urls.urlpatterns if str(pattern.pattern).startswith("c/<str:token>/")}
    assert public == {"accounts:login", "healthz", *(f"portal:{name}" for name in by_link)}


def test_a_stranger_is_sent_to_the_login(client):
    response = client.get(reverse("customers:list"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_a_session_that_ended_during_an_htmx_call_reloads_the_whole_page(client):
    response = client.get(reverse("customers:postcode"), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_login_and_logout(client):
    make_user(username="tantou", password="correct-horse-battery")
    answer = client.post(reverse("accounts:login"), {"username": "tantou", "password": "correct-horse-battery"})
    assert answer["Location"] == reverse("desk:today")
    client.post(reverse("accounts:logout"))
    assert client.get(reverse("desk:today")).status_code == 302


def test_five_failures_lock_the_name_even_for_the_right_password(client):
    make_user(username="tantou", password="correct-horse-battery")
    login = reverse("accounts:login")
    for _ in range(5):
        last = client.post(login, {"username": "tantou", "password": "wrong"})
    assert last.status_code == 429
    locked = client.post(login, {"username": "tantou", "password": "correct-horse-battery"})
    assert locked.status_code == 429
    assert "しばらくログインできません" in locked.content.decode()


@pytest.mark.parametrize(("left_on", "status"), [(-1, 200), (0, 302), (None, 302)])
def test_a_leaver_cannot_log_in_from_the_day_after(client, left_on, status):
    left = today() + timedelta(days=left_on) if left_on is not None else None
    make_user(username="tantou", password="correct-horse-battery", left_on=left)
    data = {"username": "tantou", "password": "correct-horse-battery"}
    assert client.post(reverse("accounts:login"), data).status_code == status


def test_a_leaver_with_an_open_session_is_out_too(client):
    user = make_user()
    client.force_login(user)
    user.left_on = today() - timedelta(days=1)
    user.save()
    assert client.get(reverse("desk:today")).status_code == 302


def test_an_auditor_cannot_open_a_form_that_writes(client):
    client.force_login(make_user(role=Role.AUDITOR))
    assert client.get(reverse("customers:list")).status_code == 200
    assert client.get(reverse("customers:new")).status_code == 403


@pytest.mark.parametrize(("role", "status"), [(Role.UNDERWRITER, 200), (Role.MANAGER, 200), (Role.CLERK, 403)])
def test_the_console_is_for_those_who_decide(client, role, status):
    client.force_login(make_user(role=role))
    assert client.get(reverse("admin:index")).status_code == status


def test_a_form_from_an_old_session_is_explained():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    response = strict.post(reverse("customers:new"), {})
    assert response.status_code == 403
    assert "もう一度送信してください" in response.content.decode()


def test_the_last_day_of_a_licence_counts_and_the_next_does_not():
    user = make_user(licence_basic_until=date(2026, 11, 22), licence_product_until=date(2026, 12, 31))
    check_can_solicit(user, date(2026, 11, 22))
    with pytest.raises(Refused, match="期限"):
        check_can_solicit(user, date(2026, 11, 23))
    assert list(licensed_solicitors(user.agency, date(2026, 11, 22))) == [user]
    assert not licensed_solicitors(user.agency, date(2026, 11, 23))


def test_the_robot_cannot_log_in(client):
    make_user(username="robot", password="correct-horse-battery", is_robot=True)
    data = {"username": "robot", "password": "correct-horse-battery"}
    assert client.post(reverse("accounts:login"), data).status_code == 200


def test_healthz_says_both_servers_answer(client):
    assert client.get("/healthz").json() == {"database": True, "redis": True, "rounds": True, "mailbox": True}


def test_an_agency_closes_after_it_opens():
    from core.doors import perform

    agency = make_agency()
    agency.closes_at = agency.opens_at
    with pytest.raises(Refused, match="営業終了"):
        perform(agency.save)
