"""The way in: a link and a code, and what everybody without them gets."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client

from core import clock
from core.doors import perform
from correspondence.models import Letter
from correspondence.tasks import drain
from portal import actions
from portal.keys import code_from, fingerprint, token_from
from portal.models import AccessCode, Visit
from portal.queries import visit_of
from tests.portal.making import code_for, come_in, link_for, make_open_quote, send_link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_guessed():
    caches["gates"].clear()


@pytest.fixture
def invitation():
    return send_link(make_open_quote())


def test_a_customer_comes_in_by_link_and_code(invitation):
    customer = come_in()
    page = customer.get()
    assert page.status_code == 200
    assert "告知書へのご回答" in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"][:7]) == ("no-store, private", "noindex")
    assert page["Referrer-Policy"] == "same-origin"
    invitation.refresh_from_db()
    assert (invitation.status, invitation.opened_by.name) == ("OPENED", "田中 一郎")
    cookie = customer.client.cookies["visit"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", customer.home)
    assert cookie.value not in Visit.objects.get().key_hash


def test_neither_the_database_nor_the_outbox_holds_a_link_or_a_code(invitation):
    come_in()
    visitor, code = invitation.visitors.get(), AccessCode.objects.get()
    token, digits = token_from(visitor.seed), code_from(code.seed)
    assert visitor.token_hash == fingerprint(token)
    bodies = "".join(Letter.objects.values_list("body", flat=True))
    assert token not in bodies
    assert digits not in bodies
    assert any(token in message.body for message in mail.outbox)
    assert any(digits in message.body for message in mail.outbox)


def test_a_forwarded_link_shows_nothing_of_the_customer(invitation):
    page = Client().get(link_for()).content.decode()
    quote = invitation.quote
    for secret in (quote.number, quote.customer.name, "田中", "tanaka", quote.product_version.product.name):
        assert secret not in page
    assert Client().get(f"{link_for()}answers/declarations/").status_code == 302


def test_unknown_revoked_and_expired_links_are_answered_alike(invitation, django_assert_num_queries):
    """The same bytes, after the same statements: nothing to learn by asking."""
    home, pages = link_for(), []
    with django_assert_num_queries(1):
        pages.append(Client().get("/c/" + "A" * 43 + "/"))
    perform(actions.revoke_invitation, invitation=invitation, reason="誤送信", by=invitation.sent_by, at=clock.now())
    with django_assert_num_queries(1):
        pages.append(Client().get(home))
    late = send_link(invitation.quote, at=clock.now() - timedelta(days=15))
    token = token_from(late.visitors.get().seed)
    with django_assert_num_queries(1):
        pages.append(Client().get(f"/c/{token}/"))
    pages.append(Client().get("/c/x/papers/1/1/"))
    pages.append(Client().get("/c/' OR 1=1/answers/x/"))
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "このページは表示できません" in pages[0].content.decode()
    assert invitation.agency.name not in pages[0].content.decode()


def test_who_guesses_too_often_is_not_even_looked_up(invitation, settings, django_assert_num_queries):
    settings.PORTAL_GUESSES_AN_HOUR = 3
    client, home = Client(), link_for()
    wrong = [client.get(f"/c/{number:043d}/").content for number in range(3)]
    with django_assert_num_queries(0):
        right = client.get(home)
    assert right.status_code == 404
    assert {right.content} == set(wrong)
    # Another place, named by our own proxy, is not punished; what the guesser writes himself counts for nothing.
    settings.PROXIES_BEFORE_US = 1
    assert Client(headers={"X-Forwarded-For": "198.51.100.7"}).get(home).status_code == 200


def test_five_wrong_codes_and_the_right_one_is_dead(invitation):
    client, home = Client(), link_for()
    client.post(home + "code/")
    right = code_for()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(4):
        assert "確認コードが違います" in client.post(home + "enter/", {"code": wrong}).content.decode()
    assert "新しい確認コード" in client.post(home + "enter/", {"code": wrong}).content.decode()
    assert client.post(home + "enter/", {"code": right}).status_code == 422
    assert not Visit.objects.exists()
    client.post(home + "code/")
    assert client.post(home + "enter/", {"code": code_for()}).status_code == 302


def test_a_code_opens_once_and_for_ten_minutes(invitation, settings):
    client, home = Client(), link_for()
    client.post(home + "code/")
    first = code_for()
    client.post(home + "code/")
    second = code_for()
    assert client.post(home + "enter/", {"code": first}).status_code == 422 or first == second
    assert client.post(home + "enter/", {"code": f" {second[:3]} {second[3:]}"}).status_code == 302
    assert Client().post(home + "enter/", {"code": second}).status_code == 422
    assert Client().post(home + "enter/", {"code": first}).status_code == 422  # unused, and dead with the newer one
    visitor = invitation.visitors.get()
    before = clock.now() - timedelta(minutes=11)
    old = perform(actions.ask_code, visitor=visitor, purpose="ENTER", by=invitation.sent_by, at=before)
    assert Client().post(home + "enter/", {"code": code_from(old.seed)}).status_code == 422


def test_codes_are_mailed_five_times_an_hour(invitation):
    client, home = Client(), link_for()
    for _ in range(5):
        assert client.post(home + "code/").status_code == 302
    answer = client.post(home + "code/")
    assert answer.status_code == 409
    assert "1時間ほど" in answer.content.decode()
    assert AccessCode.objects.count() == 5


def test_a_code_that_would_come_too_late_is_not_sent(invitation):
    link_for()
    visitor, at = invitation.visitors.get(), clock.now() - timedelta(minutes=20)
    perform(actions.ask_code, visitor=visitor, purpose="ENTER", by=invitation.sent_by, at=at)
    before = len(mail.outbox)
    drain()
    letter = Letter.objects.get(kind="ACCESS_CODE")
    assert (len(mail.outbox), letter.status) == (before, "FAILED")
    assert "有効期限" in letter.last_error


def test_an_idle_hour_ends_the_visit_and_says_so(invitation, settings):
    customer = come_in()
    assert customer.get("sign/").status_code == 200
    settings.PORTAL_IDLE_MINUTES = 0
    assert customer.get("sign/")["Location"].endswith("?done=idle")
    saving = customer.post("answers/declarations/", {"x": "yes"}, headers={"HX-Request": "true"})
    assert (saving.status_code, saving.content.decode()[:6]) == (401, "しばらく操作")


def test_every_click_begins_the_idle_hour_anew(invitation):
    key = come_in().client.cookies["visit"].value
    visit = Visit.objects.get()
    clicked = visit.opened_at + timedelta(minutes=50)
    perform(actions.note_seen, visit=visit, by=invitation.sent_by, at=clicked)
    assert visit_of(visit.opened_by, key, clicked + timedelta(minutes=59)) == visit
    assert visit_of(visit.opened_by, key, clicked + timedelta(minutes=61)) is None


def test_leaving_ends_the_visit_for_whoever_uses_the_browser_next(invitation):
    customer = come_in()
    key = customer.client.cookies["visit"].value
    customer.post("leave/")
    customer.client.cookies["visit"] = key
    assert customer.get("sign/").status_code == 302


def test_who_is_inside_is_told_why_a_revoked_link_ends(invitation):
    customer = come_in()
    perform(actions.revoke_invitation, invitation=invitation, reason="誤送信", by=invitation.sent_by, at=clock.now())
    answer = customer.get("answers/declarations/")
    assert answer.status_code == 410
    assert "代理店がこのリンクを取り消した" in answer.content.decode()
    assert "誤送信" not in answer.content.decode()


def test_a_new_link_kills_the_old_one_and_its_visits(invitation):
    customer = come_in()
    perform(actions.resend_invitation, invitation=invitation, by=invitation.sent_by, at=clock.now())
    assert customer.get().status_code == 404
    assert link_for() != customer.home
    assert come_in().get().status_code == 200
