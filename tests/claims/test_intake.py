"""Taking in a claim while on the phone, through the screen."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from claims.models import Claim
from core.clock import JST
from core.models import Event
from core.periods import at_four
from correspondence.models import Letter, Paper
from tests.making import make_agency, make_customer, make_user, publish_books
from tests.policies.making import make_policy

pytestmark = pytest.mark.django_db


def handoffs():
    return Letter.objects.filter(kind="CLAIM_HANDOFF")


A_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # a Tuesday
A_NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=JST)


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user)
    return client


def call(user: Any, at: datetime = A_MORNING, **typed: Any) -> dict[str, Any]:
    """What is typed during a call about a leak discovered an hour ago."""
    return {
        "step": "save",
        "kind": "LEAK",
        "description": "顧客名簿を入れたパソコンを電車に置き忘れた。",
        "occurred_unknown": "on",
        "discovered_at": f"{at - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "reported_at": f"{at:%Y-%m-%dT%H:%M}",
        "reporter_name": "田中 一郎",
        "reporter_phone": "03-1111-2222",
        "owner": user.pk,
    } | typed


@pytest.fixture
def at(monkeypatch):
    """Hold the doors' clock."""
    held = {"at": A_MORNING}
    for module in ("claims.views.intake", "claims.views.record"):
        monkeypatch.setattr(f"{module}.now", lambda: held["at"])
    return held


def test_a_call_becomes_a_claim_with_a_next_step_a_paper_and_a_mail_to_the_insurer(browser, user, at):
    policy = make_policy(make_customer(user), starts_on=date(2026, 4, 10))
    answer = browser.post(reverse("claims:new"), call(user, subject=policy.number))
    claim = Claim.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("claims:detail", args=[claim.number])
    assert claim.number == "J-2026-000001"
    assert (claim.status, claim.policy, claim.customer) == ("HANDED_OFF", policy, policy.customer)
    assert (claim.next_action, claim.next_on) == ("保険会社の受付番号を確認する", date(2026, 11, 25))
    letter = Letter.objects.get(key=f"claim:{claim.number}:handoff")
    paper = Paper.objects.get(kind="CLAIM_NOTICE")
    assert letter.to == [user.agency.insurer_claims_email]
    assert list(letter.papers.all()) == [paper]
    assert paper.subject == claim.number
    assert Event.objects.about([claim.customer]).filter(verb="claims.open_claim").exists()


@pytest.mark.parametrize(("minute", "inside"), [("15:59", True), ("16:00", False)])
def test_the_minute_of_discovery_on_the_last_day_decides(browser, user, at, minute, inside):
    at["at"] = at_four(date(2026, 11, 22)) + timedelta(hours=2)
    policy = make_policy(make_customer(user), starts_on=date(2025, 11, 22))
    typed = call(user, at["at"], subject=policy.number, discovered_at=f"2026-11-22T{minute}", step="assess")
    page = browser.post(reverse("claims:assess"), typed).content.decode()
    assert ("期間内</span> <strong>事故対応費用" in page) is inside
    assert ("期間外</span> <strong>事故対応費用" in page) is not inside
    browser.post(reverse("claims:new"), typed | {"step": "save"})
    costs = Claim.objects.get().cover["policies"][0]["coverages"][1]
    assert costs["in_force"] is inside
    assert f"11月22日{minute.replace(':', '時')}分" in costs["sentence"]


def test_the_only_policy_in_force_is_taken_when_only_the_customer_is_known(browser, user, at):
    customer = make_customer(user)
    make_policy(customer, starts_on=date(2025, 4, 10))
    now_in_force = make_policy(customer, starts_on=date(2026, 4, 10))
    browser.post(reverse("claims:new"), call(user, subject=customer.number))
    assert Claim.objects.get().policy == now_in_force


def test_two_policies_in_force_are_both_named_and_none_is_taken(browser, user, at):
    customer = make_customer(user)
    numbers = [make_policy(customer, starts_on=date(2026, 4, day)).number for day in (10, 11)]
    page = browser.post(reverse("claims:new"), call(user, subject=customer.number, step="assess")).content.decode()
    assert "期間内の契約が複数あります" in page
    assert all(number in page for number in numbers)
    browser.post(reverse("claims:new"), call(user, subject=customer.number))
    claim = Claim.objects.get()
    assert claim.policy is None
    assert claim.status == "HANDED_OFF"


