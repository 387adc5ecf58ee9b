"""意向 and 提案: what was wanted, what was recommended and why, and the quote that follows."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import Refused
from correspondence.models import Paper
from proposals.models import Proposal, Wish
from quotes.models import Quote
from tests.making import A_MONDAY, make_customer, make_user
from tests.proposals.making import make_proposal, make_wish
from tests.quotes.making import make_version

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 1)


@pytest.fixture
def customer():
    for code in ("sompo-simple", "sompo-cyber"):
        make_version(code, ON)
    return make_customer(make_user())


def test_a_proposal_opens_the_quote_with_its_record_so_that_nothing_is_typed_twice(customer):
    wish = make_wish(customer, words="取引先から求められている", budget_yen=200_000)
    made = make_proposal(wish, recommended="sompo-simple:l10000-c3000", covers=["sompo-simple:l30000-c3000"])
    quote = made.quote
    assert quote.facts == wish.facts
    assert [option.selection["plan"] for option in quote.options.all()] == ["l10000-c3000", "l30000-c3000"]
    steps = {step.kind: step for step in quote.steps.all()}
    first, compared = steps["INTENT_FIRST"], steps["COMPARISON"]
    assert "情報漏えいの賠償" in first.detail["text"]
    assert "「取引先から求められている」" in first.detail["text"]
    assert (first.at, first.counterpart, first.by) == (wish.at, "田中 一郎", wish.heard_by)
    assert compared.paper == made.paper
    assert compared.detail["reason"] == made.reason
    assert compared.detail["criteria"] == "賠償責任の限度額 1億円以上"
    assert made.cover["premium_yen"] == quote.options.get(position=1).premium_yen
    assert {one["key"] for one in made.shown} >= {"sompo-simple:l10000-c3000", "sompo-simple:l30000-c3000"}


@pytest.mark.parametrize(
    ("served", "reason"),
    [([], "ご希望の限度額に届くため。"), (["liability"], "当社の取扱い方針により推奨する。"), ([], "手数料")],
)
def test_a_reason_that_names_only_our_policy_is_warned_and_must_be_confirmed(customer, served, reason):
    wish = make_wish(customer)
    with pytest.raises(Refused, match="代理店の方針だけの理由"):
        make_proposal(wish, served=served, reason=reason)
    assert not Quote.objects.exists()
    assert make_proposal(wish, served=served, reason=reason, confirmed=True).is_policy_only
    assert not make_proposal(wish, served=["liability"], reason="ご希望の限度額に届くため。").is_policy_only


def test_a_wish_the_cover_does_not_meet_is_no_reason_for_it(customer):
    wish = make_wish(customer, budget_yen=1_000, must_haves=["transfer"])
    with pytest.raises(Refused, match="かないません") as refused:
        make_proposal(wish, served=["budget", "must:transfer", "liability"])
    assert len(refused.value.reasons) == 2


def test_covers_of_two_products_do_not_go_on_one_quote(customer):
    with pytest.raises(Refused, match="同じ商品のプランだけ"):
        make_proposal(make_wish(customer), recommended="sompo-simple:l10000-c3000", covers=["sompo-cyber:plan-2"])
    assert not Quote.objects.exists()
    assert not Paper.objects.exists()


def test_a_change_of_mind_is_a_new_wish_and_the_first_one_stays_the_first(customer):
    first = make_wish(customer)
    second = make_wish(customer, liability_yen=300_000_000, corrects=first, at=A_MONDAY + timedelta(hours=1))
    with pytest.raises(Refused, match="新しい意向から提案"):
        make_proposal(first, at=A_MONDAY + timedelta(hours=2))
    with pytest.raises(Refused, match="すでに新しい意向"):
        make_wish(customer, corrects=first, at=A_MONDAY + timedelta(hours=2))
    with pytest.raises(Refused, match="別のお客さまの意向"):
        make_wish(make_customer(customer.in_charge), corrects=second, at=A_MONDAY + timedelta(hours=2))
    with pytest.raises(Refused, match="意向を聞いた日時より前"):
        make_proposal(second, proposed_at=A_MONDAY, at=A_MONDAY + timedelta(hours=2))
    step = make_proposal(second, at=A_MONDAY + timedelta(hours=2)).quote.steps.get(kind="INTENT_FIRST")
    assert step.at == first.at
    assert "賠償責任1億円" in step.detail["text"]
    assert "その後の意向" in step.detail["text"]


@pytest.mark.parametrize("model", [Wish, Proposal])
def test_wishes_and_proposals_are_written_once(customer, model):
    make_proposal(make_wish(customer))
    for deed in (lambda: model.objects.update(recorded_at=A_MONDAY), lambda: model.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"risks": [], "must_haves": []}, "1つ以上選んで"),
        ({"risks": ["wizardry"]}, "選択肢にない"),
        ({"inception_on": date(2025, 5, 1)}, "過去の日付"),
        ({"budget_yen": 0}, "1円以上"),
        ({"told_at": A_MONDAY + timedelta(minutes=1)}, "未来"),
    ],
)
def test_nonsense_is_no_wish(customer, facts, words):
    with pytest.raises(Refused, match=words):
        make_wish(customer, **facts)


@pytest.fixture
def staff(client, customer, monkeypatch):
    monkeypatch.setattr("proposals.views.proposing.now", lambda: A_MONDAY)
    monkeypatch.setattr("proposals.views.proposing.today", lambda: A_MONDAY.date())
    client.force_login(customer.in_charge)
    return client


def told(customer, **changes):
    return {
        "risks": ["leak"], "must_haves": ["response"], "liability_yen": 100_000_000, "cost_yen": 30_000_000,
        "budget_yen": "20万", "inception_on": "2026-05-01", "industry": "retail", "sales_yen": "5億",
        "fiscal_year_end": "2026-03-31", "sales_kind": "ACTUAL", "words": "", "told_by": "田中 一郎",
        "method": "PHONE", "at": "2026-04-06T10:00", "heard_by": customer.in_charge_id, **changes,
    }  # fmt: skip


def test_from_the_customers_file_to_the_quote_on_three_screens(staff, customer):
    assert "意向を聞く" in staff.get(reverse("desk:customer", args=[customer.number])).content.decode()
    done = staff.post(reverse("proposals:wish", args=[customer.number]), told(customer))
    wish = Wish.objects.get()
    assert done.url == wish.get_absolute_url()
    page = staff.get(done.url).content.decode()
    assert "サイバー保険" in page
    assert "代理店の手数料は並び順に使っていません" in page
    assert "損害保険ジャパン株式会社の1社です" in page
    assert staff.post(reverse("proposals:paper", args=[wish.pk])).status_code == 302
    said = {
        "recommended": "sompo-simple:l10000-c3000", "served": ["liability"], "reason": "当社の方針", "told_to": "田中",
        "method": "PHONE", "proposed_at": "2026-04-06T10:00", "proposed_by": customer.in_charge_id,
    }  # fmt: skip
    warned = staff.post(reverse("proposals:propose", args=[wish.pk]), said)
    assert warned.status_code == 422
    assert "このまま提案する" in warned.content.decode()
    done = staff.post(reverse("proposals:propose", args=[wish.pk]), {**said, "reason": "ご希望の限度額に届くため"})
    quote = Quote.objects.get()
    assert done.url == reverse("quotes:plans", args=[quote.number])
    page = staff.get(quote.get_absolute_url()).content.decode()
    assert "意向と提案" in page
    assert wish.get_absolute_url() in page
    assert quote.number in staff.get(reverse("desk:customer", args=[customer.number])).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sales_yen", "-1"), ("sales_yen", "0"), ("inception_on", "2026-02-30"), ("industry", "wizardry"),
        ("cost_yen", "7"), ("risks", ["wizardry"]), ("at", "2027-01-01T00:00"), ("heard_by", "0"),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence(staff, customer, field, value):
    page = staff.post(reverse("proposals:wish", args=[customer.number]), told(customer, **{field: value}))
    assert page.status_code == 422
    assert not Wish.objects.exists()


def test_another_agencys_customer_and_wish_are_not_there(client, customer):
    wish = make_wish(customer)
    client.force_login(make_user())
    assert client.get(reverse("proposals:wish", args=[customer.number])).status_code == 404
    assert client.get(wish.get_absolute_url()).status_code == 404
    assert client.post(reverse("proposals:propose", args=[wish.pk])).status_code == 404
