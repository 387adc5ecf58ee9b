"""募集人名簿: who may solicit until when; the day after the last one nobody can choose the person."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts import actions
from accounts.backends import StaffBackend
from accounts.models import Role
from accounts.queries import licensed_solicitors
from accounts.rules import standing
from core import clock
from core.clock import JST
from core.doors import perform
from core.errors import Refused, Stale
from core.history import timeline
from quotes import actions as quote_actions
from quotes.forms import ApplyForm, step_form
from tests.making import A_MONDAY, make_agency, make_user
from tests.quotes.making import make_quote

LAST = date(2026, 4, 10)


@pytest.mark.parametrize(("basic", "product", "words"), [
    (LAST, date(2030, 1, 1), "期限まであと0日(30日前)"),
    (LAST - timedelta(days=1), date(2030, 1, 1), "期限切れ(募集不可)"),
    (LAST + timedelta(days=60), LAST + timedelta(days=90), "期限まであと60日(60日前)"),
    (LAST + timedelta(days=91), LAST + timedelta(days=91), "有効"), (None, LAST, "単位が足りません(募集不可)"),
])  # fmt: skip
def test_the_register_says_how_long_a_licence_holds(basic, product, words):
    assert standing(basic, product, LAST)[1] == words


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["licence_basic_until", "licence_product_until"])
def test_from_the_day_after_a_unit_ends_the_person_can_be_chosen_nowhere(unit):
    quote = make_quote()
    person = make_user(quote.agency, **{unit: LAST})
    last_minute = datetime(2026, 4, 10, 23, 59, tzinfo=JST)
    for moment, may in [(last_minute, True), (last_minute + timedelta(minutes=1), False)]:
        on = clock.jst(moment).date()
        step = step_form("INTENT_FIRST")(quote=quote, kind="INTENT_FIRST", user=person, on=on)
        application = ApplyForm(quote=quote, book=quote.product_version.book, user=person, on=on)
        assert (person in licensed_solicitors(quote.agency, on)) is may
        assert (person in step.fields["done_by"].queryset) is may
        assert (person in application.fields["received_by"].queryset) is may
    facts = {"quote": quote, "kind": "AUTHORITY_SHOWN", "method": "PHONE", "done_by": person, "by": quote.opened_by}
    assert perform(quote_actions.record_step, happened_at=last_minute, at=last_minute, **facts)
    late = last_minute + timedelta(minutes=1)
    with pytest.raises(Refused, match="期限が切れて"):
        perform(quote_actions.record_step, happened_at=late, at=late, **facts)


@pytest.mark.django_db
def test_only_managers_change_a_licence_and_every_change_is_a_line_of_history(client):
    agency = make_agency()
    manager, person = make_user(agency, Role.MANAGER), make_user(agency, licence_product_until=LAST)
    facts = {"person": person, "solicitor_number": "S-1", "basic_until": LAST, "product_until": LAST, "at": A_MONDAY}
    seen = actions.licence_seen(person)
    with pytest.raises(Refused, match="管理者が"):
        perform(actions.record_licence, seen=seen, by=person, **facts)
    with pytest.raises(Refused, match="あなたの代理店"):
        perform(actions.record_licence, seen=seen, by=make_user(role=Role.MANAGER), **facts)
    perform(actions.record_licence, seen=seen, by=manager, **facts)
    with pytest.raises(Stale):
        perform(actions.record_licence, seen=seen, by=manager, **facts)
    with pytest.raises(Refused, match="登録されています"):
        perform(
            actions.record_licence, **{**facts, "person": manager, "seen": actions.licence_seen(manager)}, by=manager
        )
    assert "2026/04/10まで" in timeline(person)[0].summary
    client.force_login(manager)
    assert person.name in client.get(reverse("accounts:register")).content.decode()
    url = reverse("accounts:licence", args=[person.pk])
    person.refresh_from_db()
    data = {"solicitor_number": "S-1", "basic_until": "2031-03-31", "product_until": "令和13年3月31日"}
    assert client.post(url, {**data, "seen": "old"}).status_code == 422
    assert client.post(url, {**data, "seen": actions.licence_seen(person)}).status_code == 302
    person.refresh_from_db()
    assert person.is_licensed(date(2031, 3, 31))
    assert client.get(reverse("accounts:licence", args=[make_user().pk])).status_code == 404
    client.force_login(person)
    assert client.get(url).status_code == 403


@pytest.mark.django_db
def test_a_manager_records_who_leaves_and_from_the_day_after_nobody_logs_in_as_that_person(client):
    agency, on = make_agency(), clock.today()
    manager, person = make_user(agency, Role.MANAGER), make_user(agency, Role.CLERK)
    url = reverse("accounts:departure", args=[person.pk])
    client.force_login(person)
    assert client.get(url).status_code == 403
    client.force_login(manager)
    assert url in client.get(reverse("accounts:register")).content.decode()
    assert client.get(reverse("accounts:departure", args=[make_user().pk])).status_code == 404
    own = reverse("accounts:departure", args=[manager.pk])
    assert "ほかの管理者" in client.post(own, {"left_on": on.isoformat(), "seen": ""}).content.decode()
    yesterday = on - timedelta(days=1)
    assert client.post(url, {"left_on": on.isoformat(), "seen": ""}).status_code == 302
    person.refresh_from_db()
    assert StaffBackend().user_can_authenticate(person)  # the last day
    assert client.post(url, {"left_on": yesterday.isoformat(), "seen": ""}).status_code == 422  # from an old window
    assert client.post(url, {"left_on": yesterday.isoformat(), "seen": on.isoformat()}).status_code == 302
    assert timeline(person)[0].verb == "accounts.record_departure"
    person.refresh_from_db()
    assert not StaffBackend().user_can_authenticate(person)
    long_ago = client.post(url, {"left_on": "2001-01-01", "seen": yesterday.isoformat()})
    assert "以後の日を入力してください" in long_ago.content.decode()
    assert url in client.get(reverse("accounts:register")).content.decode()
    assert client.post(url, {"left_on": "", "seen": yesterday.isoformat()}).status_code == 302  # a slip of the pen
    person.refresh_from_db()
    assert StaffBackend().user_can_authenticate(person)