def test_an_unknown_caller_is_taken_in_with_their_words_and_linked_later(browser, user, at):
    browser.post(reverse("claims:new"), call(user, caller_words="見本商会、証券番号は手元になし"))
    claim = Claim.objects.get()
    assert claim.status == "OPEN"
    assert not handoffs().exists()
    assert (claim.next_action, claim.next_on) == ("お客さまと契約を特定して、保険会社へ連絡する", date(2026, 11, 24))

    policy = make_policy(make_customer(user, name="見本商会"), starts_on=date(2026, 4, 10))
    linked = browser.post(
        reverse("claims:link", args=[claim.number]), {"subject": policy.number, "seen_version": claim.version}
    )
    assert linked.status_code == 302
    browser.post(reverse("claims:hand-off", args=[claim.number]))
    claim.refresh_from_db()
    assert (claim.policy, claim.status) == (policy, "HANDED_OFF")
    assert claim.cover["policies"][0]["answers"] is True
    assert handoffs().get().status == "QUEUED"


def test_a_claim_without_a_customer_cannot_be_handed_off(browser, user, at):
    browser.post(reverse("claims:new"), call(user, caller_words="見本商会"))
    claim = Claim.objects.get()
    page = browser.post(reverse("claims:hand-off", args=[claim.number]), follow=True).content.decode()
    assert "お客さまを特定してから" in page
    claim.refresh_from_db()
    assert claim.status == "OPEN"


