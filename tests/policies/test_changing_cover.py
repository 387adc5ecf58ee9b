"""異動 of the cover itself: riders and coverages added and taken away, by the contract's own book and tariff."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import travel
from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from correspondence.models import Letter, Paper
from policies.changing import Change, cover_wanted
from policies.judging import Side, judged
from policies.models import Endorsement, Policy
from products.actions import publish_book
from products.rating import rate
from products.refunds import difference
from products.risks import risk_from, selection_of
from products.shelf import shipped_books
from quotes.queries import case_of
from tests.making import A_MONDAY, make_robot
from tests.policies.making import endorse
from tests.products.shipped import book, calm
from tests.quotes.making import STANDARD, make_quote

START, END = date(2026, 5, 1), date(2027, 5, 1)
DAY_120 = START + timedelta(days=120)  # 245 of 365 days are left
NOON = at_four(DAY_120) - timedelta(hours=4)
EMPLOYEES, BODILY, SYSTEMS, BEYOND = (
    "employee_acts", "cyber_bodily_property", "business_interruption", "voluntary_shutdown",
)  # fmt: skip


@cache
def company(name, **facts):
    said = {"industry": "manufacturing", "sales_yen": 500_000_000, "inception_on": "2026-05-01"} | facts
    declared = {declaration.id: "yes" for declaration in book(name).declarations}
    asked = {question.id for question in book(name).questions}
    answers = {code: value for code, value in calm().items() if code in asked}
    risk = risk_from(said, book(name), declared | answers)
    return replace(risk, facts={**risk.facts, "security_score": 50})


def cover(name, plan=0, **chosen):
    return replace(selection_of(book(name).plans_for_sale[plan], riders=()), **chosen)


def cost(name, before_yen, after_yen, on=DAY_120):
    way = book(name).payments[0].code
    yen = {"before_yen": before_yen, "after_yen": after_yen}
    return difference(book=book(name), way=way, **yen, starts_on=START, ends_on=END, on=on).difference_yen


@pytest.mark.parametrize(
    ("name", "plan", "rider", "without_yen", "with_yen", "added_yen"),
    [
        # 68,708.1 × 0.6 × 1.08 × 1.10 × 1.60 = 78,360.2; without it × 0.95 = 74,442.2. 3,920 × 245/365 = 2,631.2
        ("sompo-simple 2026-04-01", 4, EMPLOYEES, 74_440, 78_360, 2_630),
        # 68,708.1 × 0.6 × 1.60 = 65,959.8, without the other rider × 0.95 = 62,661.8, with this one × 1.10 = 68,928.0
        # in the three books of one tariff. 6,270 × 245/365 = 4,208.6
        ("sompo-cyber 2026-04-01", 0, BODILY, 62_660, 68_930, 4_210),
        ("sompo-group 2026-04-01", 0, BODILY, 62_660, 68_930, 4_210),
        ("sompo-isms 2026-04-01", 0, BODILY, 62_660, 68_930, 4_210),
    ],
)
def test_a_rider_added_on_day_120_costs_what_one_works_out_by_hand(name, plan, rider, without_yen, with_yen, added_yen):
    risk = company(name)
    before, after = cover(name, plan), cover(name, plan, riders=(rider,))
    assert judged(book(name), Side(before, risk), Side(after, risk)).problems == ()
    assert [rate(risk, chosen, book(name)).total_yen for chosen in (before, after)] == [without_yen, with_yen]
    assert cost(name, without_yen, with_yen) == added_yen == -cost(name, with_yen, without_yen)


def test_where_the_insurer_names_the_premium_the_rider_costs_the_days_that_are_left():
    """プロテクター has riders and no tariff: 300,000円 becomes 350,000円. 50,000 × 245/365 = 33,561.6"""
    name = "msi-protector 2026-04-01"
    before = cover(name, 1)
    after = replace(before, riders=("cyber_attack_costs",))
    assert judged(book(name), Side(before, company(name)), Side(after, company(name))).problems == ()
    assert cost(name, 300_000, 350_000) == 33_560


YEN = st.integers(1, 200_000).map(lambda tens: tens * 10)


@settings(max_examples=60, deadline=None)
@given(premiums=st.lists(YEN, min_size=1, max_size=5), days=st.lists(st.integers(0, 364), min_size=4, max_size=4))
def test_what_the_versions_earn_is_what_was_paid_but_for_the_named_rounding(premiums, days):
    """Each version earns its premium for its days. Every 異動 is rounded once, to 10 yen: so far they may be apart."""
    name = "sompo-cyber 2026-04-01"
    changes = sorted(days[: len(premiums) - 1])
    paid = premiums[0]
    for before, after, day in zip(premiums, premiums[1:], changes, strict=False):
        forth, back = (cost(name, *pair, START + timedelta(days=day)) for pair in ((before, after), (after, before)))
        assert forth + back == 0  # added and taken away on one day
        paid += forth
    ends = [0, *changes, 365]
    earned = sum(yen * (until - since) for yen, since, until in zip(premiums, ends, ends[1:], strict=False))
    assert abs(paid * 365 - earned) <= 5 * 365 * (len(premiums) - 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"riders": (BEYOND,)}, "利益・営業継続費用補償追加条項が必要"),
        ({"riders": ("leak_only", BODILY)}, "同時にセットできません"),
        ({"riders": (SYSTEMS,)}, "限度額を選んでください"),
        ({"riders": (SYSTEMS,), "bi_yen": 30_000_000}, "免責時間は"),
        ({"bi_yen": 30_000_000}, "付けるか、限度額を0円に"),
        ({"liability_yen": 70_000_000}, "から選んでください"),
        ({"deductible_yen": 150_000}, "自己負担額は"),
        ({"cost_yen": 200_000_000}, "賠償責任の限度額以下に"),
        ({"riders": ("additional_insureds",)}, "子会社の数と名称"),
    ],
)
def test_a_cover_the_book_does_not_have_is_refused_with_its_own_sentence(change, words):
    name = "sompo-cyber 2026-04-01"
    before = Side(cover(name), company(name))
    found = judged(book(name), before, Side(cover(name, **change), company(name)))
    assert any(words in problem for problem in found.problems)
    # What a contract has already is not held against another change of it.
    stood = Side(cover(name, **change), company(name))
    later = Side(stood.cover, company(name, sales_yen=600_000_000))
    assert judged(book(name), stood, later).problems == ()


def test_a_set_of_riders_that_cannot_be_had_names_the_nearest_that_can():
    name = "sompo-cyber 2026-04-01"
    side = Side(cover(name), company(name))
    found = judged(book(name), side, Side(cover(name, riders=("leak_only", BODILY)), company(name)))
    assert len(found.ways_out) == 2
    assert all("外す" in way for way in found.ways_out)


def test_another_plan_brings_its_own_limits_and_takes_away_what_it_does_not_have():
    wide = cover("msi-protector 2026-04-01", 2, riders=("funds_loss",), other_limits=(("funds", 5_000_000),))
    protector = book("msi-protector 2026-04-01")
    least = cover_wanted(wide, Change(plan="economy"), protector, set())
    assert (least.plan, least.liability_yen, least.cost_yen, least.limit("funds")) == ("economy", 100_000_000, 0, 0)
    known = company("msi-protector 2026-04-01")
    problems = judged(protector, Side(wide, known), Side(least, known)).problems
    assert any("資金損害補償特約はエコノミープランにはセットできません" in problem for problem in problems)
    simple = book("sompo-simple 2026-04-01")
    package = cover("sompo-simple 2026-04-01", 0, riders=(EMPLOYEES,))
    higher = cover_wanted(package, Change(plan="l30000-c5000"), simple, set())
    assert (higher.liability_yen, higher.cost_yen, higher.riders) == (300_000_000, 50_000_000, (EMPLOYEES,))
    assert cover_wanted(package, Change(limits={"liability": 300_000_000}), simple, set()).plan == "l30000-c1000"
    for nonsense in (Change(plan="free"), Change(limits={"funds": 1}), Change(riders=["nothing"])):
        with pytest.raises(Refused, match="この商品にない"):
            cover_wanted(package, nonsense, simple, set())


def test_what_is_beyond_the_agency_is_the_insurers_to_decide_and_to_price():
    name = "sompo-cyber 2026-04-01"
    before, high = Side(cover(name), company(name)), Side(cover(name, liability_yen=2_000_000_000), company(name))
    found = judged(book(name), before, high)
    assert (found.problems, len(found.underwriting)) == ((), 1)
    assert "代理店の権限を超えています" in found.underwriting[0]
    # Once so high, whatever else of the cover changes is his; what changes about the company alone is not.
    more = Side(replace(high.cover, riders=(BODILY,)), company(name))
    assert judged(book(name), high, more).underwriting == found.underwriting
    grown = company(name, sales_yen=600_000_000)
    assert judged(book(name), high, Side(high.cover, grown)).underwriting == ()
    # And what the book would have to ask the company again: its retail is more than all it sells now.
    shrunk = company(name, sales_yen=100_000_000, retail_sales_yen=200_000_000)
    assert "小売業の売上高が" in judged(book(name), before, Side(before.cover, shrunk)).underwriting[0]
    # Its line of business is no longer insured at all.
    gone = Side(before.cover, company(name, in_japan=False))
    assert "日本国内に事業所がない" in judged(book(name), before, gone).problems[0]


def _sell_a_dearer_tariff(policy):
    """A newer version of its book, half as dear again, sold by the day of the change."""
    text = next(text for path, text in shipped_books() if (path.parent.name, path.stem) == (STANDARD, "2026-10-01"))
    dearer = text.replace("starts_on: 2026-10-01", "starts_on: 2026-06-01").replace("base: 68708.1", "base: 98708.1")
    body = dearer[: dearer.index("\nexamples:") + 1]
    perform(publish_book, text=body, starts_on=date(2026, 6, 1), by=make_robot(policy.agency), at=A_MONDAY)


@pytest.mark.django_db
def test_a_contract_gets_and_loses_a_rider_with_its_cover_by_its_own_tariff():
    quote = make_quote("ISSUED", code=STANDARD)
    policy = quote.policy
    _sell_a_dearer_tariff(policy)

    gained = Change(limits={"bi": 30_000_000}, waiting_hours=12, riders=[EMPLOYEES, SYSTEMS])
    first = endorse(policy, gained, on=DAY_120, at=NOON)
    policy = Policy.objects.get()
    by_hand = rate(case_of(quote).risk, replace(
        selection_of(policy.product_version.book.plans[0], riders=(EMPLOYEES, SYSTEMS)), bi_yen=30_000_000,
        waiting_hours=12,
    ), policy.product_version.book).total_yen  # fmt: skip
    assert (first.basis, first.premium_yen, policy.product_version.starts_on) == ("TARIFF", by_hand, date(2026, 4, 1))
    assert first.difference_yen == round((by_hand - policy.premium_yen) * 245 / 365, -1) > 0
    assert [(one["label"], one["before"], one["after"]) for one in first.changes] == [
        ("利益損害", "なし", "3,000万円"),
        ("免責時間", "なし", "12時間"),
        ("利益・営業継続費用補償追加条項", "なし", "あり"),
    ]
    assert [line.code for line in policy.agreed.cover] == ["liability", "cost", "bi"]
    assert policy.agreed.waiting_hours == 12
    assert {rider.code for rider in policy.agreed.riders} == {EMPLOYEES, SYSTEMS}
    assert [line.code for line in policy.agreed_at(NOON).cover] == ["liability", "cost"]  # until 16:00
    paper = Paper.objects.get(kind="ENDORSEMENT")
    assert "利益損害" in str(paper.page["terms"])
    assert "利益・営業継続費用補償追加条項: なし → あり" in Letter.objects.get(key__endswith=":endorsed-1").body

    with pytest.raises(Refused) as refused:
        endorse(policy, Change(riders=[EMPLOYEES]), on=DAY_120, at=NOON)
    assert any("利益損害には" in reason for reason in refused.value.reasons)
    lost = Change(limits={"bi": 0}, waiting_hours=0, riders=[EMPLOYEES])
    second = endorse(policy, lost, on=DAY_120, at=NOON)
    assert (second.premium_yen, first.difference_yen + second.difference_yen) == (policy.premium_yen, 0)
    policy = Policy.objects.get()
    assert policy.agreed.selection == policy.as_issued.selection
    assert policy.agreed.cover == policy.as_issued.cover

    high = Change(limits={"liability": 2_000_000_000})
    with pytest.raises(Refused, match="保険会社に引受けの可否と保険料を照会") as refused:
        endorse(policy, high, on=DAY_120, at=NOON)
    assert "代理店の権限を超えています" in refused.value.reasons[0]
    third = endorse(policy, high, on=DAY_120, at=NOON, premium_yen=300_000)
    assert third.basis == "CARRIER"
    with pytest.raises(Refused, match="保険会社の回答を入力"):  # what the insurer named is for him to change
        endorse(Policy.objects.get(), Change(sales_yen=600_000_000), on=DAY_120, at=NOON)


@pytest.mark.django_db
def test_the_form_reads_nonsense_in_every_field_and_greys_what_comes_later(client):
    policy = make_quote("ISSUED", code=STANDARD).policy
    client.force_login(policy.in_charge)
    url, live = (reverse(f"policies:{name}", args=[policy.number]) for name in ("endorse", "difference"))
    with travel(NOON):
        form = client.get(url).context["form"]
        stands = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        good = stands | {"changes_on": "2026-08-29", "approval_reference": "A-1", "reason": "補償の見直し"}
        for nonsense in ("", "🙈'\";--", "-1", "9" * 30):
            assert client.post(url, dict.fromkeys(form.fields, nonsense)).status_code == 422
            assert client.post(live, dict.fromkeys(form.fields, nonsense)).status_code == 200
        for name in ("riders", "bi_yen", "waiting_hours", "premium_yen", "changes_on"):
            assert client.post(live, good | {name: "9" * 30}).status_code == 200
        assert "変更された項目がありません" in client.post(live, good).content.decode()
        toggles = {one.code: one for one in client.post(url, good).context["toggles"]}
        assert toggles[EMPLOYEES].chosen
        assert "先に" in toggles[BEYOND].reason
        wanted = good | {"riders": [EMPLOYEES, SYSTEMS], "bi_yen": "30000000", "waiting_hours": "12"}
        shown = client.post(url, wanted)
        toggles = {one.code: one for one in shown.context["toggles"]}
        assert toggles[BEYOND].reason == ""
        effect = shown.context["effect"]
        assert effect.more == f"+{effect.premium_yen - policy.premium_yen:,}円"
        assert effect.more in shown.content.decode()
        confirmed = wanted | {"confirm": "1", "seen_difference_yen": effect.difference.difference_yen}
        assert client.post(url, confirmed).status_code == 302
        assert client.post(url, confirmed).status_code == 422  # a second click
    assert Endorsement.objects.get().difference_yen == effect.difference.difference_yen
