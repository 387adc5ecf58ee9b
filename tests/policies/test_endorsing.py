"""異動: numbered versions of a contract, their three days, their difference in yen, and what held when (checks 13)."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from core.clock import travel
from core.errors import Refused, Stale
from core.periods import at_four
from correspondence.actions import bytes_of
from correspondence.models import Letter, Paper
from policies.changing import Change
from policies.models import Endorsement, Policy
from policies.rules import EndFacts, check_change_days
from tests.making import A_MONDAY
from tests.policies.making import cancel, endorse, make_policy
from tests.quotes.making import make_quote

START, END = date(2026, 5, 1), date(2027, 5, 1)
CONTRACT = EndFacts(START, END, date(2026, 4, 1))
DAY = date(2026, 10, 31)  # 182 of 365 days are left
NOON = at_four(DAY) - timedelta(hours=4)
MORE = Change(limits={"liability": 100_000_000}, sales_yen=700_000_000)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"changes_on": END}, "満期日の前日まで"),
        ({"changes_on": START - timedelta(days=1)}, "満期日の前日まで"),
        ({"changes_on": DAY - timedelta(days=2)}, "前の異動の変更日"),
        ({"approved_on": DAY + timedelta(days=1)}, "先の日付"),
        ({"noticed_on": DAY + timedelta(days=1)}, "通知日以後"),
        ({"noticed_on": DAY - timedelta(days=365)}, "締結日"),
    ],
)
def test_the_days_of_a_change_have_their_order(days, words):
    said = {"changes_on": DAY, "noticed_on": DAY, "approved_on": DAY}
    check_change_days(CONTRACT, **said, last_on=DAY, today=DAY)
    with pytest.raises(Refused, match=words):
        check_change_days(CONTRACT, **said | days, last_on=DAY - timedelta(days=1), today=DAY)


@pytest.mark.django_db
def test_a_change_is_the_next_version_and_the_contract_as_issued_stays():
    policy = make_policy()
    made = endorse(policy, MORE, on=DAY, at=NOON, premium_yen=131_920)
    policy = Policy.objects.get()
    assert (made.number, made.difference_yen, made.basis) == (1, 32_890, "CARRIER")
    assert [one["label"] for one in made.changes] == ["賠償責任", "売上高"]
    assert (policy.premium_yen, policy.premium_now_yen) == (65_960, 131_920)
    assert policy.as_issued.cover[0].limit_yen == 50_000_000
    assert policy.agreed.cover[0].limit_yen == 100_000_000
    # At the hour of the change, not a minute before.
    assert policy.agreed_at(at_four(DAY) - timedelta(minutes=1)).cover[0].limit_yen == 50_000_000
    assert policy.agreed_at(at_four(DAY)).cover[0].limit_yen == 100_000_000
    paper = Paper.objects.get(kind="ENDORSEMENT")
    letter = Letter.objects.get(key=f"policy:{policy.number}:endorsed-1")
    assert list(letter.papers.all()) == [paper]
    assert "追加保険料 32,890円" in letter.body
    assert bytes_of(paper, at=NOON).startswith(b"%PDF")

    later = at_four(date(2026, 12, 1))
    second = endorse(policy, Change(riders=[]), on=date(2026, 12, 1), at=later, premium_yen=100_000)
    assert second.number == 2
    policy = Policy.objects.get()
    assert (policy.agreed.cover[0].limit_yen, policy.agreed.riders) == (100_000_000, ())
    assert policy.agreed_at(at_four(DAY)).riders != ()
    # What was added and given back on the way is part of what the end gives back.
    ended = cancel(policy, date(2027, 1, 31), at=later, end="TERMINATED", requested_by="保険会社")
    paid = 65_960 + 32_890 + second.difference_yen
    assert ended.due_yen == paid
    assert ended.refund_yen == round(100_000 * 90 / 365, -1)
    with pytest.raises(Refused, match="すでに解約"):
        endorse(policy, MORE, on=date(2026, 12, 2), at=at_four(date(2026, 12, 2)), premium_yen=1)


@pytest.mark.django_db
def test_what_cannot_be_a_change_is_a_sentence_and_the_database_refuses_it_too():
    policy = make_policy()
    with pytest.raises(Refused, match="変更された項目がありません"):
        endorse(policy, Change(), on=DAY, at=NOON, premium_yen=70_000)
    with pytest.raises(Refused, match="変更後の保険料を入力"):
        endorse(policy, MORE, on=DAY, at=NOON)  # taken over from elsewhere: no answers, no tariff
    with pytest.raises(Refused, match="引き受けられない業種"):
        endorse(policy, Change(industry="nowhere"), on=DAY, at=NOON, premium_yen=70_000)
    with pytest.raises(Refused, match="追加条項です"):
        endorse(policy, Change(riders=["nothing"]), on=DAY, at=NOON, premium_yen=70_000)
    with pytest.raises(Refused, match="金額から変わりました"):
        endorse(policy, MORE, on=DAY, at=NOON, premium_yen=131_920, seen_difference_yen=1)
    with pytest.raises(Stale):
        endorse(policy, MORE, on=DAY, at=NOON, premium_yen=131_920, seen_version=99)
    with pytest.raises(Refused, match="満期を過ぎた"):
        endorse(policy, MORE, on=DAY, at=policy.ends_at, premium_yen=131_920)
    assert not Endorsement.objects.exists()

    made = endorse(policy, MORE, on=DAY, at=NOON, premium_yen=131_920)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Endorsement.objects.update(difference_yen=0)
    for wrong in ({"number": 3}, {"changes_on": DAY - timedelta(days=1)}, {"changes_on": END}):
        made.pk, made.number, made.changes_on = None, 2, DAY
        for name, value in wrong.items():
            setattr(made, name, value)
        with pytest.raises(IntegrityError, match="continues_the_contract"), transaction.atomic():
            made.save(force_insert=True)
    made.pk, made.number, made.changes_on, made.basis = None, 2, DAY, "TARIFF"
    with pytest.raises(IntegrityError, match="says_its_receipt"), transaction.atomic():
        made.save(force_insert=True)  # no receipt says so
    with pytest.raises(IntegrityError, match="follows_its_endorsements"), transaction.atomic():
        Policy.objects.update(endorsed_premium_yen=1)


@pytest.mark.django_db
def test_the_tariff_says_the_premium_where_it_said_the_one_before():
    quote = make_quote("ISSUED", at=A_MONDAY)
    policy = quote.policy
    on = policy.ends_on - timedelta(days=180)
    at = at_four(on)
    same = endorse(policy, Change(sales_yen=policy.agreed.sales_yen * 2), on=on, at=at)
    assert same.basis == "TARIFF"
    assert same.premium_yen > policy.premium_yen
    policy.refresh_from_db()
    assert Policy.objects.get().agreed.receipt.total_yen == same.premium_yen
    other = endorse(Policy.objects.get(), Change(sales_yen=1), on=on, at=at, premium_yen=99_990)
    assert (other.basis, other.premium_yen) == ("CARRIER", 99_990)
    assert Policy.objects.get().agreed.receipt is None


@pytest.mark.django_db
def test_the_screen_shows_the_difference_before_it_records_it_and_says_when_we_were_told_late(client):
    policy = make_policy()
    client.force_login(policy.in_charge)
    url = reverse("policies:endorse", args=[policy.number])
    with travel(NOON):
        form = client.get(url).context["form"]
        typed = {name: form[name].value() for name in form.fields if form[name].value() is not None} | {
            "changes_on": "2026-10-20", "approval_reference": "A-1", "own_cause": "on", "reason": "増資",
            "plan": "l10000-c1000", "premium_yen": "８０，０００",
        }  # fmt: skip
        assert client.post(url, typed | {"confirm": "1"}).status_code == 422
        shown = client.post(url, typed)
        effect = shown.context["effect"]
        assert "事後通知" in shown.content.decode()
        live = client.post(reverse("policies:difference", args=[policy.number]), typed)
        assert f"追加保険料 {effect.difference.difference_yen:,}円" in live.content.decode()
        difference = reverse("policies:difference", args=[policy.number])
        # The sum as one types: before the number of the approval is there, and never for a day that cannot be.
        less = client.post(difference, typed | {"approval_reference": "", "plan": "l5000-c1000", "sales_yen": "4億",
                                                "premium_yen": "5万円"}).content.decode()  # fmt: skip
        assert re.search(r"返還保険料 [\d,]+円", less)
        assert "満期日の前日まで" in client.post(difference, typed | {"changes_on": "2027-05-01"}).content.decode()
        assert client.post(url, typed | {"changes_on": "2026-02-30"}).status_code == 422
        confirmed = typed | {"confirm": "1", "seen_difference_yen": effect.difference.difference_yen}
        assert client.post(url, confirmed).status_code == 302
        assert "先に更新" in client.post(url, confirmed).content.decode()
        page = client.get(policy.get_absolute_url()).content.decode()
    made = Endorsement.objects.get()
    assert made.is_told_late
    assert [one["label"] for one in made.changes] == ["賠償責任"]
    assert "事後通知" in page
    assert "1億円" in page