def test_nobody_at_all_is_refused_with_every_entry_kept(browser, user, at):
    answer = browser.post(reverse("claims:new"), call(user))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "申し出の会社名などを書いてください" in page
    assert "顧客名簿を入れたパソコン" in page
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"occurred_unknown": ""}, "発生日時を入力するか"),
        ({"occurred_at": "2026-11-24T09:30"}, "「不明」を外してください"),
        ({"occurred_unknown": "", "occurred_at": "2026-11-24T09:30"}, "発見日時が事故の発生日時より前です"),
        ({"discovered_at": "2026-11-25T09:00"}, "発見日時がまだ来ていません"),
        ({"discovered_at": "2026-02-30T09:00"}, "2月30日という日付はありません"),
        ({"claimed_at": "2026-11-24T08:00"}, "請求を受けた日時が発見日時より前です"),
        ({"claimant": "山田商事"}, "請求を受けた日時も入力してください"),
        ({"claimed_at": "2026-11-24T09:30", "is_circumstance": "on"}, "おそれの通知は、請求を受ける前"),
        ({"reporter_phone": ""}, "電話番号かメールアドレスを入力してください"),
        ({"leak_persons": "5"}, "漏えいの内訳を入力するときは"),
        ({"involves_personal_data": "on", "leak_persons": "-1"}, "0 以上"),
        ({"description": ""}, "「何が起きたか」を入力してください"),
        ({"kind": "EARTHQUAKE"}, "選択"),
        ({"next_action": "折り返し電話"}, "両方入力するか両方空欄"),
        ({"next_action": "折り返し電話", "next_on": "2026-11-23"}, "期日は今日以後"),
        ({"description": "x" * 4001}, "文字"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do_and_nothing_is_written(browser, user, at, typed, sentence):
    customer = make_customer(user)
    answer = browser.post(reverse("claims:new"), call(user, subject=customer.number, **typed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Claim.objects.exists()


def test_the_breach_clock_answers_while_the_form_is_filled(browser, user, at):
    at["at"] = datetime(2026, 11, 22, 12, 0, tzinfo=JST)
    typed = call(user, at["at"], involves_personal_data="on", leak_persons="1001")
    page = browser.post(reverse("claims:assess"), typed).content.decode()
    assert "2026年12月21日(月)" in page
    assert "1,001人" in page
    page = browser.post(reverse("claims:assess"), typed | {"leak_wrongful": "on"}).content.decode()
    assert "2027年1月20日(水)" in page
    assert not Claim.objects.exists()


def test_outside_office_hours_the_insurers_night_desk_is_shown(browser, user, at):
    make_policy(make_customer(user))
    assert "0120-727-110" not in browser.get(reverse("claims:new")).content.decode()
    at["at"] = A_NIGHT
    page = browser.get(reverse("claims:new")).content.decode()
    assert "営業時間外です" in page
    assert "0120-727-110" in page


def test_at_night_each_insurers_desk_is_named_even_where_only_the_insured_have_its_number(browser, user, at):
    publish_books(make_user(role=Role.UNDERWRITER))
    at["at"] = A_NIGHT
    page = browser.get(reverse("claims:new")).content.decode()
    assert "三井住友海上の事故受付センター" in page
    assert 'href="tel:0120-258-189"' in page
    assert "東京海上日動の緊急時ホットライン" in page
    assert "電話番号は加入後の書面に記載されています" in page
    assert "tel:None" not in page


def test_typing_finds_customers_and_policies_of_the_own_agency_only(browser, user, at):
    mine = make_policy(make_customer(user, name="盾見本株式会社", kana="タテミホン"))
    theirs = make_policy(
        make_customer(make_user(make_agency("よその代理店")), name="盾見本別社", kana="タテミホンベッシャ")
    )
    for text in ("盾見本", "たてみほん", mine.number):
        page = browser.get(reverse("claims:find"), {"q": text}).content.decode()
        assert mine.number in page
        assert theirs.number not in page
    assert "見つかりません" in browser.get(reverse("claims:find"), {"q": theirs.number}).content.decode()


def test_typing_on_takes_no_choice_away(browser, user, at):
    mine = make_policy(make_customer(user, name="盾見本株式会社", kana="タテミホン"))
    found = browser.get(reverse("claims:find"), {"q": "ほかの会社", "subject": mine.number}).content.decode()
    assert f'value="{mine.number}" checked' in found
    theirs = make_policy(make_customer(make_user(make_agency("よその代理店"))))
    found = browser.get(reverse("claims:find"), {"q": "ほかの会社", "subject": theirs.number}).content.decode()
    assert theirs.number not in found


def test_another_agencys_policy_cannot_be_chosen(browser, user, at):
    theirs = make_policy(make_customer(make_user(make_agency("よその代理店"))))
    answer = browser.post(reverse("claims:new"), call(user, subject=theirs.number))
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_looking_without_script_saves_nothing_and_keeps_what_was_typed(browser, user, at):
    customer = make_customer(user, name="盾見本株式会社")
    answer = browser.post(reverse("claims:new"), call(user, step="find", q="盾見本"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert customer.number in page
    assert "顧客名簿を入れたパソコン" in page
    assert not Claim.objects.exists()


def test_a_double_click_is_one_claim_and_one_mail(browser, user, at):
    customer = make_customer(user)
    page = browser.get(reverse("claims:new"), {"customer": customer.number}).content.decode()
    ticket = re.search(r'name="ticket" value="([0-9a-f-]{36})"', page)[1]
    answers = [browser.post(reverse("claims:new"), call(user, subject=customer.number, ticket=ticket)) for _ in "12"]
    assert answers[0].url == answers[1].url
    assert Claim.objects.count() == 1
    assert handoffs().count() == 1


def test_a_caller_name_that_tries_to_be_markup_stays_text(browser, user, at):
    browser.post(reverse("claims:new"), call(user, caller_words="<script>alert(1)</script>髙﨑𠮷㈱"))
    claim = Claim.objects.get()
    page = browser.get(reverse("claims:detail", args=[claim.number])).content.decode()
    assert "<script>alert(1)" not in page
    assert "髙﨑𠮷㈱" in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNDERWRITER])
def test_readers_do_not_take_in_claims(user, at, role):
    client = Client()
    client.force_login(make_user(user.agency, role))
    assert client.get(reverse("claims:new")).status_code == 403
    assert client.get(reverse("claims:list")).status_code == 200
