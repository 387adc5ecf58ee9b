"""How a contract ends early: the kinds of end, the hour, the refund, the paper and the letter (checks 12, 17, 21)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from core.clock import travel
from core.errors import Refused, Stale
from core.history import timeline
from core.periods import at_four
from correspondence.actions import bytes_of
from correspondence.models import Letter, Paper
from policies.changing import Change
from policies.models import Cancellation
from policies.rules import EndFacts, EndWish, cover_at, end_day, rescission_deadline
from policies.states import EndKind, PolicyStatus
from tests.making import make_customer, make_user
from tests.policies.making import cancel, endorse, make_policy

START, END, TODAY = date(2026, 5, 1), date(2027, 5, 1), date(2026, 10, 20)
CONTRACT = EndFacts(START, END, date(2026, 4, 1))
NOON = at_four(TODAY) - timedelta(hours=4)


def wish(end=EndKind.CANCELLED, on=date(2026, 11, 1), requested_on=TODAY, known_on=None):
    return EndWish(end, on, requested_on, known_on)


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        (wish(), date(2026, 11, 1)),
        (wish(on=TODAY), TODAY),
        (wish(on=END - timedelta(days=1)), END - timedelta(days=1)),
        (wish(EndKind.VOID, on=None), START),
        (wish(EndKind.AVOIDED, on=date(2026, 11, 1)), START),
        (wish(EndKind.LAPSED, on=date(2026, 7, 1)), date(2026, 7, 1)),
        (wish(EndKind.RESCINDED, on=TODAY, known_on=date(2026, 9, 20)), TODAY),
    ],
)
def test_each_kind_of_end_has_its_day(wanted, day):
    assert end_day(wanted, CONTRACT, TODAY) == day


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (wish(on=None), "終了日を入力"),
        (wish(on=END), "満期日の前日まで"),
        (wish(on=START - timedelta(days=1)), "満期日の前日まで"),
        (wish(on=TODAY - timedelta(days=1)), "申出日・通知日以後"),
        (wish(requested_on=TODAY + timedelta(days=1)), "先の日付"),
        (wish(requested_on=date(2025, 10, 20)), "締結日"),  # the year was typed wrong: it would end from the start
        (wish(EndKind.LAPSED, on=TODAY + timedelta(days=1)), "失効の日"),
        (wish(EndKind.RESCINDED), "知った日"),
        (wish(EndKind.RESCINDED, known_on=TODAY + timedelta(days=1)), "知った日"),
        (wish(EndKind.RESCINDED, known_on=date(2026, 9, 19)), "2026年10月19日までしか"),
    ],
)
def test_a_day_that_cannot_be_is_a_sentence(wanted, words):
    with pytest.raises(Refused, match=words):
        end_day(wanted, CONTRACT, TODAY)


def test_a_rescission_is_over_one_month_after_the_knowledge_or_five_years_after_the_contract():
    assert rescission_deadline(date(2026, 1, 31), date(2022, 4, 1)) == date(2026, 2, 28)
    assert rescission_deadline(date(2027, 3, 20), date(2022, 4, 1)) == date(2027, 4, 1)


@pytest.mark.django_db
def test_a_contract_ends_at_four_with_its_refund_its_paper_and_its_letter():
    policy = make_policy()
    ended = cancel(policy, date(2026, 11, 1), at=NOON)
    policy.refresh_from_db()
    assert (policy.status, policy.cancelled_at) == (PolicyStatus.CANCELLED, at_four(date(2026, 11, 1)))
    assert (ended.method, ended.earned_yen, ended.refund_yen) == ("short_rate", 46_170, 19_790)
    # It ends on a day to come: the minute before is covered, the hour is not.
    assert cover_at(policy.cover_facts, policy.cancelled_at - timedelta(minutes=1)).in_force
    assert not cover_at(policy.cover_facts, policy.cancelled_at).in_force
    paper = Paper.objects.get(kind="CANCELLATION")
    letter = Letter.objects.get(key=f"policy:{policy.number}:cancelled")
    assert list(letter.papers.all()) == [paper]
    assert "19,790円" in letter.body
    assert "2026年11月1日午後4時" in letter.body
    assert bytes_of(paper, at=NOON).startswith(b"%PDF")
    assert "19,790円" in str(paper.page)
    assert timeline(policy.customer)[0].verb == "policies.cancel_policy"

    with pytest.raises(Refused, match="すでに解約"):
        cancel(policy, date(2026, 11, 1), at=NOON)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Cancellation.objects.update(refund_yen=0)
    with pytest.raises(IntegrityError, match="ends_once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE policies_policy SET cancelled_at = cancelled_at - interval '1 day'")


@pytest.mark.django_db
def test_what_cannot_be_cancelled_says_so_and_writes_nothing():
    policy = make_policy(make_customer(email=None))
    with pytest.raises(Refused, match="満期を過ぎた"):
        cancel(policy, date(2027, 4, 1), at=policy.ends_at)
    with pytest.raises(Stale):
        cancel(policy, date(2026, 11, 1), at=NOON, seen_version=policy.version - 1)
    with pytest.raises(Refused, match="金額から変わりました"):
        cancel(policy, date(2026, 11, 1), at=NOON, seen_balance_yen=19_780)
    with pytest.raises(Refused, match="閲覧のみ"):
        cancel(policy, date(2026, 11, 1), at=NOON, by=make_user(policy.agency, Role.AUDITOR))
    with pytest.raises(IntegrityError, match="ends_with_its_record"), transaction.atomic():
        type(policy).objects.update(status="CANCELLED", cancelled_at=policy.starts_at, cancelled_by=policy.in_charge)
    assert not Cancellation.objects.exists()
    # 無効 gives back everything, what a change on the way had added too.
    change = endorse(policy, Change(sales_yen=600_000_000), on=TODAY, at=NOON, premium_yen=100_000)
    policy.refresh_from_db()
    cancel(policy, None, at=NOON, end=EndKind.VOID, requested_by="保険会社")
    policy.refresh_from_db()
    assert policy.cancelled_at == policy.starts_at
    assert policy.cancellation.refund_yen == policy.premium_yen + change.difference_yen > policy.premium_yen
    assert not Letter.objects.filter(kind="POLICY_CHANGED").exists()
    assert any("郵送してください" in event.summary for event in timeline(policy))


@pytest.mark.django_db
def test_the_screen_shows_the_refund_before_it_records_it(client):
    policy = make_policy()
    client.force_login(policy.in_charge)
    url = reverse("policies:cancel", args=[policy.number])
    typed = {"end": "CANCELLED", "on": "２０２６／１１／１", "requested_on": "令和8年10月20日",
             "requested_by": "田中様", "reason": "廃業", "seen_version": policy.version}  # fmt: skip
    with travel(NOON):
        assert "解約など" in client.get(policy.get_absolute_url()).content.decode()
        assert client.get(url).status_code == 200
        unseen = client.post(url, typed | {"confirm": "1"})
        assert (unseen.status_code, Cancellation.objects.count()) == (422, 0)
        assert "金額を確認してから" in unseen.content.decode()
        shown = client.post(url, typed)
        assert shown.context["balance"] == 19_790
        live = client.post(reverse("policies:refund", args=[policy.number]), typed | {"on": "2027-02-01"})
        assert "9,890円" in live.content.decode()  # nine months at 85 %
        assert "終了日は" in client.post(url, typed | {"on": "2027-05-01"}).content.decode()
        assert client.post(url, typed | {"on": "2026-11-31"}).status_code == 422
        # The sum moved since it was shown: nothing is recorded, and the new one stands there to be confirmed.
        moved = client.post(url, typed | {"confirm": "1", "seen_balance_yen": "19780"})
        assert "金額から変わりました" in moved.content.decode()
        assert moved.context["balance"] == 19_790
        confirmed = typed | {"confirm": "1", "seen_balance_yen": "19790"}
        assert client.post(url, confirmed).status_code == 302
        again = client.post(url, confirmed)
        assert "すでに解約" in again.content.decode()
        page = client.get(policy.get_absolute_url()).content.decode()
    assert Cancellation.objects.count() == 1
    assert "返還 19,790円" in page
    stranger = make_user()
    client.force_login(stranger)
    assert client.get(url).status_code == 404
