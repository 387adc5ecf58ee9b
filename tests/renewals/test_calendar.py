"""An agency's own calendar, its own words, and the customers' wishes: what goes to whom on which day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from core.clock import JST, travel
from core.doors import perform
from core.errors import Refused
from correspondence.models import Bounce, IncomingMail, Letter, LetterTemplate
from correspondence.states import IncomingKind, LetterKind, WordingKind
from customers.actions import record_consent, save_contact, withdraw_consent
from customers.models import Contact, Customer
from customers.queries import reachable_contact
from renewals.actions import plan_letters, publish_wording, record_response, remind_renewal, set_closing_day
from renewals.models import ClosingDay, LetterPlan, Renewal
from renewals.planning import calendar_for, calendars_on
from renewals.states import RenewalStatus, RoundKind
from renewals.wordings import house_wording
from tests.making import make_customer, make_user
from tests.policies.making import many_policies
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db
LONG_AGO = date(2027, 1, 4)


def plan(by: User, at_: datetime, **facts: Any) -> LetterPlan:
    said: dict[str, Any] = {
        "product": None, "valid_from": at_.date(), "is_own": True, "opens": 90, "notice": 60, "reminders": [30],
        "answer_by": 14, "on_expiry_day": True, "day_after": True, "reason": "繁忙期に合わせるため",
    }  # fmt: skip
    return perform(plan_letters, by=by, at=at_, **said | facts)


def keys(renewal: Renewal) -> list[str]:
    letters = Letter.objects.filter(key__startswith=f"renewal:{renewal.pk}:").order_by("pk")
    return [letter.key.split(":")[2] for letter in letters]


def test_the_products_calendar_wins_over_the_agencys_and_that_over_the_houses_each_from_its_day():
    policy = make_expiring()
    agency, product = policy.agency, policy.product_version.product
    boss, start = make_user(agency, Role.MANAGER), at(LONG_AGO)
    assert calendar_for(agency, product.code, LONG_AGO).opens == 90
    plan(boss, start, opens=100, valid_from=LONG_AGO + timedelta(days=1))
    plan(boss, start, product=product, opens=120, notice=45, valid_from=LONG_AGO + timedelta(days=2))
    plan(boss, start, product=product, is_own=False, valid_from=LONG_AGO + timedelta(days=3))
    for days, opens in ((0, 90), (1, 100), (2, 120), (3, 100)):
        on = LONG_AGO + timedelta(days=days)
        assert calendar_for(agency, product.code, on).opens == opens
        assert calendars_on(on).of(policy).opens == opens
    with pytest.raises(Refused, match="管理者"):
        plan(policy.in_charge, start)
    with pytest.raises(Refused, match="今日以後"):
        plan(boss, start, valid_from=LONG_AGO - timedelta(days=1))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"notice": 61}, "30から60の間"),
        ({"notice": 29, "reminders": [], "answer_by": 5}, "30から60の間"),
        ({"opens": 59}, "社内連絡"),
        ({"reminders": [60]}, "再案内"),
        ({"reminders": [0]}, "再案内"),
        ({"reminders": list(range(1, 10))}, "8回まで"),
        ({"answer_by": 60}, "返答期限"),
    ],
)
def test_a_calendar_that_breaks_the_promise_is_refused_by_the_database_with_a_sentence(facts, sentence):
    with pytest.raises(Refused, match=sentence):
        plan(make_user(role=Role.MANAGER), at(LONG_AGO), **facts)


def test_the_round_follows_the_products_calendar_and_the_agencys_rest():
    policy = make_expiring()
    boss = make_user(policy.agency, Role.MANAGER)
    plan(
        boss, at(LONG_AGO), product=policy.product_version.product, opens=70, notice=45, reminders=[20], day_after=False
    )
    plan(boss, at(LONG_AGO), opens=180)  # of the agency's other products
    # 45 days before is Monday 17 May; the agency rests on it and on the Friday before.
    for day in (before(45), before(48)):
        perform(set_closing_day, on=day, is_closed=True, reason="創立記念日", by=boss, at=at(LONG_AGO))
    counts = {days: run(before(days)).counts for days in (71, 70, 50, 49, 45, 21, 20, 7, 0)}
    found = {days: (one["opened"], one["notices"], one["reminders"]) for days, one in counts.items()}
    assert {days: what for days, what in found.items() if any(what)} == {
        70: (1, 0, 0), 49: (0, 1, 0), 20: (0, 0, 1), 0: (0, 0, 1),
    }  # fmt: skip
    run(EXPIRY, 16, 1, kind=RoundKind.EXPIRY)
    assert run(before(-1)).counts["ended"] == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterPlan.objects.update(notice=31)


def contact(customer: Customer, name: str, email: str, **facts: Any) -> Contact:
    return Contact.objects.create(customer=customer, name=name, email=email, **facts)


def test_of_five_contacts_the_first_living_address_is_written_to_and_only_that():
    customer = make_customer(email=None)
    customer.contacts.update(is_primary=False)
    contact(customer, "退任 一", "gone@customer.example", left=True)
    contact(customer, "主 二", "Main@customer.example", is_primary=True)
    contact(customer, "副 三", "second@customer.example")
    contact(customer, "副 四", "third@customer.example")
    found = [reachable_contact(customer, dead) for dead in (
        set(), {"main@customer.example"}, {"main@customer.example", "second@customer.example"},
        {"main@customer.example", "second@customer.example", "third@customer.example"},
    )]  # fmt: skip
    assert [one.name if one else None for one in found] == ["主 二", "副 三", "副 四", None]
    customer.phone_only = True
    assert reachable_contact(customer, set()) is None


def test_an_address_that_bounced_for_good_is_passed_over_and_a_broken_one_costs_only_its_own_letter():
    first = make_renewal()
    letter = Letter.objects.get(kind=LetterKind.RENEWAL_NOTICE)
    told = {"agency": first.agency, "received_at": at(before(60), 8), "received_by": first.owner}
    mail = IncomingMail.objects.create(**told, sha256="0" * 64, size=1, kind=IncomingKind.BOUNCE)
    Bounce.objects.create(
        **told, letter=letter, mail=mail, address=letter.to[0], is_permanent=True, diagnostic="550", due_on=before(60),
        owner=first.owner,
    )  # fmt: skip
    dead = make_expiring(make_customer(by=first.owner, email="Tanaka@customer.example"))
    other = make_customer(by=first.owner, email="tanaka@customer.example")
    contact(other, "別 人", "other@customer.example")
    another = make_expiring(other)
    broken = make_expiring(make_customer(by=first.owner, email="new@customer.example"))
    Contact.objects.filter(customer=broken.customer).update(email="new@customer.example\nBcc: all@evil.example")
    counts = run(before(59)).counts
    assert (counts["notices"], counts["by_post"]) == (1, 2)
    assert Letter.objects.filter(kind=LetterKind.RENEWAL_NOTICE).latest("pk").to == ["other@customer.example"]
    assert another.renewal.status == RenewalStatus.NOTIFIED
    for policy in (dead, broken):
        assert policy.renewal.waits_for_post
        assert "郵送" in policy.renewal.next_step


def test_wishes_about_days_and_hours_are_kept_within_the_window_and_never_past_the_deadline():
    def wishing(**wish: Any) -> Renewal:
        customer = make_customer()
        Customer.objects.filter(pk=customer.pk).update(**wish)
        return make_renewal(customer=customer, days=days)

    days = 60  # a Sunday
    wednesdays = wishing(mail_weekdays=[2], mail_from=13, mail_until=15)
    never = wishing(mail_not_days=list(range(1, 32)))
    phone = wishing(phone_only=True)
    left = Letter.objects.get(key__startswith=f"renewal:{wednesdays.pk}:notice")
    assert left.not_before == datetime(2027, 5, 12, 13, tzinfo=JST)  # the 5th is a holiday
    assert Letter.objects.get(key__startswith=f"renewal:{never.pk}:notice").not_before == at(before(60))
    assert phone.waits_for_post
    for day in (45, 43, 42, 0):  # Monday 17 May, and the Wednesday after it
        run(before(day))
    assert keys(wednesdays) == ["notice-60", "reminder-45", "reminder-0"]
    reminder = Letter.objects.get(key__startswith=f"renewal:{wednesdays.pk}:reminder-45")
    assert reminder.not_before == datetime(2027, 5, 19, 13, tzinfo=JST)
    assert "満期まであと43日" in reminder.body


def test_a_notice_that_waits_is_followed_by_no_reminder_on_its_day_and_goes_to_who_is_there_then():
    customer = make_customer()
    old = customer.contacts.get()
    Customer.objects.filter(pk=customer.pk).update(mail_not_days=[*range(1, 20), *range(23, 32)])
    renewal = make_renewal(customer=customer)
    facts = {"customer": customer, "by": renewal.owner, "at": at(before(58))}
    perform(save_contact, contact=None, facts={"name": "後任 花子", "email": "new@customer.example"}, **facts)
    run(before(57))
    (notice,) = Letter.objects.about(renewal).filter(status="QUEUED")
    assert (notice.to, notice.not_before) == ([old.email], datetime(2027, 5, 20, tzinfo=JST))
    perform(save_contact, contact=old, facts={"left": True, "is_primary": False}, **facts)
    for day in (56, 55, 42):  # on the day of the notice the reminder of -45 would suit him too
        run(before(day))
    (anew,) = Letter.objects.about(renewal).filter(status="QUEUED").exclude(kind="STAFF_NOTICE")
    assert (anew.kind, anew.to, anew.not_before) == ("RENEWAL_NOTICE", ["new@customer.example"], notice.not_before)
    assert list(anew.attachments.values_list("paper")) == list(notice.attachments.values_list("paper"))


def test_who_took_his_consent_back_after_the_notice_is_reminded_by_telephone_and_nobody_twice_a_day():
    customer = make_customer()
    on_paper, other = make_renewal(customer=customer), make_renewal()
    said = {"customer": customer, "said_by": "田中", "method": "PHONE", "by": on_paper.owner}
    perform(record_consent, happened_at=at(before(59)), at=at(before(59)), **said)
    perform(withdraw_consent, happened_at=at(before(50)), at=at(before(50)), **said)
    perform(remind_renewal, renewal=other, by=other.owner, at=at(before(45), 9))
    counts = run(before(45), 10).counts  # the round comes late
    assert (counts["reminders"], counts["calls"]) == (0, 1)
    assert keys(on_paper) == ["notice-60"]
    with pytest.raises(Refused, match="電話"):
        perform(remind_renewal, renewal=on_paper, by=on_paper.owner, at=at(before(44), 9))


def test_who_is_uninsured_is_told_once_on_the_next_business_day_unless_he_did_not_want_to_renew():
    silent, refused = make_renewal(), make_renewal()
    perform(
        record_response, renewal=refused, seen_version=refused.version, response="NOT_RENEWING", channel="PHONE",
        person="田中", note="", responded_at=at(before(20)), by=refused.owner, at=at(before(20)),
    )  # fmt: skip
    run(EXPIRY, 16, 1, kind=RoundKind.EXPIRY)
    assert run(before(-1)).counts["ended"] == 1
    assert run(before(-2)).counts["ended"] == 0
    letter = Letter.objects.get(kind=LetterKind.COVER_ENDED)
    assert letter.key.startswith(f"renewal:{silent.pk}:uninsured:")
    assert "補償が終了" in letter.body
    assert letter.wording == house_wording(WordingKind.UNINSURED).code


def test_an_agency_that_is_closed_for_two_weeks_tells_of_the_end_of_cover_when_it_opens():
    renewal = make_renewal()
    closed = {"agency": renewal.agency, "reason": "夏季休業", "made_at": at(before(50)), "made_by": renewal.owner}
    ClosingDay.objects.bulk_create(ClosingDay(on=before(-day), **closed) for day in range(1, 15))
    run(EXPIRY, 16, 1, kind=RoundKind.EXPIRY)
    assert [run(before(-day)).counts["ended"] for day in (14, 15)] == [0, 1]


@pytest.fixture
def boss(client: Client) -> User:
    user = make_user(make_renewal().agency, Role.MANAGER)
    client.force_login(user)
    return user


def test_an_agencys_own_words_are_refused_with_their_place_tried_published_and_noted_on_the_letter(client, boss):
    page = reverse("renewals:wording", args=["REMINDER_45"])
    house = house_wording(WordingKind.REMINDER_45)
    body = house.body.replace("先日、", "暑中お見舞い申し上げます。")
    typed = {"subject": house.subject, "body": body, "reason": "季節のあいさつ", "seen_number": "0", "number": ""}
    with travel(at(before(50), 10)):
        refused = client.post(page, typed | {"body": "{{ customr }}\n" + body, "deed": "publish"})
        assert refused.status_code == 422
        assert "本文 1行目1文字目" in refused.text
        assert "「customer」ではありませんか" in refused.text
        assert "必ず入れてください" in client.post(page, typed | {"body": "こんにちは"}).text
        shown = client.post(page, typed | {"deed": "test"})
        assert "暑中お見舞い" in shown.context["shown"].body
        test_mail = Letter.objects.latest("pk")
        assert (test_mail.to, test_mail.subject[:5]) == ([boss.email], "【テスト】")
        assert not LetterTemplate.objects.exists()
        assert client.post(page, typed | {"deed": "publish"}).status_code == 302
        assert client.post(page, typed | {"deed": "publish"}).status_code == 422  # a stale page
    run(before(45))
    letter = Letter.objects.get(kind=LetterKind.RENEWAL_REMINDER)
    assert (letter.wording, "暑中お見舞い" in letter.body) == ("REMINDER_45:1", True)
    with pytest.raises(Refused, match="管理者"):
        perform(
            publish_wording, kind="REMINDER_45", subject="", body="", reason="x", seen_number=1,
            by=Renewal.objects.get().owner, at=at(before(44)),
        )  # fmt: skip


def test_a_manager_sees_a_contracts_days_and_changes_the_calendar_from_a_day_on(client, boss):
    page = reverse("renewals:calendar")
    renewal = Renewal.objects.get()
    with travel(at(before(50), 10)):
        shown = client.get(page, {"number": renewal.policy.number})
        days = [(step.on, step.days) for step in shown.context["steps"]]
        assert (date(2027, 4, 30), 60) in days
        assert days == sorted(days, key=lambda one: (one[0], -one[1]))
        typed = {
            "valid_from": before(50).isoformat(), "is_own": "1", "opens": "90", "notice": "70", "reminders": "30,14",
            "answer_by": "14", "reason": "試行",
        }  # fmt: skip
        refused = client.post(page, typed)
        assert refused.status_code == 422
        assert "30から60の間" in refused.text
        assert client.post(page, typed | {"notice": "55"}).status_code == 302
        assert "予定" in client.get(page).text
        day = {"day-on": before(49).isoformat(), "day-is_closed": "1", "day-reason": "夏季休業"}
        assert client.post(reverse("renewals:closing-day"), day).status_code == 302


def test_a_programme_is_seen_on_one_page_in_as_many_statements_for_two_members_as_for_two_hundred(client, boss):
    first = Renewal.objects.select_related("policy__product_version__product").get()
    page = reverse("renewals:group", args=[first.policy.product_version.product.code, EXPIRY.isoformat()])
    with travel(at(before(50), 10)):
        client.get(page)
        with CaptureQueriesContext(connection) as few:
            client.get(page)
        many_policies(200, first.policy, ends_on=EXPIRY, first_serial=1)
        run(before(50))
        with CaptureQueriesContext(connection) as many:
            shown = client.get(page)
        assert len(many) == len(few)
        group = shown.context["group"]
        assert group.members == sum(share.count for share in group.shares) == 201
        assert "201件" in shown.text
        assert group.no_mail == 0
        said = {"customer": first.policy.customer, "said_by": "田中", "method": "PHONE", "by": first.owner}
        perform(record_consent, happened_at=at(before(59)), at=at(before(59)), **said)
        perform(withdraw_consent, happened_at=at(before(51)), at=at(before(51)), **said)
        assert client.get(page).context["group"].no_mail == 201
        Contact.objects.all().update(email="")
        listed = client.get(page, {"show": "nomail"})
        assert listed.context["group"].no_mail == listed.context["page"].paginator.count == 201
        assert client.get(page, {"show": "STOPPED"}).context["page"].paginator.count == 0
        assert client.get(page.replace("2027-07-01", "2027-07-32")).status_code == 404
